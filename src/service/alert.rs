//! Alerts by mail.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Message as Mail, SmtpTransport, Transport};

use crate::base::{Alarm, Alert, Error, Result};

/// How many alerts wait for the relay at most.
const WAITING: usize = 16;

/// The waits before a mail is tried again.
const RETRIES: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];

/// How long the relay may take for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long the end waits for alerts on their way.
const LAST_PATIENCE: Duration = Duration::from_secs(3);

/// How many different alerts are remembered, to hold back the same ones.
const REMEMBERED: usize = 256;

/// What became of an alert's mail, for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MailNews {
    /// It is tried, for the nth time, from 0.
    Attempt { address: String, subject: String, attempt: u32 },
    /// The relay has it.
    Sent { address: String, subject: String },
    /// The relay did not take it.
    Failed { error: String },
    /// It is not tried again.
    GivenUp { address: String, subject: String },
}

/// To whom alerts go, and how.
#[derive(Clone, Debug)]
pub(crate) struct MailOptions {
    pub(crate) to: Vec<Mailbox>,
    pub(crate) from: Mailbox,
    /// `smtp://HOST:PORT` and the like.
    pub(crate) relay: String,
    /// How long the same alert is held back.
    pub(crate) period: Duration,
    /// The most alerts in an hour.
    pub(crate) per_hour: usize,
}

/// A mail on its way to the relay.
#[derive(Debug)]
struct Letter {
    address: Mailbox,
    subject: String,
    text: String,
}

/// Sends alerts by mail, on a thread of its own.
#[derive(Debug)]
pub(crate) struct MailAlarm {
    options: MailOptions,
    letters: SyncSender<Letter>,
    held: Held,
}

/// Waits, for a moment, for what is on its way when the service ends.
#[derive(Debug)]
pub(crate) struct MailEnd(JoinHandle<()>);

impl MailAlarm {
    /// Starts the thread; `tell` is given what becomes of mails.
    ///
    /// # Errors
    /// [`Error::is_config`] for a relay that cannot be one.
    pub(crate) fn start(
        options: MailOptions,
        tell: impl Fn(MailNews) + Send + 'static,
    ) -> Result<(Self, MailEnd)> {
        let relay = relay(&options.relay)?;
        let from = options.from.clone();
        let (letters, received) = sync_channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("ringmail-alerts".to_owned())
            .spawn(move || send_all(&received, &relay, &from, &tell))
            .map_err(|source| Error::io("cannot start the thread for alerts", source))?;
        let held = Held::default();
        Ok((Self { options, letters, held }, MailEnd(thread)))
    }
}

impl Alarm for MailAlarm {
    fn raise(&mut self, alert: &Alert) -> Vec<String> {
        let MailOptions { period, per_hour, .. } = self.options;
        let Some(repeats) = self.held.admits(&alert.message, Instant::now(), period, per_hour)
        else {
            return Vec::new();
        };
        let subject = alert.subject();
        let text = text_of(alert, repeats);
        let send = |address: &Mailbox| {
            let (subject, text) = (subject.clone(), text.clone());
            // A relay that does not keep up gets no more; the log has told what happened.
            let letter = Letter { address: address.clone(), subject, text };
            self.letters.try_send(letter).ok().map(|()| address.email.to_string())
        };
        self.options.to.iter().filter_map(send).collect()
    }
}

