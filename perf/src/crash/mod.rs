//! Processes are killed at random moments, and what they had accepted is looked for in the files.
//!
//! A *server* is a process whose threads log through an engine in it. In the runs of several
//! processes the engine's process is alone with its formatter, and servers attach to it. Each worker
//! numbers its events, and writes down the number of each `emit` that returned on a board that
//! outlives it. In the files each worker's numbers must be 1 to k, in order, each once; k is the
//! number on the board, or one more: an `emit` may be killed between its last store and its return.

mod board;
mod check;
mod child;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;

use crate::{Findings, Result};
use board::Board;
use check::Found;
pub(crate) use child::CrashChild;

/// Kill processes that log at random moments, and look for what they had accepted
#[derive(Args, Debug)]
pub(crate) struct Crash {
    /// How many processes to kill
    #[arg(long, default_value_t = 50)]
    kills: u64,
    /// Where the numbers of the moments begin: the same moments again, as far as a machine allows
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where lanes go; memory (/dev/shm) if there is any
    #[arg(long)]
    run_directory: Option<PathBuf>,
}

/// Workers of a process.
const WORKERS: u64 = 3;
/// Kills in one directory, before its files are looked at.
const SERIES: u64 = 5;
/// A process is killed this long after its start at most: some are killed while they recover.
const LONGEST_LIFE: Duration = Duration::from_millis(120);

impl Crash {
    pub(crate) fn run(&self) -> Result<Findings> {
        let began = Instant::now();
        let mut random = Random(self.seed);
        let mut found = Found::default();
        let (mut killed, mut series) = (0, 0u64);
        while killed < self.kills {
            let kills = SERIES.min(self.kills - killed);
            let scene = Scene::new(self.run_directory.as_deref())?;
            if series.is_multiple_of(2) {
                scene.kill_servers(kills, &mut random)?;
            } else {
                scene.kill_engines_and_servers(kills, &mut random)?;
            }
            scene.settle()?;
            found.add(&check::files(&scene.logs, &scene.board)?);
            killed += kills;
            series += 1;
        }
        let seconds = began.elapsed().as_secs_f64();
        let Found { accepted, written, lost, duplicated, torn, reordered } = found;
        let text = format!(
            "crash: {killed} kills in {seconds:.1} s: {accepted} events accepted, {written} in the \
             files: {lost} lost, {duplicated} twice, {torn} torn, {reordered} out of order\n"
        );
        if lost + duplicated + torn + reordered > 0 {
            return Err(text.into());
        }
        Ok(Findings {
            text,
            json: json!({
                "kills": killed,
                "accepted": accepted,
                "written": written,
                "lost": lost,
                "duplicated": duplicated,
                "torn": torn,
                "reordered": reordered,
                "seconds": seconds,
            }),
        })
    }
}

/// A directory of logs, a run directory and a board.
struct Scene {
    logs: PathBuf,
    run: PathBuf,
    board: Board,
    board_path: PathBuf,
    _folders: [tempfile::TempDir; 2],
}

impl Scene {
    fn new(run: Option<&Path>) -> Result<Self> {
        let disk = tempfile::tempdir()?;
        let memory = run.or_else(|| Some(Path::new("/dev/shm")).filter(|path| path.is_dir()));
        let memory = memory.map_or_else(tempfile::tempdir, tempfile::tempdir_in)?;
        let board_path = disk.path().join("board");
        Ok(Self {
            logs: disk.path().join("logs"),
            run: memory.path().join("run"),
            board: Board::make(&board_path)?,
            board_path,
            _folders: [disk, memory],
        })
    }

    /// Servers with an engine of their own, each killed and followed by the next.
    fn kill_servers(&self, kills: u64, random: &mut Random) -> Result<()> {
        for kill in 0..kills {
            let server = self.start("server", kill * WORKERS)?;
            std::thread::sleep(random.below(LONGEST_LIFE));
            end(server)?;
        }
        Ok(())
    }

    /// Servers that are attached to an engine; engine and servers are killed by turns.
    fn kill_engines_and_servers(&self, kills: u64, random: &mut Random) -> Result<()> {
        let mut engine = self.start("engine", 0)?;
        // Before the first engine is there nobody can attach.
        let page = self.run.join("engine");
        let began = Instant::now();
        while !page.exists() {
            if began.elapsed() > Duration::from_secs(10) {
                return Err("the engine does not start".into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        let mut workers = 0;
        let mut attach = || {
            workers += WORKERS;
            self.start("attached", workers - WORKERS)
        };
        let mut servers = vec![attach()?, attach()?];
        for kill in 0..kills {
            std::thread::sleep(random.below(LONGEST_LIFE));
            if kill % 3 == 1 {
                end(servers.remove(0))?;
                servers.push(attach()?);
            } else {
                end(engine)?;
                // For a while there is none.
                std::thread::sleep(random.below(LONGEST_LIFE / 4));
                engine = self.start("engine", 0)?;
            }
        }
        servers.into_iter().try_for_each(end)?;
        end(engine)
    }

    /// An engine that writes what is left, and ends in order.
    fn settle(&self) -> Result<()> {
        let ended = self.start("last", 0)?.wait()?;
        if ended.success() { Ok(()) } else { Err("the last engine found its account wrong".into()) }
    }

    fn start(&self, role: &str, first_worker: u64) -> Result<Child> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("crash-child").args(["--role", role]);
        command.arg("--logs").arg(&self.logs).arg("--run").arg(&self.run);
        command.arg("--board").arg(&self.board_path);
        command.args(["--workers", &WORKERS.to_string()]);
        command.args(["--first-worker", &first_worker.to_string()]);
        Ok(command.stdin(Stdio::null()).spawn()?)
    }
}

/// Kills a process, by the signal that nobody can catch.
fn end(mut process: Child) -> Result<()> {
    if process.try_wait()?.is_some() {
        return Err("a process ended by itself".into());
    }
    process.kill()?;
    process.wait()?;
    Ok(())
}

/// Moments that need not be good, only repeatable: splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, most: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX).max(1);
        Duration::from_micros((mixed ^ (mixed >> 31)) % micros)
    }
}
