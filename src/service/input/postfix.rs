//! The log of a Postfix as an input: a file that is followed, or standard input.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::base::{Error, Result, Timestamp};
use crate::engine::Engine;
use crate::event::{Dcid, Event, Icid, Mid};
use crate::format::Zone;
use crate::ring::Producer;
use crate::service::input::{InputCount, InputCounts, Replay};
use crate::service::postfix::{
    Allot, Begin, Emit, Follow, Limits, Position, Translator, TranslatorCounts,
};

/// Lines of one step, after which the input can be held for a commit.
const STEP_LINES: u64 = 4096;

/// The longest line of standard input; what is behind it is left out, as `Follow` does.
const MAX_LINE: usize = 64 << 10;

/// A followed log.
#[derive(Debug)]
pub(crate) struct PostfixInput {
    follow: Follow,
    translating: Translating,
}

/// What makes events of lines, and hands them to the engine.
#[derive(Debug)]
struct Translating {
    translator: Translator<EngineIds>,
    producer: Handing,
    counts: Arc<InputCounts>,
    counted: TranslatorCounts,
}

/// The engine's ids.
#[derive(Clone, Debug)]
struct EngineIds(Engine);

impl Allot for EngineIds {
    fn mid(&mut self) -> Mid {
        self.0.ids().mid()
    }

    fn icid(&mut self) -> Icid {
        self.0.ids().icid()
    }

    fn dcid(&mut self) -> Dcid {
        self.0.ids().dcid()
    }
}

#[derive(Debug)]
struct Handing(Producer);

impl Emit for Handing {
    fn emit<'a, E: Event<'a>>(&mut self, time: Timestamp, event: &E) {
        // What the engine does not take is in the ledger, with its reason.
        let _outcome = self.0.emit_at(event, time);
    }
}

impl Translating {
    fn new(engine: &Engine, zone: &Zone, counts: Arc<InputCounts>) -> Result<Self> {
        let now = Timestamp::from(SystemTime::now());
        let translator = Translator::new(EngineIds(engine.clone()), zone, now);
        let producer = Handing(engine.producer()?);
        Ok(Self { translator, producer, counts, counted: TranslatorCounts::default() })
    }

    fn line(&mut self, line: &[u8]) {
        self.translator.line(line, &mut self.producer);
    }

    /// Counts what became of the lines since this was last called.
    fn count(&mut self, lines: u64, cut: u64) {
        let (now, then) = (self.translator.counts(), self.counted);
        for (count, more) in [
            (InputCount::Lines, lines),
            (InputCount::TooLong, cut),
            (InputCount::Events, now.events.saturating_sub(then.events)),
            (InputCount::Refused, now.malformed.saturating_sub(then.malformed)),
            (InputCount::NotUnderstood, now.unknown.saturating_sub(then.unknown)),
        ] {
            if more > 0 {
                self.counts.add(count, more);
            }
        }
        self.counted = now;
    }
}

impl PostfixInput {
    /// Follows the log from where a commit says, or else from its start or its end.
    pub(crate) fn open(
        path: &Path,
        from_end: bool,
        saved: Option<&Value>,
        engine: &Engine,
        zone: &Zone,
        counts: Arc<InputCounts>,
    ) -> Result<Self> {
        let mut translating = Translating::new(engine, zone, counts)?;
        let mut begin = if from_end { Begin::End } else { Begin::Start };
        if let Some(saved) = saved {
            let position = position(saved).ok_or_else(|| {
                Error::input(
                    "the state of this input is damaged: move state.json away to begin anew",
                )
                .at_path(path)
            })?;
            // Of a file that was never there, nothing has been read.
            if position != Position::default() {
                begin = Begin::At(position);
            }
            let state = saved.get("translator").and_then(Value::as_str).unwrap_or_default();
            let (ids, limits) = (EngineIds(engine.clone()), Limits::default());
            translating.translator = Translator::restore(ids, zone, limits, state)
                .map_err(|error| error.at_path(path))?;
            translating.counted = translating.translator.counts();
        }
        Ok(Self { follow: Follow::new(path, begin, Duration::ZERO), translating })
    }
}

impl Replay for PostfixInput {
    fn step(&mut self) -> Result<bool> {
        let (mut lines, mut cut) = (0, 0);
        let done = loop {
            if lines >= STEP_LINES {
                break Ok(true);
            }
            match self.follow.poll() {
                Ok(Some(line)) => {
                    lines += 1;
                    cut += u64::from(line.is_cut);
                    self.translating.line(line.text);
                }
                Ok(None) => break Ok(lines > 0),
                Err(error) => break Err(error),
            }
        };
        self.translating.count(lines, cut);
        done
    }

    fn save(&self) -> Value {
        let Position { device, inode, offset, mark, mark_len } = self.follow.position();
        json!({
            "device": device,
            "inode": inode,
            "offset": offset,
            "mark": mark,
            "mark_len": mark_len,
            "translator": self.translating.translator.save(),
        })
    }

    fn unknown(&self) -> Value {
        let translator = &self.translating.translator;
        let shapes: Vec<Value> = translator
            .unknown()
            .map(|(shape, count)| json!({ "shape": shape, "count": count }))
            .collect();
        json!({ "shapes": shapes, "others": translator.unknown_others() })
    }
}

fn position(saved: &Value) -> Option<Position> {
    let number = |name: &str| saved.get(name)?.as_u64();
    Some(Position {
        device: number("device")?,
        inode: number("inode")?,
        offset: number("offset")?,
        mark: number("mark")?,
        mark_len: u8::try_from(number("mark_len")?).ok()?,
    })
}

/// Reads a log from standard input until it ends, on a thread of its own, and then calls `ended`.
pub(crate) fn start_postfix_stdin(
    mut input: impl Read + Send + 'static,
    engine: &Engine,
    zone: &Zone,
    counts: Arc<InputCounts>,
    ended: impl FnOnce() + Send + 'static,
) -> Result<()> {
    let mut translating = Translating::new(engine, zone, counts)?;
    std::thread::Builder::new()
        .name("ringmail-stdin".to_owned())
        .spawn(move || {
            let mut bytes = vec![0; MAX_LINE];
            let mut begun = Vec::new();
            loop {
                let len = match input.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(len) => len,
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                    Err(_) => break,
                };
                let (mut lines, mut cut) = (0, 0);
                let mut rest = bytes.get(..len).unwrap_or_default();
                while let Some(end) = memchr::memchr(b'\n', rest) {
                    begun.extend_from_slice(rest.get(..end).unwrap_or_default());
                    rest = rest.get(end + 1..).unwrap_or_default();
                    lines += 1;
                    cut += u64::from(begun.len() > MAX_LINE);
                    begun.truncate(MAX_LINE);
                    translating.line(&begun);
                    begun.clear();
                }
                begun.extend_from_slice(rest);
                // One byte more tells that it was longer.
                begun.truncate(MAX_LINE + 1);
                translating.count(lines, cut);
            }
            if !begun.is_empty() {
                translating.line(&begun);
                translating.count(1, 0);
            }
            drop(translating);
            ended();
        })
        .map(drop)
        .map_err(|source| Error::io("cannot start the thread of standard input", source))
}
