//! What the macro itself must know of the field kinds; all else of them is in `event::kind`.

/// A field kind, as far as a struct's declaration needs it.
pub(crate) struct Kind {
    /// How rows call it: the name of its type in `crate::event::kind`.
    pub(crate) name: &'static str,
    /// The type of the struct's field.
    pub(crate) value: &'static str,
    /// Whether that type borrows from the record.
    pub(crate) borrows: bool,
    /// Whether its text can hold anything, so that only a literal behind it ends it.
    pub(crate) open: bool,
    /// What such a field holds when the row does not say; `None`: the row has to.
    pub(crate) doc: Option<&'static str>,
}

/// The kind of a part without a field.
pub(crate) const FLAG: &str = "Bool";

const TEXT: &str = "crate::event::Text<'a>";
const PAIRS: &str = "crate::event::Pairs<'a>";

const KINDS: &[Kind] = &[
    plain("Mid", "crate::event::Mid", Some("The message.")),
    plain("Icid", "crate::event::Icid", Some("The injection connection.")),
    plain("Dcid", "crate::event::Dcid", Some("The delivery connection.")),
    plain("Rcid", "crate::event::Rcid", Some("The connection to the spam quarantine.")),
    plain("Rid", "crate::event::Rid", Some("The recipient, counted from 0 in its message.")),
    plain("U8", "u8", None),
    plain("U16", "u16", None),
    plain("U32", "u32", None),
    plain("U64", "u64", None),
    plain("I64", "i64", None),
    plain("Code", "u16", Some("The SMTP reply code, 0 when there was no answer.")),
    plain("Ip", "core::net::IpAddr", None),
    plain("Time", "crate::base::Timestamp", None),
    plain("YesNo", "bool", None),
    plain("Bool", "bool", None),
    plain("Action", "crate::event::Action", Some("What the policy does with the connection.")),
    plain("Archive", "crate::event::Archive", Some("Which archive the message goes to.")),
    plain("BounceCause", "crate::event::BounceCause", Some("Why the recipient bounced.")),
    plain("DnsSecurity", "crate::event::DnsSecurity", Some("What DNSSEC says of the record.")),
    open("Text", TEXT),
    open("Quoted", TEXT),
    open("Subject", TEXT),
    list("RidList", "crate::event::Rids<'a>", Some("The recipients.")),
    list("TextList", "crate::event::Texts<'a>", None),
    list("Pairs", PAIRS, None),
    list("Headers", PAIRS, None),
];

const fn plain(name: &'static str, value: &'static str, doc: Option<&'static str>) -> Kind {
    Kind { name, value, borrows: false, open: false, doc }
}

const fn open(name: &'static str, value: &'static str) -> Kind {
    Kind { name, value, borrows: true, open: true, doc: None }
}

const fn list(name: &'static str, value: &'static str, doc: Option<&'static str>) -> Kind {
    Kind { name, value, borrows: true, open: false, doc }
}

/// The kind of this name.
pub(crate) fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}
