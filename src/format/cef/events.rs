//! What each event adds to its message's line.

use std::sync::Arc;

use crate::base::Timestamp;
use crate::event::{
    Aborted, AmpQueued, AmpVerdict, AntivirusEncrypted, AntivirusNegative, AntivirusPositive,
    AntivirusRepaired, AntivirusUnscannable, Attachment, AttachmentUrl, Bounced, BouncedByFilter,
    BouncedByPolicy, CustomLogEntry, DaneFailed, DaneFailedForDomain, DcidClose, DcidTls,
    DcidTlsFailed, DeliveryStart, DkimPass, DkimPermFail, DlpViolation, DmarcVerification, Done,
    Dropped, DroppedByContentFilter, DroppedByFilter, DroppedByPolicy, Event, Finished,
    FinishedAborted, Generated, IcidClose, IcidTls, IcidTlsFailed, MessageField, MessageHeaders,
    MessageId, Mid, NewDcid, NewIcid, OutbreakVerdict, PolicyMatch, Quarantined, Ready, Recipient,
    RecipientRejected, Rewritten, Sbrs, SdrDomains, SdrReputation, SdrThreatLevel, Sender,
    SenderGroup, SpamQuarantined, Spf, Split, SplitBySafelist, StartMid, Subject, UrlAction,
    UrlCondition, UrlExpanded, UrlMalicious, Verdict,
};
use crate::format::LineWriter;
use crate::format::absorb::absorbs;
use crate::format::cef::CefField as F;
use crate::format::cef::correlator::{Known, stamp};
use crate::format::cef::message::{Fate, Values};
use crate::ring::EventSet;

absorbs! {
    Known(time: Timestamp, block: &mut LineWriter) {
        NewIcid => new_icid,
        Sbrs => sbrs,
        SenderGroup => sender_group,
        IcidTls => icid_tls,
        IcidTlsFailed => icid_tls_failed,
        IcidClose => icid_close,
        StartMid => start_mid,
        Sender => sender,
        Recipient => recipient,
        RecipientRejected => recipient_rejected,
        MessageId => message_id,
        Subject => subject,
        Ready => ready,
        PolicyMatch => policy_match,
        Split => split,
        SplitBySafelist => split_by_safelist,
        Generated => generated,
        Rewritten => rewritten,
        Attachment => attachment,
        AmpQueued => amp_queued,
        AmpVerdict => amp_verdict,
        Verdict => verdict,
        AntivirusNegative => antivirus_negative,
        AntivirusPositive => antivirus_positive,
        AntivirusRepaired => antivirus_repaired,
        AntivirusEncrypted => antivirus_encrypted,
        AntivirusUnscannable => antivirus_unscannable,
        OutbreakVerdict => outbreak_verdict,
        DlpViolation => dlp_violation,
        Spf => spf,
        DkimPass => dkim_pass,
        DkimPermFail => dkim_perm_fail,
        DmarcVerification => dmarc,
        SdrDomains => sdr_domains,
        SdrThreatLevel => sdr_threat_level,
        SdrReputation => sdr_reputation,
        UrlExpanded => url_expanded,
        UrlAction => url_action,
        UrlCondition => url_condition,
        UrlMalicious => url_malicious,
        AttachmentUrl => attachment_url,
        CustomLogEntry => custom_log_entry,
        NewDcid => new_dcid,
        DcidTls => dcid_tls,
        DcidTlsFailed => dcid_tls_failed,
        DcidClose => dcid_close,
        DaneFailedForDomain => dane_failed_for_domain,
        DaneFailed => dane_failed,
        DeliveryStart => delivery_start,
        Done => done,
        Bounced => bounced,
        BouncedByFilter => bounced_by_filter,
        BouncedByPolicy => bounced_by_policy,
        Dropped => dropped,
        DroppedByFilter => dropped_by_filter,
        DroppedByContentFilter => dropped_by_content_filter,
        DroppedByPolicy => dropped_by_policy,
        Aborted => aborted,
        Quarantined => quarantined,
        SpamQuarantined => spam_quarantined,
        MessageField => message_field,
        MessageHeaders => message_headers,
    }
}

