//! What is known of one message, and how the line's fields follow from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::format::cef::CefField;
use crate::format::escape::quote;

/// The most bytes that are kept of one message. What comes behind is left out, and the line counts
/// as cut.
const MAX_BYTES: usize = 64 << 10;

/// What a value takes besides its bytes.
const OVERHEAD: usize = 32;

/// The most characters of a link or a file's name.
const MAX_NAME: usize = 255;

/// Values by field.
pub(crate) type Values = BTreeMap<CefField, Vec<u8>>;

/// One message, from its beginning to its last record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    /// What it has from the connection that it came in on.
    pub(crate) connection: Option<Arc<Values>>,
    values: Values,
    recipients: Vec<Vec<u8>>,
    spf: Vec<Spf>,
    links: Vec<Link>,
    files: Vec<Attached>,
    /// Filters' entries by label.
    entries: Vec<(Vec<u8>, Vec<Vec<u8>>)>,
    /// Headers by lower-case name.
    headers: Vec<(Vec<u8>, Vec<Vec<u8>>)>,
    dlp: Option<Dlp>,
    fate: Fate,
    /// Bytes kept.
    bytes: usize,
    /// Something did not fit.
    pub(crate) is_cut: bool,
}

#[derive(Clone, Debug)]
struct Spf {
    scope: Vec<u8>,
    sender: Vec<u8>,
    result: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
struct Link {
    url: Vec<u8>,
    expanded: Vec<u8>,
    score: Vec<u8>,
    /// The attachment that it stands in.
    attachment: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
struct Attached {
    name: Vec<u8>,
    verdict: Vec<u8>,
    sha256: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Dlp {
    severity: Vec<u8>,
    score: u32,
    policy: Vec<u8>,
}

/// What became of the message; a later one counts if it is greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// Nothing yet.
    #[default]
    Unknown,
    /// Given up for all recipients.
    Bounced,
    /// Some recipient has it.
    Delivered,
    Aborted,
    Dropped,
    Quarantined,
    /// Held for a while in the quarantine for outbreaks.
    Held,
}

impl Fate {
    const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Bounced => "BOUNCED",
            Self::Delivered => "DELIVERED",
            Self::Aborted => "ABORTED",
            Self::Dropped => "DROPPED",
            Self::Quarantined => "QUARANTINED",
            Self::Held => "DQ",
        }
    }
}

impl Message {
    /// A message that was made of this one: it has what was found, and its own recipients.
    pub(crate) fn child(&self) -> Self {
        let mut child = self.clone();
        child.recipients.clear();
        child.fate = Fate::Unknown;
        child.values.remove(&CefField::FinalActionDetails);
        child
    }

    /// Takes over what another message has and this one has not: the one that it was made of.
    pub(crate) fn inherit(&mut self, parent: &Self) {
        let parent = parent.child();
        self.connection = self.connection.take().or(parent.connection);
        for (field, value) in parent.values {
            self.values.entry(field).or_insert(value);
        }
        let lists = [(&mut self.entries, parent.entries), (&mut self.headers, parent.headers)];
        for (own, inherited) in lists {
            if own.is_empty() {
                *own = inherited;
            }
        }
        if self.spf.is_empty() {
            self.spf = parent.spf;
        }
        if self.links.is_empty() {
            self.links = parent.links;
        }
        if self.files.is_empty() {
            self.files = parent.files;
        }
        self.dlp = self.dlp.take().or(parent.dlp);
        self.bytes = self.bytes.max(parent.bytes);
    }

    /// How many bytes are kept of it.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether so many more bytes can be kept.
    fn has_room(&mut self, more: usize) -> bool {
        let has_room = self.bytes + more + OVERHEAD <= MAX_BYTES;
        if has_room {
            self.bytes += more + OVERHEAD;
        } else {
            self.is_cut = true;
        }
        has_room
    }

    /// Sets a field. An empty value takes it away.
    pub(crate) fn set(&mut self, field: CefField, value: impl Into<Vec<u8>>) {
        let value = value.into();
        if let Some(old) = self.values.remove(&field) {
            self.bytes = self.bytes.saturating_sub(old.len() + OVERHEAD);
        }
        if !value.is_empty() && self.has_room(value.len()) {
            self.values.insert(field, value);
        }
    }

