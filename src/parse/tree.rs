//! The tree of all spellings of a log type's rows.

use std::collections::{BTreeMap, HashSet};

use memchr::memmem::Finder;

use super::field::is_open;
use crate::base::{Dialect, LogType};
use crate::event::{self, Event as _, FieldKind, Piece, Presence, Row, TextLine};
use crate::format::bounce;

/// The most fields that a spelling may show; what is longer has a reader of its own.
pub(super) const MAX_CAPTURES: usize = 16;

/// The numbers from which on events are the engine's own, and may stand in any log.
pub(super) const OWN: u16 = 1500;

/// A node of the tree: a place in a line, and how the line can go on from there.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The first bytes of `literals`, in the same order.
    pub(super) firsts: Vec<u8>,
    pub(super) literals: Vec<(Vec<u8>, usize)>,
    pub(super) fields: Vec<Edge>,
    /// The spelling that is complete here, if the line is.
    pub(super) end: Option<usize>,
}

/// A field that a line can go on with.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) kind: FieldKind,
    /// Where the line goes on behind the field, for kinds whose form tells where that is.
    pub(super) next: usize,
    /// For the other kinds: texts that end both field and line.
    pub(super) finals: Vec<(Vec<u8>, usize)>,
    /// Texts that the field can end before, and where the line goes on behind them.
    pub(super) stops: Vec<(Finder<'static>, usize)>,
    /// The spelling that is complete when the field is the rest of the line.
    pub(super) whole: Option<usize>,
}

/// A complete spelling: what to put for each field of the row.
#[derive(Debug)]
pub(super) struct Spelling {
    pub(super) number: u16,
    pub(super) fields: Vec<Put>,
}

/// What to put for a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Put {
    /// How the field is stored.
    pub(super) kind: FieldKind,
    pub(super) presence: Presence,
    pub(super) source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The field of this place in the line, which shows it as this kind.
    Shown(usize, FieldKind),
    /// A part of the line that is there.
    Flag,
    /// The line does not say.
    Nothing,
}

#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) spellings: Vec<Spelling>,
}

/// A step of one spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Step {
    Literal(Vec<u8>),
    Field(KindKey, &'static str),
    Flag(&'static str),
}

/// A kind that can be hashed: by its place in the list of kinds in use.
type KindKey = usize;

/// What is left of a spelling from a place of the tree on.
#[derive(Clone, Copy)]
struct Rest<'s> {
    steps: &'s [Step],
    /// How much of the first step, a literal, lies behind already.
    offset: usize,
    spelling: usize,
}

impl Tree {
    /// The tree of what a file of this type may hold.
    pub(super) fn of(log_type: LogType) -> Self {
        // The text of that one is a line of whatever form, not what its message would show of it.
        let wanted = |row: &&Row| stands_in(row, log_type) && row.number != TextLine::ROW.number;
        let rows: Vec<_> = event::rows().filter(wanted).collect();

        let mut builder = Builder::default();
        let mut lines = Vec::new();
        // Where two rows share a spelling, the one that writes it goes before those that read it.
        for row in &rows {
            builder.spell(row, row.pieces, &mut lines);
        }
        for row in &rows {
            for also in row.also {
                builder.spell(row, also, &mut lines);
            }
        }
        let rests: Vec<_> = lines
            .iter()
            .enumerate()
            .map(|(spelling, steps)| Rest { steps, offset: 0, spelling })
            .collect();
        builder.node(&rests);
        Self { nodes: builder.nodes, spellings: builder.spellings }
    }
}

/// Whether a file of this type may hold lines of an event.
pub(super) fn can_stand_in(number: u16, log_type: LogType) -> bool {
    number >= OWN || event::row(number).is_some_and(|row| stands_in(row, log_type))
}

fn stands_in(row: &Row, log_type: LogType) -> bool {
    row.number >= OWN
        || match log_type {
            // Events of the mail log, in a spelling of its own.
            LogType::Bounce => bounce::EVENTS.contains(&row.number),
            LogType::SmtpConversation => {
                matches!(row.log_type, LogType::InjectionDebug | LogType::DomainDebug)
            }
            // The mail log tells the status too.
            LogType::TextMail if row.log_type == LogType::Status => true,
            log_type => row.log_type == log_type,
        }
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    spellings: Vec<Spelling>,
    kinds: Vec<FieldKind>,
}

