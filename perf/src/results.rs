//! Where results are kept, and of what machine and commit they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;
use serde_json::{Value, json};

use crate::Result;

/// Whether and where results are kept.
#[derive(Args, Debug)]
pub(crate) struct Saving {
    /// Keep the results of a short run, too
    #[arg(long)]
    save: bool,
    /// Keep no results
    #[arg(long, conflicts_with = "save")]
    no_save: bool,
    /// Where results are kept: a dated JSON file, and charts [default: perf/results]
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
}

impl Saving {
    /// Writes results with their date, commit and machine, and charts beside them. The charts that
    /// the README shows, which have no date, are written anew by complete runs only. Returns a line
    /// for people; an empty one if nothing was to be kept.
    pub(crate) fn save(
        &self,
        name: &str,
        by_default: bool,
        found: &Value,
        is_complete: bool,
        charts: &[(&str, &str)],
    ) -> Result<String> {
        if self.no_save || !(by_default || self.save) {
            return Ok(String::new());
        }
        let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
        let dir = self.results.as_ref().unwrap_or(&default);
        fs::create_dir_all(dir)?;
        let now = jiff::Timestamp::now();
        let stem = format!("{name}-{}", now.strftime("%Y-%m-%dT%H%M%SZ"));
        let mut whole = json!({
            "what": name,
            "date": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "commit": commit(),
            "machine": machine(),
        });
        if let (Some(whole), Some(found)) = (whole.as_object_mut(), found.as_object()) {
            whole.extend(found.clone());
        }
        let path = dir.join(format!("{stem}.json"));
        fs::write(&path, serde_json::to_string_pretty(&whole)? + "\n")?;
        for (chart, svg) in charts {
            let file =
                if is_complete { format!("{chart}.svg") } else { format!("{stem}-{chart}.svg") };
            fs::write(dir.join(file), svg)?;
        }
        Ok(format!("kept in {}\n", path.display()))
    }
}

/// The commit that is checked out, `-dirty` behind it if something was changed since.
fn commit() -> Option<String> {
    let output = Command::new("git")
        .args(["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    Some(said.trim().to_owned()).filter(|said| !said.is_empty())
}

/// What the figures are of.
fn machine() -> Value {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map(|rest| rest.trim_start_matches([' ', '\t', ':']).trim());
    let kernel = read("/proc/sys/kernel/osrelease");
    let kernel = kernel.split(['-', '\n']).next().unwrap_or_default();
    let memory = read("/proc/meminfo");
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kilobytes = memory.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    json!({
        "processor": model,
        "cores": cores,
        "architecture": std::env::consts::ARCH,
        "kernel": kernel,
        "memory_bytes": kilobytes.map(|figure| figure * 1024),
    })
}