    /// Sets what became of it, if that counts for more than what is known.
    pub(crate) fn end_as(&mut self, fate: Fate, details: impl Into<Vec<u8>>) {
        if fate >= self.fate {
            self.fate = fate;
            self.set(CefField::FinalActionDetails, details);
        }
    }

    pub(crate) fn add_recipient(&mut self, address: &[u8]) {
        if self.has_room(address.len()) {
            self.recipients.push(address.to_vec());
        }
    }

    pub(crate) fn add_spf(&mut self, scope: &[u8], sender: &[u8], result: &[u8]) {
        if self.has_room(scope.len() + sender.len() + result.len()) {
            let [scope, sender, result] = [scope, sender, result].map(<[u8]>::to_vec);
            self.spf.push(Spf { scope, sender, result });
        }
    }

    /// What is known of a link; empty where nothing is.
    pub(crate) fn add_link(&mut self, url: &[u8], expanded: &[u8], score: &[u8], file: &[u8]) {
        if !self.has_room(url.len() + expanded.len() + score.len() + file.len()) {
            return;
        }
        let at = self.links.iter().position(|link| link.url == url).unwrap_or_else(|| {
            self.links.push(Link { url: url.to_vec(), ..Link::default() });
            self.links.len() - 1
        });
        let Some(link) = self.links.get_mut(at) else { return };
        for (known, news) in
            [(&mut link.expanded, expanded), (&mut link.score, score), (&mut link.attachment, file)]
        {
            if !news.is_empty() {
                *known = news.to_vec();
            }
        }
    }

    /// What is known of an attachment; empty where nothing is.
    pub(crate) fn add_file(&mut self, name: &[u8], verdict: &[u8], sha256: &[u8]) {
        if !self.has_room(name.len() + verdict.len() + sha256.len()) {
            return;
        }
        let at = self.files.iter().position(|file| file.name == name).unwrap_or_else(|| {
            self.files.push(Attached { name: name.to_vec(), ..Attached::default() });
            self.files.len() - 1
        });
        let Some(file) = self.files.get_mut(at) else { return };
        for (known, news) in [(&mut file.verdict, verdict), (&mut file.sha256, sha256)] {
            if !news.is_empty() {
                *known = news.to_vec();
            }
        }
    }

    /// A filter's entry.
    pub(crate) fn add_entry(&mut self, label: &[u8], entry: &[u8]) {
        if self.has_room(label.len() + entry.len()) {
            add_to(&mut self.entries, label, entry);
        }
    }

    /// A header that is to be logged.
    pub(crate) fn add_header(&mut self, name: &[u8], value: &[u8]) {
        if self.has_room(name.len() + value.len()) {
            add_to(&mut self.headers, &name.to_ascii_lowercase(), value);
        }
    }

    pub(crate) fn set_dlp(&mut self, severity: &[u8], score: u32, policy: &[u8]) {
        if self.has_room(severity.len() + policy.len()) {
            let (severity, policy) = (severity.to_vec(), policy.to_vec());
            self.dlp = Some(Dlp { severity, score, policy });
        }
    }

    /// Whether mail went out.
    pub(crate) fn is_outbound(&self) -> bool {
        self.plain(CefField::MailDirection).is_some_and(|value| value == b"1")
    }

    fn plain(&self, field: CefField) -> Option<&[u8]> {
        let of_connection = || self.connection.as_ref()?.get(&field);
        self.values.get(&field).or_else(of_connection).map(Vec::as_slice)
    }

