use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use crate::LogFile;
use crate::cli::Failure;
use crate::cli::control::print;
use crate::cli::place::{Known, Logs, ORDER};

/// Shows the newest lines of a subscription, and follows it.
#[derive(Args, Debug)]
#[command(after_help = format!("\
Examples:
  ringmail tail                       the subscriptions, to choose one
  ringmail tail mail_logs             the last 10 lines
  ringmail tail 14                    those of the 14th of the list
  ringmail tail mail_logs -n 100 -f   the last 100 lines, and what comes
  ringmail tail bounces --dir /var/log/gateway

Following goes on across rollovers, without missing or repeating a line.

{ORDER}

The list has the subscriptions of the configuration, or else those directories, sorted by name; a
name goes before a number. Without a terminal to ask on, the list is printed: exit code 2."))]
pub(crate) struct Tail {
    /// The subscription: its name or its number in the list
    name: Option<String>,

    /// How many lines to begin with
    #[arg(short = 'n', long, default_value_t = 10, value_name = "LINES")]
    lines: usize,

    /// Go on with the lines that come, until interrupted
    #[arg(short, long)]
    follow: bool,

    #[command(flatten)]
    logs: Logs,
}

/// How often a followed file is looked at.
const POLL: Duration = Duration::from_millis(100);

impl Tail {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let folder = self.folder()?;
        let mut out = io::stdout().lock();
        match self.show(&folder, &mut out, || {
            std::thread::sleep(POLL);
            true
        }) {
            // Whoever read the lines has seen enough.
            Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(Stop::Output(error)) => Err(Failure::new(format!("cannot write: {error}"))),
            Err(Stop::Log(error)) => Err(error.into()),
            Err(Stop::File(path, error)) => {
                Err(Failure::new(format!("{}: cannot read: {error}", path.display())))
            }
            Ok(()) => Ok(()),
        }
    }

    fn folder(&self) -> Result<PathBuf, Failure> {
        let known = self.logs.find()?;
        match &self.name {
            Some(name) => known.folder(name),
            None => known.folder(&Self::ask(&known)?),
        }
    }

    /// Shows the list and asks for one of it.
    fn ask(known: &Known) -> Result<String, Failure> {
        let listed = known.list()?;
        let lines: Vec<_> = (1..).zip(&listed).map(|(at, one)| one.line(at)).collect();
        let list = format!("Currently configured logs:\n{}", lines.join("\n"));
        if !io::stdin().is_terminal() {
            print(&list)?;
            return Err(Failure::usage(
                "which one? Give its name or number: ringmail tail mail_logs, ringmail tail 14",
            ));
        }
        eprintln!("{list}\nEnter the number of the log you wish to tail.");
        let mut answer = String::new();
        loop {
            eprint!("[]> ");
            answer.clear();
            let read = io::stdin().read_line(&mut answer);
            if read.map_err(|error| Failure::new(format!("cannot read: {error}")))? == 0 {
                return Err(Failure::usage("no log was chosen"));
            }
            let answer = answer.trim();
            match known.folder(answer) {
                Ok(_) => return Ok(answer.to_owned()),
                Err(_) if answer.is_empty() => {}
                Err(failure) => eprintln!("{failure}"),
            }
        }
    }

    /// Shows the last lines, and follows for as long as `wait` says so.
    fn show(
        &self,
        folder: &Path,
        out: &mut impl Write,
        mut wait: impl FnMut() -> bool,
    ) -> Result<(), Stop> {
        let files = LogFile::list(folder)?;
        let mut reader = last_lines(&files, self.lines, out)?;
        out.flush().map_err(Stop::Output)?;
        let mut goes_on = self.follow;
        while goes_on {
            let moved = match &mut reader {
                Some(reader) => reader.follow(folder, out)?,
                None => {
                    reader = Followed::open_first(&[], &LogFile::list(folder)?)?;
                    reader.is_some()
                }
            };
            out.flush().map_err(Stop::Output)?;
            goes_on = moved || wait();
        }
        Ok(())
    }
}

/// Why showing ended.
#[derive(Debug)]
enum Stop {
    Output(io::Error),
    Log(crate::Error),
    File(PathBuf, io::Error),
}

impl From<crate::Error> for Stop {
    fn from(error: crate::Error) -> Self {
        Self::Log(error)
    }
}