/// What the log is made of.
pub(crate) fn events() -> EventSet {
    let mut set = EventSet::EMPTY;
    EVENTS.iter().for_each(|number| set.insert(*number));
    set.insert(Finished::ROW.number);
    set.insert(FinishedAborted::ROW.number);
    set
}

/// Whether TLS came about.
const SUCCESS: &str = "Success";
const FAILURE: &str = "Failure";

/// Declares events that add something to their message and need nothing else.
macro_rules! of_message {
    ($($method:ident($event:ident, $message:ident: $of:ty) $body:block)*) => {
        impl Known {
            $(
                fn $method(&mut self, $event: &$of, time: Timestamp, _: &mut LineWriter) {
                    let $message = self.message($event.mid, time);
                    $body
                }
            )*
        }
    };
}

of_message! {
    sender(event, message: Sender<'_>) {
        message.set(F::MailFrom, event.from.as_bytes());
    }
    recipient(event, message: Recipient<'_>) {
        message.add_recipient(event.to.as_bytes());
    }
    message_id(event, message: MessageId<'_>) {
        message.set(F::MessageId, event.message_id.as_bytes());
    }
    subject(event, message: Subject<'_>) {
        message.set(F::Subject, event.subject.as_bytes());
    }
    ready(event, message: Ready<'_>) {
        message.set(F::MessageSize, event.bytes.to_string());
    }
    policy_match(event, message: PolicyMatch<'_>) {
        message.set(F::MailPolicy, event.policy.as_bytes());
        if let Some(table) = event.table {
            let is_outbound = table.as_bytes() == b"outbound";
            message.set(F::MailDirection, if is_outbound { "1" } else { "0" });
        }
    }
    attachment(event, message: Attachment<'_>) {
        message.add_file(event.name.as_bytes(), b"", b"");
    }
    amp_queued(event, message: AmpQueued<'_>) {
        message.add_file(event.name.as_bytes(), b"", event.sha256.as_bytes());
    }
    amp_verdict(event, message: AmpVerdict<'_>) {
        message.set(F::AmpVerdict, word(event.verdict.as_bytes()));
    }
    verdict(event, message: Verdict<'_>) {
        let field = if event.engine.as_bytes() == b"GRAYMAIL" {
            F::GraymailVerdict
        } else {
            F::AntiSpamVerdict
        };
        message.set(field, spam_verdict(event.verdict.as_bytes()));
    }
    antivirus_negative(event, message: AntivirusNegative) {
        message.set(F::AntiVirusVerdict, "NEGATIVE");
    }
    antivirus_positive(event, message: AntivirusPositive<'_>) {
        message.set(F::AntiVirusVerdict, "POSITIVE");
    }
    antivirus_repaired(event, message: AntivirusRepaired<'_>) {
        message.set(F::AntiVirusVerdict, "REPAIRED");
    }
    antivirus_encrypted(event, message: AntivirusEncrypted) {
        message.set(F::AntiVirusVerdict, "ENCRYPTED");
    }
    antivirus_unscannable(event, message: AntivirusUnscannable) {
        message.set(F::AntiVirusVerdict, "UNSCANNABLE");
    }
    outbreak_verdict(event, message: OutbreakVerdict<'_>) {
        message.set(F::OutbreakVerdict, word(event.verdict.as_bytes()));
    }
    dlp_violation(event, message: DlpViolation<'_>) {
        message.set(F::DlpVerdict, "VIOLATION");
        message.set_dlp(event.severity.as_bytes(), event.risk, event.policy.as_bytes());
    }
    spf(event, message: Spf<'_>) {
        let [scope, address, verdict] =
            [event.scope, event.address, event.verdict].map(|text| text.as_bytes());
        message.add_spf(scope, address, verdict);
    }
    dkim_pass(event, message: DkimPass<'_>) {
        message.set(F::DkimVerdict, "pass");
    }
    dkim_perm_fail(event, message: DkimPermFail<'_>) {
        message.set(F::DkimVerdict, "HardFail");
    }
    dmarc(event, message: DmarcVerification<'_>) {
        message.set(F::DmarcVerdict, dmarc_verdict(event.verdict.as_bytes()));
    }
    sdr_domains(event, message: SdrDomains<'_>) {
        for (field, value) in [
            (F::HeloDomain, event.helo),
            (F::FriendlyFrom, event.header_from),
            (F::ReplyTo, event.reply_to),
        ] {
            if value.as_bytes() != b"Not Present" && message.value(field).is_none() {
                message.set(field, value.as_bytes());
            }
        }
    }
    sdr_threat_level(event, message: SdrThreatLevel<'_>) {
        message.set(F::DomainReputation, event.threat.as_bytes());
        message.set(F::ThreatCategory, event.category.as_bytes());
        message.set(F::DomainAge, event.maturity.as_bytes());
    }
    sdr_reputation(event, message: SdrReputation<'_>) {
        message.set(F::DomainReputation, event.reputation.as_bytes());
        message.set(F::ThreatCategory, event.category.as_bytes());
        message.set(F::DomainAge, event.age.as_bytes());
    }
    url_expanded(event, message: UrlExpanded<'_>) {
        message.add_link(event.url.as_bytes(), event.target.as_bytes(), b"", b"");
    }
    url_action(event, message: UrlAction<'_>) {
        message.add_link(event.url.as_bytes(), b"", event.score.as_bytes(), b"");
    }
    url_condition(event, message: UrlCondition<'_>) {
        message.add_link(event.url.as_bytes(), b"", event.score.as_bytes(), b"");
    }
    url_malicious(event, message: UrlMalicious<'_>) {
        message.add_link(event.url.as_bytes(), b"", b"", b"");
    }
    attachment_url(event, message: AttachmentUrl<'_>) {
        let [url, score, name] = [event.url, event.score, event.name].map(|text| text.as_bytes());
        message.add_link(url, b"", score, name);
    }
    custom_log_entry(event, message: CustomLogEntry<'_>) {
        let label = if event.label.is_empty() { b"log-entry" } else { event.label.as_bytes() };
        message.add_entry(label, event.text.as_bytes());
    }
    dane_failed_for_domain(event, message: DaneFailedForDomain<'_>) {
        message.set(F::DaneStatus, FAILURE);
        message.set(F::DaneHost, event.domain.as_bytes());
    }
    dane_failed(event, message: DaneFailed<'_>) {
        message.set(F::DaneStatus, FAILURE);
    }
    done(event, message: Done<'_>) {
        message.end_as(Fate::Delivered, "");
    }
    bounced(event, message: Bounced<'_>) {
        message.end_as(Fate::Bounced, event.reason.as_bytes());
    }
    bounced_by_filter(event, message: BouncedByFilter<'_>) {
        message.set(F::ContentFilterVerdict, "MATCH");
        message.end_as(Fate::Bounced, by(event.filter.as_bytes()));
    }
    bounced_by_policy(event, message: BouncedByPolicy<'_>) {
        message.end_as(Fate::Bounced, by(event.policy.as_bytes()));
    }
    dropped(event, message: Dropped<'_>) {
        message.end_as(Fate::Dropped, by(event.engine.as_bytes()));
    }
    dropped_by_filter(event, message: DroppedByFilter<'_>) {
        let field = if event.content { F::ContentFilterVerdict } else { F::MessageFilterVerdict };
        message.set(field, "MATCH");
        message.end_as(Fate::Dropped, by(event.filter.as_bytes()));
    }
    dropped_by_content_filter(event, message: DroppedByContentFilter<'_>) {
        message.set(F::ContentFilterVerdict, "MATCH");
        message.end_as(Fate::Dropped, by(event.filter.as_bytes()));
    }
    dropped_by_policy(event, message: DroppedByPolicy<'_>) {
        message.end_as(Fate::Dropped, by(event.policy.as_bytes()));
    }
    aborted(event, message: Aborted<'_>) {
        message.end_as(Fate::Aborted, event.what.as_bytes());
    }
    quarantined(event, message: Quarantined<'_>) {
        let is_delay = event.quarantine.as_bytes() == b"Outbreak";
        if is_delay {
            message.end_as(Fate::Held, "Message held temporarily in Delay Quarantine");
        } else {
            message.end_as(Fate::Quarantined, "To POLICY");
        }
    }
    spam_quarantined(event, message: SpamQuarantined) {
        message.end_as(Fate::Quarantined, "To SPAM");
    }
    message_field(event, message: MessageField<'_>) {
        // A field that does not exist has no place in any line.
        let field = event.field.to_str().and_then(F::parse);
        if let Some(field) = field.filter(|field| !F::ALWAYS.contains(field)) {
            message.set(field, event.value.as_bytes());
        }
    }
}