    /// The value of a field, as it stands in the line but for what CEF itself escapes; `None`
    /// where the message has none.
    pub(crate) fn value(&self, field: CefField) -> Option<Vec<u8>> {
        use CefField as F;
        if let Some(value) = self.values.get(&field) {
            return Some(match field {
                F::MessageId | F::Subject => quoted(value),
                _ => value.clone(),
            });
        }
        match field {
            F::Recipients if !self.recipients.is_empty() => Some(self.recipients.join(&b';')),
            F::SpfVerdict if !self.spf.is_empty() => Some(dict(self.spf.iter().map(|spf| {
                let result =
                    [(&b"result"[..], quoted(&spf.result)), (b"sender", quoted(&spf.sender))];
                (spf.scope.as_slice(), dict(result.into_iter()))
            }))),
            F::UrlDetails if !self.links.is_empty() => {
                Some(dict(self.links.iter().map(|link| (cut(&link.url), link.details()))))
            }
            F::FileDetails if !self.files.is_empty() => {
                Some(dict(self.files.iter().map(|file| (cut(&file.name), file.details()))))
            }
            F::CustomLogEntries => lists(&self.entries),
            F::CustomLogHeaders => lists(&self.headers),
            F::DlpDetails => self.dlp.as_ref().map(Dlp::details),
            F::FinalAction if self.fate != Fate::Unknown => Some(self.fate.name().into()),
            F::AmpVerdict
            | F::AntiSpamVerdict
            | F::AntiVirusVerdict
            | F::ContentFilterVerdict
            | F::DlpVerdict
            | F::GraymailVerdict
            | F::MessageFilterVerdict
            | F::OutbreakVerdict => Some(NOT_EVALUATED.to_vec()),
            F::MailDirection => Some(b"0".to_vec()),
            _ => self.plain(field).map(<[u8]>::to_vec),
        }
    }
}

/// The verdict of an engine that said nothing.
const NOT_EVALUATED: &[u8] = b"NOT_EVALUATED";

impl Link {
    fn details(&self) -> Vec<u8> {
        let mut details = Vec::new();
        if !self.expanded.is_empty() {
            details.push((&b"expanded_url"[..], quoted(cut(&self.expanded))));
        }
        if !self.score.is_empty() {
            details.push((b"wbrs_score", quoted(&self.score)));
        }
        let in_attachment = if self.attachment.is_empty() { b"0" } else { b"1" };
        details.push((b"in_attachment", in_attachment.to_vec()));
        if !self.attachment.is_empty() {
            details.push((b"Attachment_with_url", quoted(cut(&self.attachment))));
        }
        dict(details.into_iter())
    }
}

impl Attached {
    fn details(&self) -> Vec<u8> {
        let mut of_amp = Vec::new();
        if !self.verdict.is_empty() {
            of_amp.push((&b"Verdict"[..], quoted(&self.verdict)));
        }
        if !self.sha256.is_empty() {
            of_amp.push((b"fileHash", quoted(&self.sha256)));
        }
        let mut engines = Vec::new();
        if !of_amp.is_empty() {
            engines.push((&b"AMP"[..], dict(of_amp.into_iter())));
        }
        engines.push((b"BodyScanner", b"{}".to_vec()));
        dict(engines.into_iter())
    }
}

impl Dlp {
    fn details(&self) -> Vec<u8> {
        let details = [
            (&b"DLPSeverity"[..], quoted(&self.severity)),
            (b"DLPScore", quoted(self.score.to_string().as_bytes())),
            // Gateways quote the policy twice.
            (b"DLPPolicy", quoted(&quoted(&self.policy))),
        ];
        dict(details.into_iter())
    }
}

/// Adds to the list of a name.
fn add_to(lists: &mut Vec<(Vec<u8>, Vec<Vec<u8>>)>, name: &[u8], value: &[u8]) {
    let known = lists.iter_mut().find(|(known, _)| known == name);
    match known {
        Some((_, list)) => list.push(value.to_vec()),
        None => lists.push((name.to_vec(), vec![value.to_vec()])),
    }
}

/// At most 255 characters.
fn cut(name: &[u8]) -> &[u8] {
    let starts = name.iter().enumerate().filter(|(_, byte)| !matches!(byte, 0x80..=0xBF));
    let end = starts.map(|(at, _)| at).nth(MAX_NAME).unwrap_or(name.len());
    name.get(..end).unwrap_or(name)
}

/// In Python's quoting.
fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}

/// A Python dict; the values are written already.
fn dict<'a>(members: impl Iterator<Item = (&'a [u8], Vec<u8>)>) -> Vec<u8> {
    let members: Vec<_> = members
        .map(|(key, value)| [quoted(key).as_slice(), b": ", value.as_slice()].concat())
        .collect();
    [&b"{"[..], members.join(&b", "[..]).as_slice(), b"}"].concat()
}

