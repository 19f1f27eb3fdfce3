//! What the status line tells of the machine, as the kernel counts it.

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::time::Instant;

use crate::format::status::MachineFigures;

/// Reads the kernel's counters, and keeps the last reading, as shares are of the time between two.
#[derive(Debug)]
pub(crate) struct Machine {
    /// A path on the partition that holds the logs.
    logs: PathBuf,
    started: Instant,
    last_cpu: CpuTicks,
    last_disk: Option<(Instant, u64)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct CpuTicks {
    busy: u64,
    all: u64,
}

impl Machine {
    /// `logs` is where the logs are, as far as the engine knows.
    pub(crate) fn new(logs: PathBuf) -> Self {
        Self {
            logs,
            started: Instant::now(),
            last_cpu: cpu_ticks(&read("/proc/stat")),
            last_disk: None,
        }
    }

    /// From now on the logs are there.
    pub(crate) fn look_at(&mut self, logs: PathBuf) {
        self.logs = logs;
    }

    /// The figures of now. What the kernel does not tell is 0.
    pub(crate) fn read(&mut self) -> MachineFigures {
        let cpu = cpu_ticks(&read("/proc/stat"));
        let busy = cpu.busy.saturating_sub(self.last_cpu.busy);
        let all = cpu.all.saturating_sub(self.last_cpu.all);
        self.last_cpu = cpu;
        let memory = read("/proc/meminfo");
        let total = field(&memory, "MemTotal:");
        let used = total.saturating_sub(field(&memory, "MemAvailable:"));
        let swap = field(&memory, "SwapTotal:");
        let swapped = swap.saturating_sub(field(&memory, "SwapFree:"));
        let paging = read("/proc/vmstat");
        let (log_used, log_available) = self.log_space();
        MachineFigures {
            cpu_percent: percent(busy, all),
            disk_percent: self.disk_percent(),
            ram_percent: percent(used, total),
            ram_used: used * 1024,
            cpu_seconds: process_cpu_seconds(),
            elapsed_seconds: self.started.elapsed().as_secs(),
            swapped_in: field(&paging, "pswpin"),
            swapped_out: field(&paging, "pswpout"),
            paged_in: field(&paging, "pgpgin"),
            paged_out: field(&paging, "pgpgout"),
            swap_percent: percent(swapped, swap),
            log_percent: log_used,
            log_available,
        }
    }

    /// The share of time in which the busiest disk had something to do.
    fn disk_percent(&mut self) -> u64 {
        let millis = busiest_disk(&read("/proc/diskstats"));
        let now = Instant::now();
        let share = self.last_disk.map_or(0, |(then, before)| {
            let passed = u64::try_from(now.duration_since(then).as_millis()).unwrap_or(u64::MAX);
            percent(millis.saturating_sub(before), passed).min(100)
        });
        self.last_disk = Some((now, millis));
        share
    }

    /// Percent of the log partition in use, and bytes left.
    fn log_space(&self) -> (u64, u64) {
        let Ok(path) = CString::new(self.logs.as_os_str().as_bytes()) else { return (0, 0) };
        let mut space = std::mem::MaybeUninit::<libc::statvfs>::uninit();
        // SAFETY: a C string, and room for the answer.
        if unsafe { libc::statvfs(path.as_ptr(), space.as_mut_ptr()) } != 0 {
            return (0, 0);
        }
        // SAFETY: statvfs returned 0, so it has filled the answer in.
        let space = unsafe { space.assume_init() };
        let left = space.f_bavail.saturating_mul(space.f_frsize);
        (percent(space.f_blocks - space.f_bfree, space.f_blocks), left)
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn percent(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or(0)
}

/// The number behind a name at a line's begin.
fn field(text: &str, name: &str) -> u64 {
    text.lines()
        .find_map(|line| {
            let mut words = line.split_whitespace();
            (words.next()? == name).then(|| words.next()?.parse().ok())?
        })
        .unwrap_or(0)
}

/// The first line of `/proc/stat`: idle and waiting for I/O are the fourth and fifth number.
fn cpu_ticks(stat: &str) -> CpuTicks {
    let numbers: Vec<u64> = stat
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .take(8)
        .filter_map(|word| word.parse().ok())
        .collect();
    let all = numbers.iter().sum();
    let idle: u64 = numbers.iter().skip(3).take(2).sum();
    CpuTicks { busy: all - idle, all }
}

/// Milliseconds spent on I/O by the disk that spent most: the tenth figure behind its name.
fn busiest_disk(stats: &str) -> u64 {
    stats
        .lines()
        .filter_map(|line| line.split_whitespace().nth(12)?.parse().ok())
        .max()
        .unwrap_or(0)
}

fn process_cpu_seconds() -> u64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: room for the answer.
    if unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) } != 0 {
        return 0;
    }
    // SAFETY: getrusage returned 0, so it has filled the answer in.
    let usage = unsafe { usage.assume_init() };
    let micros = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + micros / 1_000_000;
    seconds.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_tables_are_read() {
        let cpu = cpu_ticks("cpu  10 1 5 80 4 0 0 0 0 0\ncpu0 1 1 1 1\n");
        assert_eq!((cpu.busy, cpu.all), (16, 100));
        assert_eq!(field("MemTotal:  100 kB\nMemFree: 7 kB\n", "MemFree:"), 7);
        assert_eq!(field("", "MemFree:"), 0);
        let disks = "254 0 vda 1 2 3 4 5 6 7 8 9 1234 11\n254 1 vdb 1 2 3 4 5 6 7 8 9 5 11\n";
        assert_eq!(busiest_disk(disks), 1234);
        assert_eq!(percent(1, 0), 0);
    }

    #[test]
    fn figures_of_this_machine_are_plausible() {
        let mut machine = Machine::new(PathBuf::from("/"));
        let figures = machine.read();
        assert!(figures.ram_used > 0 && figures.ram_percent <= 100);
        assert!(figures.cpu_percent <= 100 && figures.log_percent <= 100);
    }
}