impl Known {
    fn new_icid(&mut self, event: &NewIcid<'_>, time: Timestamp, block: &mut LineWriter) {
        let listener = if event.listener.is_empty() { event.interface } else { event.listener };
        let host = if event.host.is_empty() { &b"unknown"[..] } else { event.host.as_bytes() };
        let values = Values::from([
            (F::Icid, event.icid.0.to_string().into()),
            (F::IcidTimestamp, stamp(time, block)),
            (F::ListenerName, listener.as_bytes().to_vec()),
            (F::DataIp, event.interface_ip.to_string().into()),
            (F::SenderIp, event.ip.to_string().into()),
            (F::HeloIp, event.ip.to_string().into()),
            (F::SenderDomain, host.to_vec()),
        ]);
        Self::make_room(&mut self.injections);
        self.injections.insert(event.icid.0, Arc::new(values));
    }

    /// Adds to a connection; messages that began before do not see it.
    fn injection(&mut self, icid: u64, field: F, value: &[u8]) {
        if let Some(values) = self.injections.get_mut(&icid) {
            Arc::make_mut(values).insert(field, value.to_vec());
        }
    }

    fn sbrs(&mut self, event: &Sbrs<'_>, _: Timestamp, _: &mut LineWriter) {
        self.injection(event.icid.0, F::SbrsScore, event.sbrs.as_bytes());
    }

