use std::io::Read;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::base::Form;
use crate::cli::Failure;
use crate::cli::check::Findings;
use crate::cli::input::Inputs;
use crate::cli::output::{Output, Stop};
use crate::cli::types::log_types;
use crate::event::Archive;
use crate::parse::{
    DeliveryEntry, DeliveryReader, LinePart, Lines, LogReader, LogWriter, MboxReader, Rewriter,
    read_configuration,
};
use crate::record::{Record, from_json, to_json};
use crate::{Dialect, Level, LogType, Timestamp};

/// Reads log files: writes their lines in another dialect, checks them, or turns them into events.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ringmail parse --type text_mail --dialect 15.0 old.s > new.log
  ringmail parse --type text_mail --dialect 7.6 --check mail_logs/*.s
  ringmail parse --type bounce --events bounces.s.gz | jq .reason
  ringmail parse --type text_mail --events a.s > a.json
  ringmail parse --type text_mail --dialect 7.6 --from-events a.json > a.log
  ringmail parse --type delivery --events delivery_logs/*.s

Lines that are understood are written as files of the type have them: those that came over syslog or
have a stamp of another form get the usual beginning. All others are passed on as they are. Nothing
but its own dialect gives back a real file byte for byte: name that of the gateway with --check.

With --check the exit code is 1 if lines would be written otherwise, or were not understood.")]
pub(crate) struct Parse {
    /// The log type of the files, see `ringmail types`
    #[arg(
        long = "type",
        value_name = "TYPE",
        value_parser = log_types(),
        hide_possible_values = true
    )]
    log_type: LogType,

    /// Whose spelling is written; all are read
    #[arg(
        long,
        value_name = "DIALECT",
        value_parser = dialects(),
        default_value = Dialect::default().name(),
        conflicts_with = "events"
    )]
    dialect: Dialect,

    /// Write nothing but how the lines compare with what would be written
    #[arg(long, conflicts_with_all = ["events", "from_events"])]
    check: bool,

    /// Print exactly one JSON object
    #[arg(long, requires = "check")]
    json: bool,

    /// Write the events as JSON, one a line; a line without one becomes a `TextLine`
    #[arg(long, conflicts_with = "from_events")]
    events: bool,

    /// Read events as JSON, one a line, and write their lines
    #[arg(long)]
    from_events: bool,

    /// Local time minus UTC, until a `Time offset` record in the file says otherwise
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true)]
    offset: i32,

    /// The year in which stamps without a year are; without it such lines have no time
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(u16).range(1..=9999))]
    reference_year: Option<u16>,

    /// Write to this file, which is overwritten [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Log files, plain or in gzip; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Takes the names of dialects.
fn dialects() -> impl TypedValueParser<Value = Dialect> {
    PossibleValuesParser::new(Dialect::ALL.map(Dialect::name))
        .try_map(|name| Dialect::parse(&name).ok_or_else(|| format!("no dialect {name}")))
}

impl Parse {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let form = self.log_type.form();
        let run = match form {
            Form::Binary if self.events => Self::deliveries,
            Form::Mbox if self.events => Self::messages,
            Form::Xml if self.events => Self::configurations,
            _ if !form.is_text() => return Err(self.no_lines(form)),
            _ if self.check => Self::check,
            _ if self.events => Self::events,
            _ if self.from_events => Self::lines,
            _ => Self::rewrite,
        };
        // What is wrong with the options is told before a file is emptied.
        self.writer()?;
        let mut output = Output::open(self.output.as_deref(), &self.files)?;
        let inputs = Inputs::new(&self.files, self.output.is_none());
        // What was made before an input failed is written.
        let done = match run(self, &inputs, &mut output) {
            Err(Stop::Output(error)) => Err(Stop::Output(error)),
            done => output.write().and(done),
        };
        done.or_else(|stop| stop.failure().map_or(Ok(()), Err))
    }

    fn rewrite(&self, inputs: &Inputs<'_>, output: &mut Output) -> Result<(), Stop> {
        inputs.each(|name, input| {
            let mut log = self.log(input);
            let mut rewriter = Rewriter::new(self.log_type, self.dialect);
            while let Some(line) = log.read().map_err(|error| at(name, &error))? {
                rewriter.rewrite(&line, &mut output.block);
                output.write_full()?;
            }
            Ok(())
        })
    }

    fn check(&self, inputs: &Inputs<'_>, output: &mut Output) -> Result<(), Stop> {
        let mut findings = Findings::default();
        let mut written = Vec::new();
        inputs.each(|name, input| {
            let mut log = self.log(input);
            let mut rewriter = Rewriter::new(self.log_type, self.dialect);
            while let Some(line) = log.read().map_err(|error| at(name, &error))? {
                written.clear();
                let what = rewriter.rewrite(&line, &mut written);
                findings.take(name, &line, what, &written);
            }
            findings.add(rewriter.tally());
            Ok::<_, Stop>(())
        })?;
        let text = if self.json { findings.json() } else { findings.text() };
        output.block.extend_from_slice(text.as_bytes());
        findings.verdict().map_or(Ok(()), |verdict| Err(Failure::new(verdict).into()))
    }

    fn events(&self, inputs: &Inputs<'_>, output: &mut Output) -> Result<(), Stop> {
        inputs.each(|name, input| {
            let mut log = self.log(input);
            while let Some(line) = log.read().map_err(|error| at(name, &error))? {
                let mut failed = None;
                line.records(|record| {
                    failed = put_event(record, record.time, output).err().or(failed.take());
                });
                if let Some(error) = failed {
                    return Err(at_line(name, line.raw.number, &error).into());
                }
                output.write_full()?;
            }
            Ok(())
        })
    }

    fn lines(&self, inputs: &Inputs<'_>, output: &mut Output) -> Result<(), Stop> {
        let mut unknown = 0;
        inputs.each(|name, input| {
            let mut lines = Lines::new(input);
            let mut writer = self.writer()?;
            while let Some(line) = lines.read().map_err(|error| at(name, &error))? {
                let failed = |error: &str| at_line(name, line.number, error);
                if line.part != LinePart::Whole {
                    return Err(failed("longer than any event").into());
                }
                if line.text().trim_ascii().is_empty() {
                    continue;
                }
                let text = str::from_utf8(line.text())
                    .map_err(|error| failed(&format!("not UTF-8: {error}")))?;
                let event = from_json(text).map_err(|error| failed(&error.to_string()))?;
                unknown += event.unknown;
                let row = crate::event::row(event.number);
                let level = event.level.or(row.map(|row| row.level)).unwrap_or(Level::Info);
                let record = Record {
                    number: event.number,
                    level,
                    order: 0,
                    time: event.time,
                    payload: &event.payload,
                };
                let written = writer.write(&record, &mut output.block);
                written.map_err(|error| failed(&error.to_string()))?;
                output.write_full()?;
            }
            Ok::<_, Stop>(())
        })?;
        if unknown > 0 {
            inputs.warn(&format!("{unknown} members that their events do not have were left out"));
        }
        Ok(())
    }

    fn deliveries(&self, inputs: &Inputs<'_>, output: &mut Output) -> Result<(), Stop> {
        let mut damaged = 0;
        inputs.each(|name, input| {
            let mut reader = DeliveryReader::new(input);
            while let Some(entry) = reader.read().map_err(|error| at(name, &error))? {
                match entry {
                    DeliveryEntry::Damaged(damage) => {
                        damaged += 1;
                        inputs.warn(&format!("{name}: {damage}"));
                    }
                    DeliveryEntry::Delivery(delivery) => {
                        let mut failed = None;
                        delivery.records(|record| {
                            failed = put_event(record, record.time, output).err().or(failed.take());
                        });
                        if let Some(error) = failed {
                            return Err(Failure::new(format!("{name}: {error}")).into());
                        }
                        output.write_full()?;
                    }
                    _ => {}
                }
            }
            Ok::<_, Stop>(())
        })?;
        Failure::damaged(damaged).map_or(Ok(()), |failure| Err(failure.into()))
    }

    fn messages(&self, inputs: &Inputs<'_>, output: &mut Output) -> Result<(), Stop> {
        let mut id = 0;
        inputs.each(|name, input| {
            for message in MboxReader::new(input) {
                let message = message.map_err(|error| at(name, &error))?;
                if message.is_cut {
                    inputs.warn(&format!("{name}: a message is too long, its end is left out"));
                }
                let Some(archive) = Archive::of(self.log_type) else { continue };
                id += 1;
                let mut failed = None;
                message.records(archive, id, |record| {
                    failed = put_event(record, record.time, output).err().or(failed.take());
                });
                if let Some(error) = failed {
                    return Err(Failure::new(format!("{name}: {error}")).into());
                }
                output.write_full()?;
            }
            Ok::<_, Stop>(())
        })
    }

    fn configurations(&self, inputs: &Inputs<'_>, output: &mut Output) -> Result<(), Stop> {
        let mut id = 0;
        inputs.each(|name, input| {
            let mut file = Vec::new();
            let read = input.take(MAX_CONFIGURATION + 1).read_to_end(&mut file);
            read.map_err(|error| Failure::new(format!("{name}: {error}")))?;
            if file.len() as u64 > MAX_CONFIGURATION {
                let what = format!("{name}: longer than {MAX_CONFIGURATION} bytes");
                return Err(Failure::new(what).into());
            }
            let read = read_configuration(&file, self.offset).map_err(|error| at(name, &error))?;
            id += 1;
            let mut failed = None;
            read.records(id, |record| {
                failed = put_event(record, record.time, output).err().or(failed.take());
            });
            match failed {
                Some(error) => Err(Failure::new(format!("{name}: {error}")).into()),
                None => Ok(output.write_full()?),
            }
        })
    }

    fn log<R: Read>(&self, input: R) -> LogReader<R> {
        let log = LogReader::new(self.log_type, input).offset(self.offset);
        match self.reference_year {
            Some(year) => log.year(year),
            None => log,
        }
    }

    fn writer(&self) -> Result<LogWriter, Failure> {
        Ok(LogWriter::new(self.log_type, self.dialect).offset(self.offset)?)
    }

    /// Why a file of this type is not lines.
    fn no_lines(&self, form: Form) -> Failure {
        let log_type = self.log_type;
        Failure::new(match form {
            Form::Binary => format!(
                "files of type {log_type} are binary: --events gives what is in them, and \
                 `ringmail convert delivery` writes XML or CSV"
            ),
            form => format!(
                "files of type {log_type} ({}) hold no lines: --events gives what is in them",
                form.name()
            ),
        })
    }
}

/// The largest configuration that is read, in bytes.
const MAX_CONFIGURATION: u64 = 64 << 20;

/// Appends an event and a line feed.
fn put_event(
    record: &Record<'_>,
    time: Option<Timestamp>,
    output: &mut Output,
) -> Result<(), String> {
    let json = to_json(record.number, record.level, time, record.payload);
    output.block.extend_from_slice(json.map_err(|error| error.to_string())?.as_bytes());
    output.block.push(b'\n');
    Ok(())
}

fn at(name: &str, error: &crate::Error) -> Failure {
    Failure::new(format!("{name}: {error}"))
}

fn at_line(name: &str, line: u64, error: &str) -> Failure {
    Failure::new(format!("{name}: {line}: {error}"))
}