impl Builder {
    /// Adds each spelling that the pieces allow: with and without each optional part, in each
    /// dialect.
    fn spell(&mut self, row: &Row, pieces: &[Piece], lines: &mut Vec<Vec<Step>>) {
        let parts = pieces.iter().filter(|piece| matches!(piece, Piece::Optional(..))).count();
        let mut seen = HashSet::new();
        // All parts first: what is more specific wins.
        for without in 0..1_u32 << parts {
            for dialect in Dialect::ALL.into_iter().rev() {
                let mut steps = Vec::new();
                self.steps(pieces, dialect, &mut without.clone(), &mut steps);
                if steps.iter().filter(|step| matches!(step, Step::Field(..))).count()
                    > MAX_CAPTURES
                {
                    return;
                }
                if seen.insert(steps.clone()) {
                    self.spellings.push(self.spelling(row, &steps));
                    steps.retain(|step| !matches!(step, Step::Flag(_)));
                    lines.push(merged(steps));
                }
            }
        }
    }

    fn steps(
        &mut self,
        pieces: &[Piece],
        dialect: Dialect,
        without: &mut u32,
        steps: &mut Vec<Step>,
    ) {
        for piece in pieces {
            match piece {
                Piece::Literal(text) => steps.push(Step::Literal(text.as_bytes().to_vec())),
                Piece::Only(from, to, text) => {
                    if (*from..=*to).contains(&dialect) {
                        steps.push(Step::Literal(text.as_bytes().to_vec()));
                    }
                }
                Piece::Field(field) => steps.push(Step::Field(self.key(field.kind), field.name)),
                Piece::Optional(field, pieces) => {
                    let there = *without & 1 == 0;
                    *without >>= 1;
                    if there {
                        steps.push(Step::Flag(field.name));
                        self.steps(pieces, dialect, without, steps);
                    }
                }
            }
        }
    }

