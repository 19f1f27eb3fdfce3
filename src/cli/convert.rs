use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::Failure;
use crate::cli::input::Inputs;
use crate::cli::output::{Output, Stop};
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
        let output = Output::open(self.output.as_deref(), &self.files)?;
        let mut writer: Box<dyn Writer> = match self.to {
            Form::Csv => Box::new(Csv::new(&zone)),
            Form::Xml => Box::new(Xml::new(&zone)),
        };
        match self.convert(writer.as_mut(), output) {
            Err(stop) => stop.failure().map_or(Ok(()), Err),
            Ok(damaged) => Failure::damaged(damaged).map_or(Ok(()), Err),
        }
    }

    /// Converts all files, and tells in how many places they were damaged.
    fn convert(&self, writer: &mut dyn Writer, mut output: Output) -> Result<u64, Stop> {
        let mut damaged = 0;
        let inputs = Inputs::new(&self.files, self.output.is_none());
        writer.head(&mut output.block);
        let read = inputs.each(|name, input| {
            let mut reader = DeliveryReader::new(input);
            loop {
                let failed = |error| Failure::new(format!("{name}: {error}"));
                let entry = reader.read().map_err(failed)?;
                let Some(entry) = entry else { return Ok(()) };
                if let DeliveryEntry::Damaged(damage) = &entry {
                    damaged += 1;
                    inputs.warn(&format!("{name}: {damage}"));
                }
                writer.entry(&entry, &mut output.block);
                output.write_full()?;
            }
        });
        if let Err(Stop::Output(_)) = read {
            return read.map(|()| damaged);
        }
        // What was read before an input failed is written, as a whole document.
        writer.foot(&mut output.block);
        output.write()?;
        read.map(|()| damaged)
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
