use crate::base::LogType;
use crate::filter::Peers;
use crate::format::Compose;
use crate::format::bounce::Bounces;
use crate::format::dialogue::Dialogues;
use crate::format::qmail::Qmail;
use crate::format::status::Absorbing;
use crate::subscription::Subscription;

/// What makes the file of a subscription, where it is more than a line an event or depends on the
/// subscription's options.
pub(crate) fn composer_of(subscription: &Subscription) -> Option<Box<dyn Compose>> {
    Some(match subscription.log_type {
        LogType::Bounce => {
            Box::new(Bounces { message_bytes: subscription.message_bytes.unwrap_or(0) })
        }
        LogType::DomainDebug | LogType::InjectionDebug | LogType::SmtpConversation => {
            let peers = subscription.peers.clone().unwrap_or_else(Peers::any);
            Box::new(Dialogues::new(subscription.log_type, peers, subscription.sessions))
        }
        LogType::QmailMail => {
            let stamp = subscription.qmail_stamp.unwrap_or_default();
            Box::new(Qmail::new(stamp, u64::from(std::process::id()), user()))
        }
        LogType::Status => Box::new(Absorbing),
        _ => return None,
    })
}

/// The user that this process runs as.
fn user() -> u64 {
    // SAFETY: `getuid` takes nothing and cannot fail.
    let user = unsafe { libc::getuid() };
    u64::from(user)
}