    fn sender_group(&mut self, event: &SenderGroup<'_>, _: Timestamp, _: &mut LineWriter) {
        let icid = event.icid.0;
        self.injection(icid, F::MailFlowPolicy, event.action.name().as_bytes());
        self.injection(icid, F::SenderGroup, event.group.as_bytes());
        if let Some(score) = event.sbrs {
            self.injection(icid, F::SbrsScore, score.as_bytes());
        } else if event.ipr_not_enabled {
            self.injection(icid, F::SbrsScore, b"not enabled");
        }
        if let Some(country) = event.country {
            self.injection(icid, F::SenderCountry, country.as_bytes());
        }
    }

    fn icid_tls(&mut self, event: &IcidTls<'_>, _: Timestamp, _: &mut LineWriter) {
        let icid = event.icid.0;
        self.injection(icid, F::TlsInStatus, SUCCESS.as_bytes());
        if let Some(protocol) = event.protocol {
            self.injection(icid, F::TlsInProtocol, protocol.as_bytes());
        }
        if let Some(cipher) = event.cipher {
            self.injection(icid, F::TlsInCipher, cipher.as_bytes());
        }
    }

    fn icid_tls_failed(&mut self, event: &IcidTlsFailed<'_>, _: Timestamp, _: &mut LineWriter) {
        self.injection(event.icid.0, F::TlsInStatus, FAILURE.as_bytes());
    }

