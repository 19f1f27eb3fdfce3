//! What `emit` costs by where the lane is: memory, a file, a file of an engine in another process.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use clap::Args;
use ringmail::event::Recipient;
use ringmail::{Engine, EngineGuard, LogType, Null, Producer, Subscription, attach};
use serde_json::json;

use crate::limits::emit_floor;
use crate::measure::Spread;
use crate::said::Script;
use crate::table::table;
use crate::{Findings, Result};

/// What `emit` costs by where the lane is, in paired rounds
#[derive(Args, Debug)]
pub(crate) struct Lanes {
    /// Rounds
    #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Calls of a round
    #[arg(long, default_value_t = 400_000, value_parser = clap::value_parser!(u64).range(1..))]
    calls: u64,
}

const LANE: usize = 1 << 20;
/// Calls that are timed together: a quarter of a lane, so that there is always room.
const BATCH: u64 = (LANE / 4 / 128) as u64;

/// A lane, and the engine that reads it.
struct Place {
    name: &'static str,
    producer: Producer,
    engine: Engine,
    _guard: EngineGuard,
    nanos: Vec<f64>,
}

impl Lanes {
    pub(crate) fn run(&self) -> Result<Findings> {
        let memory = Some(Path::new("/dev/shm")).filter(|path| path.is_dir());
        let dir = memory.map_or_else(tempfile::tempdir, tempfile::tempdir_in)?;
        let mut places = Vec::new();
        for (name, run, attaches) in
            [("memory", None, false), ("file", Some("own"), false), ("attached", Some("a"), true)]
        {
            let mail = Subscription::new("mail", LogType::TextMail).sink(Null::new());
            let mut builder = Engine::builder().lane_bytes(LANE).subscribe(mail);
            let run = run.map(|run| dir.path().join(run));
            if let Some(run) = &run {
                builder = builder.run_directory(run);
            }
            let (engine, guard) = builder.start()?;
            let producer = match &run {
                Some(run) if attaches => attach(run)?.producer()?,
                _ => engine.producer()?,
            };
            places.push(Place { name, producer, engine, _guard: guard, nanos: Vec::new() });
        }
        let script = Script::new(0, 1);
        for round in 0..self.rounds {
            let mut order: Vec<_> = places.iter_mut().collect();
            if round % 2 == 1 {
                order.reverse();
            }
            for place in order {
                let nanos = place.time(self.calls, |number| script.event(number));
                place.nanos.push(nanos);
            }
        }
        let Some(first) = places.first().map(|place| place.nanos.clone()) else {
            return Err("nothing was measured".into());
        };
        let floor = emit_floor(true);
        let heading = ["lane", "emit ns", "min", "max", "% floor", "to memory", "min", "max"];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        let mut found = Vec::new();
        for place in &places {
            let nanos = Spread::of(place.nanos.clone());
            let ratio = Spread::of(place.nanos.iter().zip(&first).map(|(a, b)| a / b).collect());
            let figures = [nanos.median, nanos.min, nanos.max];
            let mut row = vec![place.name.to_owned()];
            row.extend(figures.map(|figure| format!("{figure:.1}")));
            row.push(format!("{:.0}", 100.0 * floor / nanos.median));
            row.extend([ratio.median, ratio.min, ratio.max].map(|figure| format!("{figure:.3}")));
            rows.push(row);
            found.push(json!({
                "lane": place.name,
                "ns": nanos.json(),
                "ratio": ratio.json(),
                "percent_of_floor": 100.0 * floor / nanos.median,
            }));
        }
        let text = table(&rows) + &format!("floor: {floor:.1} ns, rdtscp and a copy of a line\n");
        Ok(Findings { text, json: json!({ "rows": found, "floor_ns": floor }) })
    }
}

impl Place {
    /// Nanoseconds of a call, while the formatter is idle or at work on another lane's events.
    fn time<'s>(&mut self, calls: u64, event: impl Fn(u64) -> Recipient<'s>) -> f64 {
        let (mut nanos, mut number) = (0, 0);
        while number < calls {
            let end = calls.min(number + BATCH);
            let began = Instant::now();
            while number < end {
                self.producer.emit(black_box(&event(number)));
                number += 1;
            }
            nanos += began.elapsed().as_nanos();
            self.engine.flush();
        }
        nanos as f64 / calls as f64
    }
}
