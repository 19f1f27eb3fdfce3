//! What a command reads: files, plain or compressed, and standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Failure;

/// The inputs of a command, and how far they have been read.
///
/// A progress bar is shown on standard error, if that is a terminal and all sizes are known; not
/// if the command writes to a terminal too, which tells how far it is.
#[derive(Debug)]
pub(crate) struct Inputs<'p> {
    paths: &'p [PathBuf],
    bar: ProgressBar,
}

impl<'p> Inputs<'p> {
    /// `-` stands for standard input. `to_stdout` says whether the command writes there.
    pub(crate) fn new(paths: &'p [PathBuf], to_stdout: bool) -> Self {
        let is_hidden = to_stdout && io::stdout().is_terminal() || !io::stderr().is_terminal();
        Self { paths, bar: if is_hidden { ProgressBar::hidden() } else { bar(paths) } }
    }

    /// Gives each input, with its name for messages, to `read`.
    pub(crate) fn each<E: From<Failure>>(
        &self,
        mut read: impl FnMut(&str, Box<dyn Read>) -> Result<(), E>,
    ) -> Result<(), E> {
        for path in self.paths {
            let name =
                if is_stdin(path) { "standard input".into() } else { path.display().to_string() };
            read(&name, self.open(path)?)?;
        }
        self.bar.finish_and_clear();
        Ok(())
    }

    /// Says something on standard error, above the progress bar.
    pub(crate) fn warn(&self, what: &str) {
        self.bar.suspend(|| eprintln!("ringmail: {what}"));
    }

    /// Opens an input. What is compressed is told by its first bytes, not by its name.
    fn open(&self, path: &Path) -> Result<Box<dyn Read>, Failure> {
        let failed = |error: io::Error| Failure::new(format!("{}: {error}", path.display()));
        let raw: Box<dyn Read> = if is_stdin(path) {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(path).map_err(failed)?)
        };
        let mut raw = BufReader::with_capacity(128 << 10, self.bar.wrap_read(raw));
        let is_gzip = raw.fill_buf().map_err(failed)?.starts_with(&[0x1f, 0x8b]);
        Ok(if is_gzip { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) })
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn bar(paths: &[PathBuf]) -> ProgressBar {
    let sizes = paths.iter().map(|path| {
        let size = path.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
        (!is_stdin(path)).then_some(size)
    });
    sizes.sum::<Option<u64>>().map_or_else(ProgressBar::hidden, bar_of)
}

/// A progress bar for so many bytes.
pub(crate) fn bar_of(total: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}");
    let bar = ProgressBar::new(total);
    style.map_or_else(|_| ProgressBar::hidden(), |style| bar.with_style(style))
}
