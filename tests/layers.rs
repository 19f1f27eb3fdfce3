//! The folders' rule: imports run one way.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::fs;
use std::path::Path;

/// Each may use those before it.
const LAYERS: [&str; 13] = [
    "base",
    "event",
    "record",
    "ring",
    "filter",
    "format",
    "parse",
    "subscription",
    "sink",
    "engine",
    "capi",
    "service",
    "cli",
];

#[test]
fn imports_run_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (rank, layer) in LAYERS.iter().enumerate() {
        visit(&src.join(layer), &mut |path, text| {
            // What stands behind `#[cfg(test)]` may use the whole crate.
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for later in LAYERS.iter().skip(rank + 1) {
                    if line.contains(&format!("crate::{later}::")) {
                        wrong.push(format!("{}: {}", path.display(), line.trim()));
                    }
                }
            }
        });
    }
    assert!(wrong.is_empty(), "a folder uses a later one:\n{}", wrong.join("\n"));
}

#[test]
fn every_folder_has_its_place() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders: Vec<String> = fs::read_dir(src)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let mut layers = LAYERS.map(str::to_owned).to_vec();
    layers.sort();
    assert_eq!(folders, layers);
}

fn visit(path: &Path, see: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, see);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            see(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}