    fn key(&mut self, kind: FieldKind) -> KindKey {
        self.kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
            self.kinds.push(kind);
            self.kinds.len() - 1
        })
    }

    fn kind(&self, key: KindKey) -> FieldKind {
        self.kinds.get(key).copied().unwrap_or(FieldKind::Text)
    }

    fn spelling(&self, row: &Row, steps: &[Step]) -> Spelling {
        let shown: Vec<_> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Field(key, name) => Some((*name, self.kind(*key))),
                Step::Literal(_) | Step::Flag(_) => None,
            })
            .collect();
        let source = |name, presence| {
            if presence == Presence::Flag {
                let there = steps.contains(&Step::Flag(name));
                return if there { Source::Flag } else { Source::Nothing };
            }
            let at = shown.iter().position(|(shown, _)| *shown == name);
            at.and_then(|at| Some(Source::Shown(at, shown.get(at)?.1))).unwrap_or(Source::Nothing)
        };
        let mut fields: Vec<_> = row
            .fields()
            .map(|(field, presence)| Put {
                kind: field.kind,
                presence,
                source: source(field.name, presence),
            })
            .collect();
        // A missing tail reads as absent.
        let last = fields.iter().rposition(|put| put.source != Source::Nothing);
        fields.truncate(last.map_or(0, |last| last + 1));
        Spelling { number: row.number, fields }
    }

    /// Adds the node from which all these rests go on, and gives its index.
    fn node(&mut self, rests: &[Rest<'_>]) -> usize {
        let index = self.nodes.len();
        self.nodes.push(Node::default());

        let mut node = Node::default();
        let mut literals = BTreeMap::<u8, Vec<Rest<'_>>>::new();
        let mut fields = Vec::<(KindKey, Vec<Rest<'_>>)>::new();
        for rest in rests {
            match rest.steps.first() {
                None => {
                    node.end.get_or_insert(rest.spelling);
                }
                Some(Step::Literal(text)) => {
                    if let Some(first) = text.get(rest.offset) {
                        literals.entry(*first).or_default().push(*rest);
                    }
                }
                Some(Step::Field(key, _)) => {
                    match fields.iter_mut().find(|(known, _)| known == key) {
                        Some((_, group)) => group.push(*rest),
                        None => fields.push((*key, vec![*rest])),
                    }
                }
                Some(Step::Flag(_)) => {}
            }
        }
        for (first, group) in literals {
            let shared = shared_prefix(&group);
            let behind: Vec<_> = group.iter().map(|rest| rest.behind(shared.len())).collect();
            node.firsts.push(first);
            node.literals.push((shared, self.node(&behind)));
        }
        // A field whose form tells its end is a surer guess than a text; quotes are surer too.
        fields.sort_by_key(|(key, _)| match self.kind(*key) {
            FieldKind::Text => 2,
            kind if is_open(kind) => 1,
            _ => 0,
        });
        for (key, group) in fields {
            node.fields.push(self.edge(self.kind(key), &group));
        }
        if let Some(place) = self.nodes.get_mut(index) {
            *place = node;
        }
        index
    }

    fn edge(&mut self, kind: FieldKind, group: &[Rest<'_>]) -> Edge {
        let behind: Vec<_> = group.iter().map(|rest| rest.behind_field()).collect();
        let mut edge = Edge { kind, next: 0, finals: Vec::new(), stops: Vec::new(), whole: None };
        if kind != FieldKind::Text {
            edge.next = self.node(&behind);
        }
        if !is_open(kind) {
            return edge;
        }
        let mut stops = Vec::<(&[u8], Vec<Rest<'_>>)>::new();
        for rest in &behind {
            match rest.steps {
                [] => {
                    edge.whole.get_or_insert(rest.spelling);
                }
                [Step::Literal(text)] => {
                    if !edge.finals.iter().any(|(known, _)| known == text) {
                        edge.finals.push((text.clone(), rest.spelling));
                    }
                }
                [Step::Literal(text), ..] => {
                    let further = rest.behind(text.len());
                    match stops.iter_mut().find(|(known, _)| known == text) {
                        Some((_, group)) => group.push(further),
                        None => stops.push((text, vec![further])),
                    }
                }
                // The macro refuses a field behind an open text.
                [Step::Field(..) | Step::Flag(_), ..] => {}
            }
        }
        for (text, group) in stops {
            edge.stops.push((Finder::new(text).into_owned(), self.node(&group)));
        }
        edge
    }
}

impl<'s> Rest<'s> {
    /// What is left behind so many bytes of the literal that comes first.
    fn behind(self, len: usize) -> Self {
        let offset = self.offset + len;
        match self.steps {
            [Step::Literal(text), steps @ ..] if offset >= text.len() => {
                Self { steps, offset: 0, ..self }
            }
            _ => Self { offset, ..self },
        }
    }

    fn behind_field(self) -> Self {
        Self { steps: self.steps.get(1..).unwrap_or_default(), ..self }
    }

    /// What is left of the literal that comes first.
    fn literal(&self) -> &'s [u8] {
        match self.steps {
            [Step::Literal(text), ..] => text.get(self.offset..).unwrap_or_default(),
            _ => &[],
        }
    }
}

fn shared_prefix(group: &[Rest<'_>]) -> Vec<u8> {
    let mut literals = group.iter().map(Rest::literal);
    let first = literals.next().unwrap_or_default();
    let len = literals.fold(first.len(), |len, other| {
        first.iter().zip(other).take(len).take_while(|(a, b)| a == b).count()
    });
    first.get(..len).unwrap_or_default().to_vec()
}

/// The steps with neighbouring literals joined.
fn merged(steps: Vec<Step>) -> Vec<Step> {
    let mut merged = Vec::<Step>::new();
    for step in steps {
        match (merged.last_mut(), step) {
            (Some(Step::Literal(before)), Step::Literal(text)) => before.extend(text),
            (_, step) => merged.push(step),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// The spellings of one row, with all fields alike.
    fn shapes<'p>(row: &Row, lines: impl Iterator<Item = &'p [Piece]>) -> HashSet<String> {
        let mut builder = Builder::default();
        let mut spelled = Vec::new();
        lines.for_each(|pieces| builder.spell(row, pieces, &mut spelled));
        let shape = |steps: Vec<Step>| {
            let step = |step| match step {
                Step::Literal(text) => String::from_utf8(text).expect("rows are UTF-8"),
                Step::Field(..) | Step::Flag(_) => "{}".to_owned(),
            };
            steps.into_iter().map(step).collect()
        };
        spelled.into_iter().map(shape).collect()
    }

    /// A spelling that two rows write, or that two rows read and none writes, would be read as
    /// whichever comes first.
    #[test]
    fn no_spelling_belongs_to_two_rows_of_a_type() {
        for log_type in LogType::ALL {
            let rows = || event::rows().filter(|r| r.log_type == log_type || r.number >= OWN);
            let mut written = HashMap::new();
            let mut read = HashMap::new();
            for row in rows() {
                for shape in shapes(row, [row.pieces].into_iter()) {
                    let other = written.insert(shape.clone(), row.name);
                    assert_eq!(other, None, "{log_type}: {} writes {shape} too", row.name);
                }
                for shape in shapes(row, row.also.iter().copied()) {
                    let other = read.insert(shape.clone(), row.name);
                    assert_eq!(other, None, "{log_type}: {} reads {shape} too", row.name);
                }
            }
            assert!(!Tree::of(log_type).nodes.is_empty());
        }
    }
}
