//! Who a lane belongs to.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

/// A process, told apart from all others that ever had its number.
///
/// It is for people and for times; whether the process still lives is told by the lock that it
/// holds on its lane, which the kernel takes back at its end, whatever namespace it was in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    /// Its number in its own namespace.
    pub(crate) pid: u32,
    pub(crate) uid: u32,
    /// When it was started, in clock ticks since the machine came up; 0 where that is unknown.
    pub(crate) start: u64,
    /// The namespace that its number is of; 0 where that is unknown.
    pub(crate) namespace: u64,
    /// The boot of the machine; 0 where that is unknown. Counters of two boots do not compare.
    pub(crate) boot: [u64; 2],
}

impl Owner {
    /// This process.
    pub(crate) fn here() -> Self {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        Self {
            pid: std::process::id(),
            uid: effective_user(),
            start: start_of(&stat).unwrap_or(0),
            namespace: fs::metadata("/proc/self/ns/pid").map_or(0, |found| found.ino()),
            boot: boot_of_machine(),
        }
    }
}

/// The user as whom files are made.
pub(crate) fn effective_user() -> u32 {
    // SAFETY: the call cannot fail and touches no memory.
    unsafe { libc::geteuid() }
}

/// The id of this boot of the machine.
fn boot_of_machine() -> [u64; 2] {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let hex: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let half = |range| {
        let digits = hex.get(range).unwrap_or_default();
        u64::from_str_radix(digits, 16).unwrap_or(0)
    };
    [half(0..16), half(16..32)]
}

/// The 22nd field of a process's `stat`; the second one, its name, may hold anything.
fn start_of(stat: &str) -> Option<u64> {
    let (_, behind_name) = stat.rsplit_once(')')?;
    behind_name.split_ascii_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_blanks_hides_no_field() {
        let stat = "77 (a) b ) S 1 77 77 0 -1 4194560 90 0 0 0 0 0 0 0 20 0 1 0 424242 9 9";
        assert_eq!(start_of(stat), Some(424_242));
        assert_eq!(start_of("77 (broken"), None);
    }

    #[test]
    fn this_process_knows_itself() {
        let owner = Owner::here();
        assert_eq!(owner.pid, std::process::id());
        assert!(owner.start > 0 && owner.boot != [0, 0]);
        assert_eq!(owner, Owner::here());
    }
}
