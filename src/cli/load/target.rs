//! Where a load goes that is not written into log directories.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::Sink;

/// What `--to` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Stdout,
    File(PathBuf),
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "stdout" => Ok(Self::Stdout),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            _ => Err("there are: stdout, file:PATH".to_owned()),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("stdout"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

impl Target {
    /// A sink that writes there.
    pub(super) fn sink(&self) -> io::Result<Box<dyn Sink>> {
        let plain = match self {
            Self::Stdout => Plain {
                file: File::from(io::stdout().as_fd().try_clone_to_owned()?),
                place: "standard output".to_owned(),
                position: 0,
            },
            Self::File(path) => Plain {
                file: OpenOptions::new()
                    .append(true)
                    .create(true)
                    .mode(0o640)
                    .custom_flags(libc::O_NOFOLLOW)
                    .open(path)?,
                place: path.display().to_string(),
                position: 0,
            },
        };
        Ok(Box::new(plain))
    }
}

/// Lines into an open file, whatever it is.
#[derive(Debug)]
struct Plain {
    file: File,
    place: String,
    position: u64,
}

impl Sink for Plain {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.file.write_all(lines)?;
        self.position += lines.len() as u64;
        Ok(lines.len())
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn cut(&mut self, position: u64) -> io::Result<()> {
        if position == self.position { Ok(()) } else { Err(io::ErrorKind::Unsupported.into()) }
    }

    fn roll(&mut self, _stamp: &str) -> io::Result<()> {
        Ok(())
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}
