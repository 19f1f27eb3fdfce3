//! `docs/FORMATS.md` says what there is.

use ringmail::base::Form;
use ringmail::{LogType, event};

const FORMATS: &str = include_str!("../docs/FORMATS.md");

#[test]
fn every_log_type_is_in_the_table() {
    for log_type in LogType::ALL {
        let form = match log_type.form() {
            Form::Cef => "CEF",
            Form::Xml => "XML",
            other => other.name(),
        };
        let begins = format!("| `{log_type}` | ");
        let ends = format!(" | {form} |");
        assert!(
            FORMATS.lines().any(|line| line.starts_with(&begins) && line.ends_with(&ends)),
            "{log_type}: {form}"
        );
    }
}

/// The mail and status logs, those of SMTP dialogues, and what is not stamp, level and message, are
/// described in other ways.
#[test]
fn every_line_of_the_other_types_is_in_its_section() {
    let mut lines = 0;
    for log_type in LogType::ALL {
        let otherwise = matches!(
            log_type,
            LogType::DomainDebug
                | LogType::InjectionDebug
                | LogType::SmtpConversation
                | LogType::Status
                | LogType::TextMail
        );
        if otherwise || log_type.form() != Form::Lines {
            continue;
        }
        // From 1500 on the engine speaks of itself: another section.
        for row in event::rows().filter(|row| row.log_type == log_type && row.number < 1500) {
            let begins = format!("\n### {log_type}\n");
            let (_, section) = FORMATS.split_once(&begins).expect("the type has a section");
            let section = section.split("\n## ").next().unwrap_or_default();
            let section = section.split("\n### ").next().unwrap_or_default();
            let level = match row.level {
                ringmail::Level::Info => String::new(),
                level => format!("{level}: "),
            };
            let line = format!("\n    {level}{}\n", row.template());
            assert!(section.contains(&line), "{}: {}", row.name, line.trim());
            lines += 1;
        }
    }
    assert!(lines > 100);
}
