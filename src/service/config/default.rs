use toml::Spanned;

use crate::base::{Level, LogType};
use crate::service::config::{SubscriptionConfig, Word};

/// The logs that a gateway has when it is new, by name.
const NEW: [(&str, LogType, Level); 23] = [
    ("antispam", LogType::AntiSpam, Level::Info),
    ("antivirus", LogType::AntiVirus, Level::Info),
    ("asarchive", LogType::AntiSpamArchive, Level::Info),
    ("authentication", LogType::Authentication, Level::Info),
    ("avarchive", LogType::AntiVirusArchive, Level::Info),
    ("bounces", LogType::Bounce, Level::Info),
    ("cli_logs", LogType::CliAudit, Level::Info),
    ("encryption", LogType::Encryption, Level::Info),
    ("error_logs", LogType::TextMail, Level::Critical),
    ("euq_logs", LogType::SpamQuarantine, Level::Info),
    ("euqgui_logs", LogType::SpamQuarantineGui, Level::Info),
    ("ftpd_logs", LogType::FtpServer, Level::Info),
    ("gui_logs", LogType::Http, Level::Info),
    ("mail_logs", LogType::TextMail, Level::Info),
    ("reportd_logs", LogType::Reporting, Level::Info),
    ("reportqueryd_logs", LogType::ReportingQuery, Level::Info),
    ("scanning", LogType::Scanning, Level::Info),
    ("slbld_logs", LogType::SafelistBlocklist, Level::Info),
    ("sntpd_logs", LogType::Ntp, Level::Info),
    ("status", LogType::Status, Level::Info),
    ("system_logs", LogType::System, Level::Info),
    ("trackerd_logs", LogType::Tracking, Level::Info),
    ("updater_logs", LogType::Updater, Level::Info),
];

/// The subscriptions of a configuration that names none.
pub(super) fn subscriptions() -> Vec<Spanned<SubscriptionConfig>> {
    NEW.iter()
        .map(|(name, log_type, level)| {
            let level = Word(*level);
            Spanned::new(
                0..0,
                SubscriptionConfig { level, ..SubscriptionConfig::new(name, *log_type) },
            )
        })
        .collect()
}
