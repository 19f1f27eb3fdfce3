//! What a command writes: standard output or a file, in blocks.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::Failure;

/// Bytes that are gathered before they are written.
const BLOCK: usize = 64 << 10;

/// The output of a command.
pub(crate) struct Output {
    to: Box<dyn Write>,
    /// What is to be written next.
    pub(crate) block: Vec<u8>,
}

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// For what was read.
    Input(Failure),
    /// Because nothing more can be written.
    Output(io::Error),
}

impl Output {
    /// Writes to the file of this name, or to standard output without one.
    ///
    /// # Errors
    /// When the file cannot be created, or is one of those that are to be read.
    pub(crate) fn open(path: Option<&Path>, inputs: &[PathBuf]) -> Result<Self, Failure> {
        let to: Box<dyn Write> = match path {
            Some(path) => {
                // Creating the file would empty it.
                let same = |file: &&PathBuf| {
                    path.canonicalize().is_ok_and(|path| file.canonicalize().ok() == Some(path))
                };
                if inputs.iter().find(same).is_some() {
                    return Err(Failure::new(format!(
                        "{}: is to be read and to be written: give --output another name",
                        path.display()
                    )));
                }
                Box::new(File::create(path).map_err(|error| {
                    Failure::new(format!("{}: cannot write: {error}", path.display()))
                })?)
            }
            None => Box::new(io::stdout().lock()),
        };
        Ok(Self { to, block: Vec::with_capacity(2 * BLOCK) })
    }

    /// Writes the block if it is large enough.
    pub(crate) fn write_full(&mut self) -> Result<(), Stop> {
        if self.block.len() < BLOCK { Ok(()) } else { self.write() }
    }

    /// Writes the block.
    pub(crate) fn write(&mut self) -> Result<(), Stop> {
        self.to.write_all(&self.block).and_then(|()| self.to.flush()).map_err(Stop::Output)?;
        self.block.clear();
        Ok(())
    }
}

impl Stop {
    /// What to tell of it; nothing where whoever reads the output has seen enough.
    pub(crate) fn failure(self) -> Option<Failure> {
        match self {
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => None,
            Self::Output(error) => Some(Failure::new(format!("cannot write: {error}"))),
            Self::Input(failure) => Some(failure),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Input(failure)
    }
}

impl From<crate::Error> for Stop {
    fn from(error: crate::Error) -> Self {
        Self::Input(error.into())
    }
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("block", &self.block.len()).finish_non_exhaustive()
    }
}