    fn icid_close(&mut self, event: &IcidClose, _: Timestamp, _: &mut LineWriter) {
        self.injections.remove(&event.icid.0);
    }

    fn start_mid(&mut self, event: &StartMid, time: Timestamp, _: &mut LineWriter) {
        let connection = self.injections.get(&event.icid.0).cloned();
        let message = self.message(event.mid, time);
        message.set(F::Icid, event.icid.0.to_string());
        message.connection = connection;
    }

    fn recipient_rejected(
        &mut self,
        event: &RecipientRejected<'_>,
        time: Timestamp,
        _: &mut LineWriter,
    ) {
        let Some(mid) = event.mid else { return };
        let client = self.injections.get(&event.icid.0).and_then(|values| values.get(&F::SenderIp));
        let Some(client) = client.cloned() else { return };
        let by = event.by.as_bytes();
        let field = if by.starts_with(b"DHAP") {
            F::DhaSource
        } else if by.starts_with(b"Injection Control") {
            F::RateLimitedIp
        } else {
            return;
        };
        self.message(mid, time).set(field, client);
    }

    fn split(&mut self, event: &Split<'_>, time: Timestamp, _: &mut LineWriter) {
        self.descend(event.mid, event.child, time);
        self.message(event.child, time).set(F::MailPolicy, event.policy.as_bytes());
    }

    fn split_by_safelist(
        &mut self,
        event: &SplitBySafelist<'_>,
        time: Timestamp,
        _: &mut LineWriter,
    ) {
        self.descend(event.mid, event.child, time);
    }

    fn generated(&mut self, event: &Generated<'_>, time: Timestamp, _: &mut LineWriter) {
        self.descend(event.parent, event.mid, time);
    }

    fn rewritten(&mut self, event: &Rewritten<'_>, time: Timestamp, _: &mut LineWriter) {
        self.descend(event.mid, event.child, time);
    }

    /// A message was made of another. Lines of it may have come before.
    fn descend(&mut self, parent: Mid, child: Mid, time: Timestamp) {
        let Some(parent) = self.messages.get(&parent.0) else { return };
        let parent = parent.message.child();
        self.message(child, time).inherit(&parent);
    }

    fn new_dcid(&mut self, event: &NewDcid<'_>, time: Timestamp, block: &mut LineWriter) {
        let values = Values::from([
            (F::Dcid, event.dcid.0.to_string().into()),
            (F::DcidTimestamp, stamp(time, block)),
        ]);
        Self::make_room(&mut self.deliveries);
        self.deliveries.insert(event.dcid.0, values);
    }

    fn dcid_tls(&mut self, event: &DcidTls<'_>, _: Timestamp, _: &mut LineWriter) {
        let Some(values) = self.deliveries.get_mut(&event.dcid.0) else { return };
        values.insert(F::TlsOutStatus, SUCCESS.into());
        values.insert(F::TlsOutProtocol, event.protocol.as_bytes().to_vec());
        values.insert(F::TlsOutCipher, event.cipher.as_bytes().to_vec());
        // Only a connection that DANE vouches for tells the domain.
        if let Some(domain) = event.domain {
            values.insert(F::DaneStatus, SUCCESS.into());
            values.insert(F::DaneHost, domain.as_bytes().to_vec());
        }
    }

    fn dcid_tls_failed(&mut self, event: &DcidTlsFailed<'_>, _: Timestamp, _: &mut LineWriter) {
        if let Some(values) = self.deliveries.get_mut(&event.dcid.0) {
            values.insert(F::TlsOutStatus, FAILURE.into());
        }
    }

    fn dcid_close(&mut self, event: &DcidClose, _: Timestamp, _: &mut LineWriter) {
        self.deliveries.remove(&event.dcid.0);
    }

