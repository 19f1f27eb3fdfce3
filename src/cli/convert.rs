use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::Failure;
use crate::cli::input::Inputs;
use crate::format::Zone;
use crate::format::delivery::{Csv, Xml};
use crate::parse::{DeliveryEntry, DeliveryReader};

/// Turns binary logs into text.
#[derive(Args, Debug)]
pub(crate) struct Convert {
    #[command(subcommand)]
    log: Log,
}

#[derive(Subcommand, Debug)]
enum Log {
    Delivery(Delivery),
}

/// Turns delivery logs into XML or CSV.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail convert delivery --to xml delivery_logs/*.s > deliveries.xml
  ringmail convert delivery --to csv --zone UTC -o deliveries.csv old.s.gz
  zstdcat old.s.zst | ringmail convert delivery --to xml -

What cannot be read is told on standard error, with file and offset, and passed over; the exit code
is 1 then.")]
struct Delivery {
    /// The form to write
    #[arg(long, value_enum, value_name = "FORM")]
    to: Form,

    /// Delivery logs of any version, plain or in gzip; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Write to this file, which is overwritten [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The time zone of the times that are written: a name like `Europe/Berlin`, `UTC`, or a POSIX
    /// rule [default: this machine's]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A row for each recipient, without quotes
    Csv,
    /// One document for all files
    Xml,
}

/// Bytes of output that are gathered before they are written.
const BLOCK: usize = 64 << 10;

impl Convert {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match &self.log {
            Log::Delivery(delivery) => delivery.run(),
        }
    }
}

impl Delivery {
    fn run(&self) -> Result<(), Failure> {
        let zone = self.zone.as_deref().map_or_else(|| Ok(Zone::system()), Zone::parse)?;
        let output: Box<dyn Write> = match &self.output {
            Some(path) => {
                // Creating the file would empty it.
                let same = |file: &&PathBuf| {
                    path.canonicalize().is_ok_and(|path| file.canonicalize().ok() == Some(path))
                };
                if self.files.iter().find(same).is_some() {
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
        let mut writer: Box<dyn Writer> = match self.to {
            Form::Csv => Box::new(Csv::new(&zone)),
            Form::Xml => Box::new(Xml::new(&zone)),
        };
        match self.convert(writer.as_mut(), output) {
            // Whoever read the output has seen enough.
            Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(Stop::Output(error)) => Err(Failure::new(format!("cannot write: {error}"))),
            Err(Stop::Input(failure)) => Err(failure),
            Ok(0) => Ok(()),
            Ok(1) => Err(Failure::new("passed over 1 damaged place")),
            Ok(damaged) => Err(Failure::new(format!("passed over {damaged} damaged places"))),
        }
    }

    /// Converts all files, and tells in how many places they were damaged.
    fn convert(&self, writer: &mut dyn Writer, mut output: Box<dyn Write>) -> Result<u64, Stop> {
        let mut block = Vec::with_capacity(2 * BLOCK);
        let mut damaged = 0;
        let inputs = Inputs::new(&self.files, self.output.is_none());
        writer.head(&mut block);
        let read = inputs.each(|name, input| {
            let mut reader = DeliveryReader::new(input);
            loop {
                let failed = |error| Failure::new(format!("{name}: {error}"));
                let entry = reader.read().map_err(failed)?;
                let Some(entry) = entry else { return Ok(()) };
                if let DeliveryEntry::Damaged(damage) = &entry {
                    damaged += 1;
                    inputs.warn(&format!(
                        "{name}: offset {}: {} ({} bytes passed over)",
                        damage.offset, damage.reason, damage.bytes
                    ));
                }
                writer.entry(&entry, &mut block);
                if block.len() >= BLOCK {
                    output.write_all(&block).map_err(Stop::Output)?;
                    block.clear();
                }
            }
        });
        if let Err(Stop::Output(_)) = read {
            return read.map(|()| damaged);
        }
        // What was read before an input failed is written, as a whole document.
        writer.foot(&mut block);
        output.write_all(&block).and_then(|()| output.flush()).map_err(Stop::Output)?;
        read.map(|()| damaged)
    }
}

/// Why a conversion ended early.
#[derive(Debug)]
enum Stop {
    Input(Failure),
    Output(io::Error),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Input(failure)
    }
}

/// Writes one of the forms.
trait Writer {
    fn head(&mut self, _out: &mut Vec<u8>) {}
    fn entry(&mut self, entry: &DeliveryEntry<'_>, out: &mut Vec<u8>);
    fn foot(&mut self, _out: &mut Vec<u8>) {}
}

impl Writer for Csv {
    fn entry(&mut self, entry: &DeliveryEntry<'_>, out: &mut Vec<u8>) {
        match entry {
            DeliveryEntry::Begin { time, version } => self.begin(*time, *version, out),
            DeliveryEntry::Delivery(delivery) => self.delivery(delivery, out),
            DeliveryEntry::End { time } => self.end(*time, out),
            _ => {}
        }
    }
}

impl Writer for Xml {
    fn head(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
    }

    fn entry(&mut self, entry: &DeliveryEntry<'_>, out: &mut Vec<u8>) {
        if let DeliveryEntry::Delivery(delivery) = entry {
            self.delivery(delivery, out);
        }
    }

    fn foot(&mut self, out: &mut Vec<u8>) {
        self.end(out);
    }
}
