//! Finds the spelling that a line has.

use core::cmp::Reverse;

use super::field::{is_open, reach};
use super::tree::{Edge, MAX_CAPTURES, Spelling, Tree};

/// How many nodes one line may visit: what takes more is hostile, or no line of ours.
const MAX_VISITS: u32 = 2000;

/// How many bytes are searched in the time of a visit.
const VISIT_BYTES: usize = 256;

/// Where the fields of a line are.
#[derive(Debug)]
pub(super) struct Captures {
    places: [(usize, usize); MAX_CAPTURES],
    len: usize,
}

impl Captures {
    pub(super) fn of<'l>(&self, line: &'l [u8], index: usize) -> &'l [u8] {
        let place = self.places.get(index);
        place.and_then(|(start, end)| line.get(*start..*end)).unwrap_or_default()
    }

    fn push(&mut self, start: usize, end: usize) {
        if let Some(place) = self.places.get_mut(self.len) {
            *place = (start, end);
        }
        self.len += 1;
    }
}

/// The spelling of a message, and where its fields are.
pub(super) fn walk<'t>(tree: &'t Tree, line: &[u8]) -> Option<(&'t Spelling, Captures)> {
    let captures = Captures { places: [(0, 0); MAX_CAPTURES], len: 0 };
    let mut walk = Walk { tree, line, captures, visits: 0 };
    let spelling = walk.node(0, 0)?;
    Some((tree.spellings.get(spelling)?, walk.captures))
}

struct Walk<'t, 'l> {
    tree: &'t Tree,
    line: &'l [u8],
    captures: Captures,
    visits: u32,
}

impl<'t> Walk<'t, '_> {
    /// Goes on from a node with the line from `at` on.
    fn node(&mut self, mut node: usize, mut at: usize) -> Option<usize> {
        loop {
            self.visits += 1;
            if self.visits > MAX_VISITS {
                return None;
            }
            let tree: &'t Tree = self.tree;
            let here = tree.nodes.get(node)?;
            let rest = self.line.get(at..)?;
            let literal = rest.first().and_then(|first| {
                let index = here.firsts.iter().position(|known| known == first)?;
                here.literals.get(index).filter(|(text, _)| rest.starts_with(text))
            });
            if rest.is_empty() && here.end.is_some() {
                return here.end;
            }
            match (literal, here.fields.as_slice()) {
                (Some((text, next)), []) => {
                    (node, at) = (*next, at + text.len());
                }
                (None, [edge]) if !is_open(edge.kind) => {
                    let end = at + reach(edge.kind, rest)?;
                    self.captures.push(at, end);
                    (node, at) = (edge.next, end);
                }
                (literal, edges) => {
                    let before = self.captures.len;
                    if let Some((text, next)) = literal
                        && let Some(end) = self.node(*next, at + text.len())
                    {
                        return Some(end);
                    }
                    return edges.iter().find_map(|edge| {
                        self.captures.len = before;
                        self.edge(edge, at)
                    });
                }
            }
        }
    }

    fn edge(&mut self, edge: &'t Edge, at: usize) -> Option<usize> {
        let before = self.captures.len;
        let rest = self.line.get(at..)?;
        if let Some(len) = reach(edge.kind, rest) {
            self.captures.push(at, at + len);
            if let Some(end) = self.node(edge.next, at + len) {
                return Some(end);
            }
            self.captures.len = before;
        }
        if !is_open(edge.kind) {
            return None;
        }
        if let Some(end) = self.stops(edge, at) {
            return Some(end);
        }
        self.captures.len = before;
        let spelling = edge.whole.filter(|_| fits(edge, rest))?;
        self.captures.push(at, self.line.len());
        Some(spelling)
    }

    /// Ends the field at the first place from which the line goes on to its end: before one of its
    /// stops, or before a text that ends the line.
    fn stops(&mut self, edge: &'t Edge, at: usize) -> Option<usize> {
        let before = self.captures.len;
        let rest = self.line.get(at..)?;
        let mut tried = None;
        // Each time the nearest place that was not tried, where two are equally near the one with
        // the longer text: there are few, so that sorting them would not pay.
        while let Some(place) = places(edge, rest, tried).min() {
            if tried.is_some() {
                // To look further costs as much as there is to look through.
                self.visits += 1 + u32::try_from(rest.len() / VISIT_BYTES).unwrap_or(MAX_VISITS);
            }
            if self.visits > MAX_VISITS {
                return None;
            }
            tried = Some(place);
            let Place { found, len, end, .. } = place;
            let Reverse(len) = len;
            if !rest.get(..found).is_some_and(|field| fits(edge, field)) {
                continue;
            }
            self.captures.len = before;
            self.captures.push(at, at + found);
            let end = match end {
                Then::Node(next) => self.node(next, at + found + len),
                Then::End(spelling) => Some(spelling),
            };
            if end.is_some() {
                return end;
            }
        }
        None
    }
}

/// Where an open field can end; the order is that in which they are tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    found: usize,
    /// The length of the text behind the field.
    len: Reverse<usize>,
    end: Then,
}

/// How it goes on behind the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Then {
    End(usize),
    Node(usize),
}

/// For each text that the field can end before, the nearest place that comes after `tried`.
fn places(edge: &Edge, rest: &[u8], tried: Option<Place>) -> impl Iterator<Item = Place> {
    let finals = edge.finals.iter().filter_map(move |(text, spelling)| {
        let found = rest.strip_suffix(text.as_slice())?.len();
        let place = Place { found, len: Reverse(text.len()), end: Then::End(*spelling) };
        (tried < Some(place)).then_some(place)
    });
    let stops = edge.stops.iter().filter_map(move |(finder, next)| {
        let from = tried.map_or(0, |tried| tried.found);
        // The text may stand where another was tried, so that place counts too.
        [from, from + 1].into_iter().find_map(|from| {
            let found = from + finder.find(rest.get(from..)?)?;
            let len = Reverse(finder.needle().len());
            let place = Place { found, len, end: Then::Node(*next) };
            (tried < Some(place)).then_some(place)
        })
    });
    finals.chain(stops)
}

/// Whether a text can be a field of this kind: quoted ones have quotes at both ends.
fn fits(edge: &Edge, text: &[u8]) -> bool {
    edge.kind == crate::event::FieldKind::Text
        || matches!(text, [b'\'', .., b'\''] | [b'"', .., b'"'])
}