    /// The message has what the connection has that it goes out on.
    fn delivery_start(&mut self, event: &DeliveryStart<'_>, time: Timestamp, _: &mut LineWriter) {
        let values = self.deliveries.get(&event.dcid.0).cloned().unwrap_or_default();
        let message = self.message(event.mid, time);
        message.set(F::Dcid, event.dcid.0.to_string());
        for (field, value) in values {
            message.set(field, value);
        }
    }

    fn message_headers(&mut self, event: &MessageHeaders<'_>, time: Timestamp, _: &mut LineWriter) {
        let wanted = self.headers.clone();
        let message = self.message(event.mid, time);
        for (name, value) in event.headers.iter() {
            let (name, value) = (name.as_bytes(), value.as_bytes());
            let of_address = |known: &[u8]| name.eq_ignore_ascii_case(known);
            if of_address(b"from") {
                message.set(F::FriendlyFrom, address(value));
            } else if of_address(b"reply-to") {
                message.set(F::ReplyTo, address(value));
            }
            let is_wanted = wanted.as_ref().is_none_or(|wanted| {
                wanted.iter().any(|wanted| wanted.as_bytes().eq_ignore_ascii_case(name))
            });
            if is_wanted {
                message.add_header(name, value);
            }
        }
    }
}

/// `By ` and who did it.
fn by(who: &[u8]) -> Vec<u8> {
    [b"By ", who].concat()
}

/// A verdict in capitals, its blanks as `_`.
fn word(verdict: &[u8]) -> Vec<u8> {
    let verdict = verdict.split(|byte| *byte == b'(').next().unwrap_or_default();
    let one = |byte: &u8| if *byte == b' ' { b'_' } else { byte.to_ascii_uppercase() };
    verdict.trim_ascii().iter().map(one).collect()
}

/// What an anti-spam engine says, `spam negative`, as the line says it.
fn spam_verdict(verdict: &[u8]) -> &'static str {
    let has = |word: &[u8]| memchr::memmem::find(verdict, word).is_some();
    match () {
        () if has(b"negative") => "NEGATIVE",
        () if has(b"suspect") => "SUSPECT",
        () if has(b"bulk") => "BULK_MAIL",
        () if has(b"social") => "SOCIAL_MAIL",
        () if has(b"marketing") => "MARKETING_MAIL",
        () => "POSITIVE",
    }
}

fn dmarc_verdict(verdict: &[u8]) -> &'static str {
    match verdict {
        [b'p', ..] => "pass",
        [b's', ..] => "Skipped",
        [b't', ..] => "TempFailure",
        _ => "PermFailure",
    }
}

/// The address in a header's value: what stands in angle brackets, or all of it.
fn address(value: &[u8]) -> &[u8] {
    let inner = memchr::memrchr(b'<', value).and_then(|at| value.get(at + 1..));
    let inner = inner.and_then(|rest| rest.split(|byte| *byte == b'>').next());
    inner.unwrap_or(value).trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_read_as_gateways_say_them() {
        assert_eq!(word(b"SKIPPED(no attachment in message)"), b"SKIPPED");
        assert_eq!(word(b"low risk"), b"LOW_RISK");
        assert_eq!(spam_verdict(b"bulk positive"), "BULK_MAIL");
        assert_eq!(spam_verdict(b"spam suspect"), "SUSPECT");
        assert_eq!(dmarc_verdict(b"passed"), "pass");
        assert_eq!(address(b"\"A <b>\" <a@example.com>"), b"a@example.com");
        assert_eq!(address(b" a@example.com "), b"a@example.com");
    }

    #[test]
    fn a_message_without_an_event_of_its_own_is_no_message() {
        let mut known = Known::default();
        known.descend(Mid(1), Mid(2), Timestamp::default());
        assert!(known.messages.is_empty());
    }
}