/// A file that is being followed.
#[derive(Debug)]
struct Followed {
    log: LogFile,
    file: File,
    /// The file and those before it: names do not tell their order when local time goes back.
    seen: Vec<LogFile>,
    /// Bytes read.
    position: u64,
    /// The begin of a line whose end has not been written yet.
    rest: Vec<u8>,
}

impl Followed {
    /// Opens the log file; none when it has been deleted.
    fn open(log: &LogFile) -> Result<Option<Self>, Stop> {
        // It may be renamed between the listing and now: then it is found under its new name.
        let file = open(&log.path()).or_else(|error| {
            let folder = log.path().parent().map(Path::to_path_buf).unwrap_or_default();
            LogFile::list(folder)
                .ok()
                .and_then(|files| files.into_iter().find(|other| other.is_same(log)))
                .map_or(Err(error), |renamed| open(&renamed.path()))
        });
        match file {
            Ok(file) => Ok(Some(Self {
                log: log.clone(),
                file,
                seen: vec![log.clone()],
                position: 0,
                rest: Vec::new(),
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Stop::File(log.path(), error)),
        }
    }

    /// Opens the first of the files that is not among those seen and still there.
    fn open_first(seen: &[LogFile], files: &[LogFile]) -> Result<Option<Self>, Stop> {
        let is_new = |file: &&LogFile| !seen.iter().any(|old| old.is_same(file));
        // The open one is the newest, whatever its name says.
        let (open, closed): (Vec<_>, Vec<_>) =
            files.iter().filter(is_new).partition(|file| file.is_open());
        for log in closed.into_iter().chain(open) {
            if let Some(mut opened) = Self::open(log)? {
                // Names that are gone need not be remembered.
                let there = |old: &&LogFile| files.iter().any(|file| file.is_same(old));
                opened.seen.extend(seen.iter().filter(there).cloned());
                return Ok(Some(opened));
            }
        }
        Ok(None)
    }

    /// Writes the lines that have come, and goes on to the next file when this one is closed.
    /// Whether anything was there.
    fn follow(&mut self, folder: &Path, out: &mut impl Write) -> Result<bool, Stop> {
        // First see whether the file is closed, then read: what was written before it was closed
        // is read, and nothing is written behind that.
        let files = LogFile::list(folder)?;
        let is_open = files.iter().any(|file| file.is_same(&self.log) && file.is_open());
        let mut moved = self.copy(out)?;
        if !is_open && let Some(next) = Self::open_first(&self.seen, &files)? {
            *self = next;
            moved = true;
        }
        Ok(moved)
    }

    /// Writes whole lines up to the file's present end.
    fn copy(&mut self, out: &mut impl Write) -> Result<bool, Stop> {
        let mut block = vec![0; 64 << 10];
        let mut moved = false;
        let failed = |error| Stop::File(self.log.path(), error);
        let len = self.file.metadata().map_err(failed)?.len();
        if len < self.position {
            // Cut, as by a rollover that failed: what is left has been shown.
            self.file.seek(SeekFrom::Start(len)).map_err(failed)?;
            self.position = len;
            self.rest.clear();
        }
        loop {
            let read = self.file.read(&mut block).map_err(failed)?;
            self.position += read as u64;
            let Some(part) = block.get(..read).filter(|part| !part.is_empty()) else {
                return Ok(moved);
            };
            moved = true;
            let (lines, rest) = match memchr::memrchr(b'\n', part) {
                Some(end) => part.split_at(end + 1),
                None => (&[][..], part),
            };
            if !lines.is_empty() {
                out.write_all(&self.rest).map_err(Stop::Output)?;
                out.write_all(lines).map_err(Stop::Output)?;
                self.rest.clear();
            }
            self.rest.extend_from_slice(rest);
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW).open(path)
}

/// Writes the last `count` lines of the files, and gives the last file, read to where they end.
fn last_lines(
    files: &[LogFile],
    count: usize,
    out: &mut impl Write,
) -> Result<Option<Followed>, Stop> {
    let mut in_order: Vec<_> = files.iter().collect();
    in_order.sort_by_key(|file| file.is_open());
    let mut newest = None;
    while newest.is_none() {
        let Some(last) = in_order.pop() else { return Ok(None) };
        newest = Followed::open(last)?;
    }
    let Some(mut newest) = newest else { return Ok(None) };
    newest.seen = files.to_vec();
    let (part, mut found) = last_of(&mut newest, count)?;
    let mut before = Vec::new();
    for log in in_order.into_iter().rev() {
        if found >= count {
            break;
        }
        let Some(mut file) = Followed::open(log)? else { continue };
        let (part, more) = last_of(&mut file, count - found)?;
        before.push((file, part));
        found += more;
    }
    for (mut file, part) in before.into_iter().rev() {
        show_part(&mut file, part, out)?;
    }
    show_part(&mut newest, part.clone(), out)?;
    // A line whose end has not been written yet is shown when it has.
    newest.position = newest
        .file
        .seek(SeekFrom::Start(part.end))
        .map_err(|error| Stop::File(newest.log.path(), error))?;
    Ok(Some(newest))
}

/// How much of a file is read at once.
const BLOCK: usize = 64 << 10;

/// Where the last `count` whole lines of a file are, and how many they are.
fn last_of(followed: &mut Followed, count: usize) -> Result<(Range<u64>, usize), Stop> {
    let path = followed.log.path();
    let failed = |error| Stop::File(path.clone(), error);
    let file = &mut followed.file;
    let mut start = file.seek(SeekFrom::End(0)).map_err(failed)?;
    let mut block = vec![0; BLOCK];
    let (mut end, mut ends) = (None, 0);
    while start > 0 {
        let step = start.min(BLOCK as u64);
        start -= step;
        file.seek(SeekFrom::Start(start)).map_err(failed)?;
        let there = block.get_mut(..usize::try_from(step).unwrap_or(BLOCK)).unwrap_or_default();
        file.read_exact(there).map_err(failed)?;
        for at in memchr::memrchr_iter(b'\n', there) {
            let behind = start + at as u64 + 1;
            let end = *end.get_or_insert(behind);
            if ends == count {
                return Ok((behind..end, count));
            }
            ends += 1;
        }
    }
    Ok((0..end.unwrap_or(0), ends))
}

/// Writes a part of a file.
fn show_part(followed: &mut Followed, part: Range<u64>, out: &mut impl Write) -> Result<(), Stop> {
    let path = followed.log.path();
    let failed = |error| Stop::File(path.clone(), error);
    let file = &mut followed.file;
    file.seek(SeekFrom::Start(part.start)).map_err(failed)?;
    let mut rest = file.take(part.end - part.start);
    let mut block = vec![0; BLOCK];
    loop {
        let read = rest.read(&mut block).map_err(failed)?;
        match block.get(..read) {
            None | Some([]) => return Ok(()),
            Some(there) => out.write_all(there).map_err(Stop::Output)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Icid, IcidClose};
    use crate::{Engine, LogType, Rollover, Subscription};

    fn tail(lines: usize, follow: bool) -> Tail {
        Tail { name: None, lines, follow, logs: Logs::default() }
    }

    fn engine(dir: &Path) -> (Engine, crate::EngineGuard) {
        let mail = Subscription::new("mail", LogType::TextMail)
            .rollover(Rollover::at_bytes(4096).unwrap())
            .keep_files(1000)
            .sink(crate::File::in_dir(dir));
        Engine::builder().subscribe(mail).start().unwrap()
    }

    /// The ids of the lines, which were emitted as 0, 1, 2 ...
    fn ids(shown: &[u8]) -> Vec<u64> {
        let text = std::str::from_utf8(shown).unwrap();
        text.lines()
            .filter_map(|line| line.split_once("ICID ")?.1.split(' ').next()?.parse().ok())
            .collect()
    }

    #[test]
    fn the_last_lines_are_those_asked_for_across_files() {
        let dir = tempfile::tempdir().unwrap();
        let (engine, guard) = engine(dir.path());
        let mut worker = engine.producer().unwrap();
        for id in 0..500 {
            worker.emit(&IcidClose { icid: Icid(id) });
        }
        drop(guard);
        let folder = dir.path().join("mail");
        assert!(LogFile::list(&folder).unwrap().len() > 2);
        for count in [0, 1, 10, 200] {
            let mut shown = Vec::new();
            tail(count, false).show(&folder, &mut shown, || false).unwrap();
            let lines = memchr::memchr_iter(b'\n', &shown).count();
            assert_eq!(lines, count);
            if count > 1 {
                assert_eq!(ids(&shown).last(), Some(&499));
            }
        }
    }

    /// Lines of all lengths, some longer than what is read at once, and one without an end.
    #[test]
    fn the_last_lines_are_found_wherever_blocks_end() {
        let dir = tempfile::tempdir().unwrap();
        let lens = [0, 1, BLOCK - 2, BLOCK - 1, BLOCK, 3 * BLOCK + 1, 0, 7];
        let lines: Vec<_> = lens.map(|len| "x".repeat(len) + "\n").to_vec();
        let name = dir.path().join("mail.@20260101T000000.current");
        for rest in ["", "rest"] {
            std::fs::write(&name, lines.concat() + rest).unwrap();
            let files = LogFile::list(dir.path()).unwrap();
            for count in (0..=lines.len() + 1).chain([usize::MAX]) {
                let mut shown = Vec::new();
                let newest = last_lines(&files, count, &mut shown).unwrap().unwrap();
                let expected = lines.get(lines.len().saturating_sub(count)..).unwrap().concat();
                assert!(shown == expected.as_bytes(), "{count}");
                assert_eq!(newest.position, lines.concat().len() as u64);
            }
        }
    }

    #[test]
    fn following_neither_misses_nor_repeats_across_rollovers() {
        let dir = tempfile::tempdir().unwrap();
        let (engine, guard) = engine(dir.path());
        let mut worker = engine.producer().unwrap();
        let folder = dir.path().join("mail");
        let mut guard = Some(guard);
        let mut shown = Vec::new();
        let mut next = 0;
        tail(0, true)
            .show(&folder, &mut shown, || {
                // Each time the follower has caught up, some more, often past several rollovers.
                for id in next..next + 150 {
                    worker.emit(&IcidClose { icid: Icid(id) });
                }
                next += 150;
                engine.flush();
                if next >= 3000 {
                    return guard.take().is_some();
                }
                true
            })
            .unwrap();
        assert!(ids(&shown).iter().copied().eq(0..3000), "a line is missing or twice");
    }

    #[test]
    fn following_goes_on_when_local_time_goes_back() {
        let dir = tempfile::tempdir().unwrap();
        let clock = crate::ManualClock::at(crate::Timestamp::from_seconds(1_416_388_598));
        let mail =
            Subscription::new("mail", LogType::TextMail).sink(crate::File::in_dir(dir.path()));
        let (engine, guard) =
            Engine::builder().clock(clock.clone()).subscribe(mail).start().unwrap();
        let mut worker = engine.producer().unwrap();
        let mut guard = Some(guard);
        let mut shown = Vec::new();
        let mut next = 0;
        tail(0, true)
            .show(&dir.path().join("mail"), &mut shown, || {
                if next == 20 {
                    return guard.take().is_some();
                }
                worker.emit(&IcidClose { icid: Icid(next) });
                next += 1;
                clock.step_to(crate::Timestamp::from_seconds(
                    1_416_388_598 - 3600 * next.cast_signed(),
                ));
                engine.flush();
                if next.is_multiple_of(3) {
                    engine.rollover_all().unwrap();
                }
                true
            })
            .unwrap();
        assert!(ids(&shown).iter().copied().eq(0..20), "{}", String::from_utf8_lossy(&shown));
    }

    #[test]
    fn files_that_are_cut_or_deleted_are_followed_on() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("mail");
        std::fs::create_dir(&folder).unwrap();
        let first = folder.join("mail.@20260101T000000.current");
        std::fs::write(&first, "ICID 0 close\nICID 1 close\nend\n").unwrap();
        let mut shown = Vec::new();
        let mut round = 0;
        tail(10, true)
            .show(&folder, &mut shown, || {
                round += 1;
                match round {
                    1 => {
                        let file = OpenOptions::new().write(true).open(&first).unwrap();
                        file.set_len(26).unwrap();
                    }
                    2 => {
                        let mut file = OpenOptions::new().append(true).open(&first).unwrap();
                        file.write_all(b"ICID 2 close\n").unwrap();
                    }
                    3 => {
                        // Deleted before it was ever looked at, and the one that is followed too.
                        std::fs::remove_file(&first).unwrap();
                        let next = folder.join("mail.@20260101T000001.current");
                        std::fs::write(next, "ICID 3 close\n").unwrap();
                    }
                    _ => {}
                }
                round < 6
            })
            .unwrap();
        assert_eq!(ids(&shown), [0, 1, 2, 3]);
        let gone = LogFile::list(&folder).unwrap();
        std::fs::remove_file(gone[0].path()).unwrap();
        assert!(Followed::open_first(&[], &gone).unwrap().is_none());
        assert!(last_lines(&gone, 5, &mut Vec::new()).unwrap().is_none());
    }
}
