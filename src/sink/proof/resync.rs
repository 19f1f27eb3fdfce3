//! Where a file is again as its sidecar says.

use std::collections::HashMap;
use std::io::{BufRead, Read};

use crate::base::Result;
use crate::sink::proof::chain::SHOWN;
use crate::sink::proof::verify::{Actual, Expected};

/// So many pieces in a row must be as expected.
const IN_A_ROW: usize = 3;

/// How far ahead is looked at first, and at most: in pieces.
const NEAR: usize = 64;
const FAR: usize = 1 << 18;

/// Of pieces that stand in many places, so many are looked at.
const MOST_PLACES: usize = 32;

/// How many of the next expected pieces, and how many of the file's next, do not fit: as few as
/// can be. Never none of both.
pub(super) fn resync(
    expected: &mut Expected<impl BufRead>,
    actual: &mut Actual<impl Read>,
) -> Result<(usize, usize)> {
    let mut ahead = NEAR;
    loop {
        expected.fill(ahead + IN_A_ROW)?;
        actual.fill(ahead + IN_A_ROW)?;
        let found = nearest(expected, actual);
        let have_ended = expected.has_ended && actual.has_ended;
        if let Some(found) = found {
            return Ok(found);
        }
        if have_ended || ahead >= FAR {
            let all = (expected.window.len(), actual.window.len());
            let most = |all: usize| if have_ended { all } else { all.min(ahead) };
            return Ok((most(all.0), most(all.1)));
        }
        ahead *= 8;
    }
}

fn nearest(
    expected: &Expected<impl BufRead>,
    actual: &Actual<impl Read>,
) -> Option<(usize, usize)> {
    let mut places: HashMap<[u8; SHOWN], Vec<usize>> = HashMap::new();
    for (at, piece) in expected.window.iter().enumerate() {
        let of_piece = places.entry(piece.digest).or_default();
        if of_piece.len() < MOST_PLACES {
            of_piece.push(at);
        }
    }
    let mut best: Option<(usize, usize)> = None;
    for (come, hash) in actual.window.iter().enumerate() {
        if best.is_some_and(|(gone, before)| gone + before <= come) {
            break;
        }
        let Some(digest) = hash.first_chunk::<SHOWN>() else { continue };
        for gone in places.get(digest).into_iter().flatten().copied() {
            let is_nearer = best.is_none_or(|(one, other)| gone + come < one + other);
            if is_nearer && fits(expected, actual, gone, come) {
                best = Some((gone, come));
            }
        }
    }
    best
}

/// Whether enough pieces in a row are as expected, or all up to the end.
fn fits(
    expected: &Expected<impl BufRead>,
    actual: &Actual<impl Read>,
    gone: usize,
    come: usize,
) -> bool {
    (0..IN_A_ROW).all(|on| match (expected.window.get(gone + on), actual.window.get(come + on)) {
        (Some(piece), Some(hash)) => hash.starts_with(&piece.digest),
        (None, None) => expected.has_ended && actual.has_ended,
        _ => false,
    })
}
