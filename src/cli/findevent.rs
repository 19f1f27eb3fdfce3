use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use clap::Args;
use flate2::bufread::MultiGzDecoder;
use indicatif::ProgressBar;
use serde_json::json;

use crate::LogFile;
use crate::cli::Failure;
use crate::cli::input::bar_of;
use crate::cli::output::{Output, Stop};
use crate::cli::place::{Logs, ORDER};
use crate::event::Mid;
use crate::parse::find::{Search, Told};

/// Finds messages in text mail logs, and shows every line of their lives.
#[derive(Args, Debug)]
#[command(after_help = format!("\
Examples:
  ringmail findevent -f anna@example.com mail_logs
  ringmail findevent -i -s invoice mail_logs
  ringmail findevent -m 24611490 mail_logs --dir /var/log/gateway
  ringmail findevent -t @example.com ./mail.@20141119T091638.s ./mail.@20141119T101200.current

What is looked for is a part of the address or subject, without wildcards; a MID is the whole
number. Subjects are looked at as the log has them: encoded words are not decoded.

Shown are, in the order of the log, the lines of each message, those of the connections that it
came and left by, and the same of messages that it was made from or that were made from it: split,
rewritten, generated, bounced. Of a subscription all files are read, the oldest first, those
included that were compressed to .gz.

{ORDER}

Exit code 1 when no message is found."))]
pub(crate) struct FindEvent {
    #[command(flatten)]
    by: By,

    /// Upper and lower case letters are the same
    #[arg(short)]
    ignore_case: bool,

    #[command(flatten)]
    logs: Logs,

    /// Print a JSON object a message, with its MIDs and lines
    #[arg(long)]
    json: bool,

    /// The subscription, or log files, the oldest first; one with a / in it is a path
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
}

/// What messages are found by.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct By {
    /// A part of the envelope sender
    #[arg(short, value_name = "FROM")]
    from: Option<String>,

    /// A part of the subject
    #[arg(short, value_name = "SUBJECT")]
    subject: Option<String>,

    /// A part of an envelope recipient
    #[arg(short, value_name = "TO")]
    to: Option<String>,

    /// The message's number
    #[arg(short, value_name = "MID")]
    mid: Option<u64>,
}

impl By {
    fn search(&self) -> Search {
        let told = [
            (Told::Sender, &self.from),
            (Told::Subject, &self.subject),
            (Told::Recipient, &self.to),
        ];
        let told = told.into_iter().find_map(|(told, holds)| Some((told, holds.as_ref()?)));
        match told {
            Some((told, holds)) => Search::told(told, holds.as_bytes()),
            // One of the four is there.
            None => Search::message(Mid(self.mid.unwrap_or_default())),
        }
    }
}

impl FindEvent {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut inputs = Repeated::open(&self.paths()?)?;
        let mut search = self.by.search();
        if self.ignore_case {
            search = search.ignore_case();
        }
        inputs.each(|input| search.read(input).map_err(Failure::from))?;
        let mut messages = search.messages();
        if !messages.is_empty() {
            inputs.each(|input| messages.read(input).map_err(Failure::from))?;
        }
        let lives = messages.lives();
        if lives.is_empty() {
            inputs.bar.finish_and_clear();
            return Err(Failure::new("no such message"));
        }
        let mut output = Output::open(None, &[])?;
        let mut lines = vec![Vec::new(); if self.json { lives.mids().len() } else { 0 }];
        let shown = inputs.each(|input| {
            lives.read(input, |line, of| {
                if self.json {
                    for message in of {
                        if let Some(lines) = lines.get_mut(*message) {
                            lines.push(String::from_utf8_lossy(line).into_owned());
                        }
                    }
                    return Ok(());
                }
                output.block.extend_from_slice(line);
                output.block.push(b'\n');
                output.write_full()
            })
        });
        inputs.bar.finish_and_clear();
        let shown = shown.and_then(|()| {
            for (mids, lines) in lives.mids().iter().zip(&lines) {
                let mids: Vec<_> = mids.iter().map(|mid| mid.0).collect();
                let object = json!({ "mids": mids, "lines": lines });
                output.block.extend_from_slice(object.to_string().as_bytes());
                output.block.push(b'\n');
                output.write_full()?;
            }
            output.write()
        });
        shown.or_else(|stop: Stop| stop.failure().map_or(Ok(()), Err))
    }

    /// The files, the oldest first.
    fn paths(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut paths = Vec::new();
        for name in &self.names {
            let path = Path::new(name);
            let folder = if name.contains('/') && path.is_dir() {
                path.to_path_buf()
            } else if name.contains('/') {
                paths.push(path.to_path_buf());
                continue;
            } else {
                match self.logs.find().and_then(|known| known.folder(name)) {
                    Err(_) if path.is_file() => {
                        paths.push(path.to_path_buf());
                        continue;
                    }
                    folder => folder?,
                }
            };
            let files = LogFile::history(&folder)?;
            if files.is_empty() {
                return Err(Failure::new(format!("{}: no log files", folder.display())));
            }
            paths.extend(files);
        }
        Ok(paths)
    }
}

/// Files that are read several times, each time up to where they ended at first: one that is open
/// may grow, and be renamed.
struct Repeated {
    files: Vec<(PathBuf, File, u64)>,
    bar: ProgressBar,
}

/// How often the files are read.
const READINGS: u64 = 3;

impl Repeated {
    fn open(paths: &[PathBuf]) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for path in paths {
            let failed = |error: io::Error| Failure::new(format!("{}: {error}", path.display()));
            let file = File::open(path).map_err(failed)?;
            let about = file.metadata().map_err(failed)?;
            if !about.is_file() {
                return Err(Failure::new(format!(
                    "{}: is no file: logs are read {READINGS} times",
                    path.display()
                )));
            }
            files.push((path.clone(), file, about.len()));
        }
        let is_hidden = io::stdout().is_terminal() || !io::stderr().is_terminal();
        let total = files.iter().map(|(_, _, len)| len * READINGS).sum();
        let bar = if is_hidden { ProgressBar::hidden() } else { bar_of(total) };
        Ok(Self { files, bar })
    }

    fn each<E: From<Failure>>(
        &mut self,
        mut read: impl FnMut(Box<dyn Read + '_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for (path, file, len) in &mut self.files {
            let failed = |error: io::Error| Failure::new(format!("{}: {error}", path.display()));
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            // What is compressed is told by its first bytes, not by its name.
            let mut begin = BufReader::with_capacity(2, &*file);
            let is_gzip = begin.fill_buf().map_err(failed)? == [0x1f, 0x8b];
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            let raw = self.bar.wrap_read(file.take(*len));
            if is_gzip {
                let packed = BufReader::with_capacity(128 << 10, raw);
                read(Box::new(Named(path, MultiGzDecoder::new(packed))))?;
            } else {
                read(Box::new(Named(path, raw)))?;
            }
        }
        Ok(())
    }
}

/// Says of errors which file they are of.
struct Named<'p, R>(&'p Path, R);

impl<R: Read> Read for Named<'_, R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let Self(path, input) = self;
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        input.read(room).map_err(named)
    }
}