/// A Python dict of lists.
fn lists(lists: &[(Vec<u8>, Vec<Vec<u8>>)]) -> Option<Vec<u8>> {
    (!lists.is_empty()).then(|| {
        dict(lists.iter().map(|(name, list)| {
            let list: Vec<_> = list.iter().map(|value| quoted(value)).collect();
            let list = [&b"["[..], list.join(&b", "[..]).as_slice(), b"]"].concat();
            (name.as_slice(), list)
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(message: &Message, field: CefField) -> String {
        String::from_utf8(message.value(field).unwrap_or_default()).unwrap()
    }

    #[test]
    fn details_are_pythons_dicts() {
        let mut message = Message::default();
        message.add_entry(b"label2", b"value20");
        message.add_entry(b"label1", b"value1");
        message.add_entry(b"label1", b"it's");
        message.add_header(b"Reply-To", b"test@esa.example ");
        message.add_header(b"reply-to", b"n@esa.example");
        message.add_file(b"a.exe", b"", b"");
        message.add_file(b"a.exe", b"FILE UNKNOWN", b"7f84");
        message.add_spf(b"mailfrom", b"t@example.com", b"None");
        message.add_link(b"http://a.example/?x=1", b"http://b.example", b"-9.5", b"");
        message.set_dlp(b"MEDIUM", 46, b"Social Security Numbers (US)");
        for (field, expected) in [
            (
                CefField::CustomLogEntries,
                r#"{'label2': ['value20'], 'label1': ['value1', "it's"]}"#,
            ),
            (CefField::CustomLogHeaders, "{'reply-to': ['test@esa.example ', 'n@esa.example']}"),
            (
                CefField::FileDetails,
                "{'a.exe': {'AMP': {'Verdict': 'FILE UNKNOWN', 'fileHash': '7f84'}, \
                 'BodyScanner': {}}}",
            ),
            (CefField::SpfVerdict, "{'mailfrom': {'result': 'None', 'sender': 't@example.com'}}"),
            (
                CefField::UrlDetails,
                "{'http://a.example/?x=1': {'expanded_url': 'http://b.example', \
                 'wbrs_score': '-9.5', 'in_attachment': 0}}",
            ),
            (
                CefField::DlpDetails,
                "{'DLPSeverity': 'MEDIUM', 'DLPScore': '46', \
                 'DLPPolicy': \"'Social Security Numbers (US)'\"}",
            ),
        ] {
            assert_eq!(value(&message, field), expected);
        }
    }

    #[test]
    fn the_greater_fate_counts() {
        let mut message = Message::default();
        assert_eq!(message.value(CefField::FinalAction), None);
        message.end_as(Fate::Delivered, "");
        message.end_as(Fate::Bounced, "5.1.0 - Unknown address error");
        assert_eq!(value(&message, CefField::FinalAction), "DELIVERED");
        assert_eq!(message.value(CefField::FinalActionDetails), None);
        message.end_as(Fate::Dropped, "By AMP");
        assert_eq!(value(&message, CefField::FinalActionDetails), "By AMP");
    }

    #[test]
    fn a_message_is_bounded() {
        let mut message = Message::default();
        for _ in 0..100_000 {
            message.add_recipient(&[b'a'; 100]);
        }
        assert!(message.is_cut && message.bytes <= MAX_BYTES);
        let long = "ü".repeat(300);
        assert_eq!(cut(long.as_bytes()), "ü".repeat(255).as_bytes());
    }

    #[test]
    fn a_child_has_what_was_found_and_recipients_of_its_own() {
        let mut parent = Message::default();
        parent.set(CefField::MailFrom, "a@example.com");
        parent.add_recipient(b"b@example.com");
        parent.end_as(Fate::Delivered, "");
        let mut child = Message::default();
        child.set(CefField::MailFrom, "c@example.com");
        child.inherit(&parent);
        assert_eq!(value(&child, CefField::MailFrom), "c@example.com");
        assert_eq!(value(&parent.child(), CefField::MailFrom), "a@example.com");
        assert_eq!(parent.child().value(CefField::Recipients), None);
        assert_eq!(parent.child().value(CefField::FinalAction), None);
    }
}