impl MailEnd {
    /// Waits until everything is sent, no longer than a moment. The alarm is gone.
    pub(crate) fn wait(self) {
        let began = Instant::now();
        while !self.0.is_finished() && began.elapsed() < LAST_PATIENCE {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The alerts of the last time.
#[derive(Debug, Default)]
struct Held {
    /// When each went out, and how often it was held back since.
    last: HashMap<String, (Instant, u64)>,
    /// When the last ones went out.
    hour: Vec<Instant>,
}

impl Held {
    /// Whether an alert goes out, and how many of the same were held back before it.
    fn admits(
        &mut self,
        message: &str,
        now: Instant,
        period: Duration,
        per_hour: usize,
    ) -> Option<u64> {
        self.hour.retain(|sent| now.duration_since(*sent) < Duration::from_secs(3600));
        if let Some((sent, held)) = self.last.get_mut(message)
            && (now.duration_since(*sent) < period || self.hour.len() >= per_hour)
        {
            *held += 1;
            return None;
        }
        if self.hour.len() >= per_hour {
            return None;
        }
        self.hour.push(now);
        if self.last.len() >= REMEMBERED {
            self.last.retain(|_, (sent, _)| now.duration_since(*sent) < period);
        }
        let before = self.last.insert(message.to_owned(), (now, 0));
        Some(before.map_or(0, |(_, held)| held))
    }
}

/// What the mail says.
fn text_of(alert: &Alert, repeats: u64) -> String {
    let Alert { class, severity, host_name, message } = alert;
    let mut text = format!(
        "The {severity} message is:\r\n\r\n{message}\r\n\r\n\
         Host: {host_name}\r\nClass: {class}\r\nSeverity: {severity}\r\n\
         Version: ringmail {}\r\n",
        env!("CARGO_PKG_VERSION")
    );
    if repeats > 0 {
        text += &format!("The same happened {repeats} times more since the last mail.\r\n");
    }
    text
}

/// The relay of a URL.
///
/// # Errors
/// [`Error::is_config`] when it is none.
pub(crate) fn relay(url: &str) -> Result<SmtpTransport> {
    let relay = SmtpTransport::from_url(url).map_err(|error| {
        // Not the URL itself: it may hold a password.
        Error::config(format!(
            "alerts.relay: {error}: write smtp://HOST:25, smtps://HOST, or \
             smtp://USER:PASSWORD@HOST:587?tls=required"
        ))
    })?;
    Ok(relay.timeout(Some(PATIENCE)).build())
}

fn send_all(
    letters: &Receiver<Letter>,
    relay: &SmtpTransport,
    from: &Mailbox,
    tell: &impl Fn(MailNews),
) {
    // Letters that failed: when they are tried again, and for how many times that has been.
    let mut again: Vec<(Instant, u32, Letter)> = Vec::new();
    loop {
        let next = again.iter().map(|(due, ..)| *due).min();
        let wait = next.map(|due| due.saturating_duration_since(Instant::now()));
        let received = match wait {
            Some(wait) => letters.recv_timeout(wait),
            None => letters.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let (attempt, letter) = match received {
            Ok(letter) => (0, letter),
            Err(RecvTimeoutError::Timeout) => {
                let due = again.iter().position(|(due, ..)| *due <= Instant::now());
                let Some(at) = due else { continue };
                let (_, attempt, letter) = again.swap_remove(at);
                (attempt, letter)
            }
            Err(RecvTimeoutError::Disconnected) => {
                for (_, _, Letter { address, subject, .. }) in again {
                    tell(MailNews::GivenUp { address: address.email.to_string(), subject });
                }
                return;
            }
        };
        let (address, subject) = (letter.address.email.to_string(), letter.subject.clone());
        tell(MailNews::Attempt { address: address.clone(), subject: subject.clone(), attempt });
        let Err(error) = send(&letter, relay, from) else {
            tell(MailNews::Sent { address, subject });
            continue;
        };
        tell(MailNews::Failed { error });
        match RETRIES.get(attempt as usize) {
            Some(wait) => again.push((Instant::now() + *wait, attempt + 1, letter)),
            None => tell(MailNews::GivenUp { address, subject }),
        }
    }
}

fn send(letter: &Letter, relay: &SmtpTransport, from: &Mailbox) -> Result<(), String> {
    let mail = Mail::builder()
        .from(from.clone())
        .to(letter.address.clone())
        .subject(&letter.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(letter.text.clone())
        .map_err(|error| error.to_string())?;
    relay.send(&mail).map(|_| ()).map_err(|error| {
        // The cause tells more than the kind of error.
        let mut said = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            said = format!("{said}: {cause}");
            source = cause.source();
        }
        said
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_alert_is_held_back_for_a_while() {
        let (mut held, now, minute) = (Held::default(), Instant::now(), Duration::from_secs(60));
        let mut admits =
            |message, after: u64| held.admits(message, now + Duration::from_secs(after), minute, 3);
        assert_eq!(admits("a", 0), Some(0));
        assert_eq!(admits("a", 1), None);
        assert_eq!(admits("b", 2), Some(0));
        assert_eq!(admits("a", 59), None);
        assert_eq!(admits("a", 60), Some(2));
        assert_eq!(admits("c", 61), None, "three in an hour");
        assert_eq!(admits("c", 3601), Some(0), "the first is over an hour old");
    }

    #[test]
    fn a_relay_is_a_url() {
        for good in
            ["smtp://localhost:25", "smtps://mx.example.com", "smtp://a:b@mx:587?tls=required"]
        {
            relay(good).unwrap();
        }
        for wrong in ["", "localhost", "http://x", "smtp://"] {
            let error = relay(wrong).unwrap_err();
            assert!(error.is_config() && error.to_string().contains("smtp://HOST:25"), "{error}");
        }
    }
}
