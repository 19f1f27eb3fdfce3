//! The file of a private key: who can read it besides its owner.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// Who else has access to a private key, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exposed {
    /// Its group: that may be meant.
    ToGroup(String),
    /// Everybody on this machine.
    ToAll(String),
}

/// Who else than its owner has access to a private key. The rule is that of PostgreSQL and OpenSSH,
/// but for groups, of which it only warns: 0600, or 0640 where root owns the file.
pub(crate) fn exposed(path: &Path, meta: &Metadata) -> Option<Exposed> {
    judge(meta.permissions().mode() & 0o777, meta.uid()).map(|(is_all, what)| {
        let path = path.display();
        let text = format!("the private key {path} {what}");
        if is_all { Exposed::ToAll(text) } else { Exposed::ToGroup(text) }
    })
}

/// Whether all have access, and what to do; none where nobody has.
fn judge(mode: u32, owner: u32) -> Option<(bool, String)> {
    let is_all = mode & 0o007 != 0;
    let group = if owner == 0 { 0o030 } else { 0o070 };
    let who = if is_all {
        "everybody has"
    } else if mode & group != 0 {
        "its group has"
    } else {
        return None;
    };
    let what = format!(
        "has mode {mode:04o}, so that {who} access to it: chmod 0600, or 0640 where root owns it"
    );
    Some((is_all, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_judged_by_owner() {
        for (mode, owner, expected) in [
            (0o600, 1000, None),
            (0o400, 0, None),
            (0o640, 0, None),
            (0o440, 0, None),
            (0o640, 1000, Some(false)),
            (0o660, 0, Some(false)),
            (0o601, 0, Some(true)),
            (0o644, 0, Some(true)),
            (0o604, 1000, Some(true)),
        ] {
            let judged = judge(mode, owner);
            assert_eq!(judged.as_ref().map(|(is_all, _)| *is_all), expected, "{mode:o} {owner}");
            assert!(judged.is_none_or(|(_, what)| what.contains(&format!("mode {mode:04o}"))));
        }
    }
}
