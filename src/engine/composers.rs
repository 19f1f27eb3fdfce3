use crate::base::{Dialect, LogType, Timestamp};
use crate::event::Archive;
use crate::filter::Peers;
use crate::format::assembled::{Configurations, Machine, Messages};
use crate::format::bounce::Bounces;
use crate::format::cef::{Consolidated, DEFAULT_AGE, DEFAULT_MESSAGES, Gateway, Layout};
use crate::format::delivery::Deliveries;
use crate::format::dialogue::Dialogues;
use crate::format::qmail::Qmail;
use crate::format::{Compose, Zone};
use crate::subscription::{Identity, Subscription};

/// What makes the file of a subscription, where it is more than a line an event or depends on the
/// subscription's options.
pub(crate) fn composer_of(
    subscription: &Subscription,
    dialect: Dialect,
    identity: &Identity,
    zone: &Zone,
    cef_headers: Option<&[String]>,
    now: Timestamp,
) -> Option<Box<dyn Compose>> {
    Some(match subscription.log_type {
        LogType::Bounce => {
            Box::new(Bounces { message_bytes: subscription.message_bytes.unwrap_or(0) })
        }
        LogType::ConsolidatedEvent => {
            let gateway = Gateway {
                vendor: identity.vendor.clone(),
                product: identity.product.clone(),
                version: identity.version.clone(),
                serial: identity.serial.clone(),
            };
            let fields = subscription.cef_fields.as_deref().unwrap_or_default();
            let (messages, age) =
                subscription.unfinished.unwrap_or((DEFAULT_MESSAGES, DEFAULT_AGE));
            let layout = Layout::new(gateway, dialect, fields);
            Box::new(Consolidated::new(layout, cef_headers, messages, age, now))
        }
        LogType::ConfigurationHistory => {
            let machine = Machine {
                product: identity.product.clone(),
                version: identity.version.clone(),
                serial: identity.serial.clone(),
            };
            Box::new(Configurations::new(machine, zone.clone(), now))
        }
        LogType::Delivery => Box::new(Deliveries::default()),
        LogType::DomainDebug | LogType::InjectionDebug | LogType::SmtpConversation => {
            let peers = subscription.peers.clone().unwrap_or_else(Peers::any);
            Box::new(Dialogues::new(subscription.log_type, peers, subscription.sessions))
        }
        LogType::QmailMail => {
            let stamp = subscription.qmail_stamp.unwrap_or_default();
            Box::new(Qmail::new(stamp, u64::from(std::process::id()), user()))
        }
        log_type => Box::new(Messages::new(Archive::of(log_type)?, now)),
    })
}

/// The user that this process runs as.
fn user() -> u64 {
    // SAFETY: `getuid` takes nothing and cannot fail.
    let user = unsafe { libc::getuid() };
    u64::from(user)
}
