//! A subscription as C describes it.

use core::ffi::c_char;
use std::path::Path;
use std::time::Duration;

use super::abi::{ringmail_level, ringmail_qmail_stamp};
use super::emit::{check_size, completed, level};
use super::error::{Failure, fail};
use super::text::{optional_path, optional_text, text, texts};
use crate::base::{Dialect, LogType};
use crate::filter::{Peers, RateLimit};
use crate::format::{CefField, QmailStamp};
use crate::sink::File;
use crate::subscription::{Fsync, Rollover, Schedule, Subscription};

/// A named log: what goes into it, and where it is. What is left out has its default.
#[repr(C)]
pub struct ringmail_subscription {
    /// The size of this struct; `RINGMAIL_SUBSCRIBE` sets it.
    pub struct_size: usize,
    /// Its name, also that of its directory and files: letters, digits, `-`, `_`, `.`. Needed.
    pub name: *const c_char,
    /// Its type, as `ringmail types` lists them: `text_mail`, `bounce` ... Needed.
    pub log_type: *const c_char,
    /// Where its directory is made. NULL: where the builder says.
    pub directory: *const c_char,
    /// The name of the files, where it differs from the subscription's. NULL: it does not.
    pub file_name: *const c_char,
    /// Whose spelling to write (`7.6`, `15.0` ...). NULL: as the builder says.
    pub dialect: *const c_char,
    /// The least important level that is written. 0: information.
    pub level: ringmail_level,
    /// The mode of the files, of which the umask is taken away. 0: 0640.
    pub mode: u32,
    /// No more events than this in each `rate_limit_seconds`. 0: any number.
    pub rate_limit: u64,
    /// 0: 10 seconds.
    pub rate_limit_seconds: u64,
    /// Begins a new file before this size. 0: 100 MiB; `UINT64_MAX`: at no size.
    pub rollover_bytes: u64,
    /// Begins a new file so long after the last. 0: not by age.
    pub rollover_seconds: u64,
    /// Begins a new file at these local times (`00:00, 12:30`). NULL: at none.
    pub rollover_times: *const c_char,
    /// On which days `rollover_times` are meant (`1-5`, `Sat,Sun`). NULL: on all.
    pub rollover_days: *const c_char,
    /// How many files are kept, the open one included. 0: 10.
    pub keep_files: usize,
    /// How many bytes all files together may have. 0: any number.
    pub keep_bytes: u64,
    /// How long a closed file is kept. 0: as long as the other two let it.
    pub keep_seconds: u64,
    /// When lines are brought to the disk: so long after the last time. 0: when the kernel likes;
    /// `UINT64_MAX`: behind each batch.
    pub fsync_ms: u64,
    /// For bounce logs: how many bytes of the message to show. 0: none.
    pub message_bytes: usize,
    /// For logs of SMTP dialogues: how many sessions to record. 0: not said.
    pub sessions: u64,
    /// For logs of SMTP dialogues: whose sessions: addresses, networks, names, `*`.
    pub peers: *const *const c_char,
    /// How many `peers` there are. 0: not said.
    pub peer_count: usize,
    /// For consolidated event logs: the fields of the lines.
    pub cef_fields: *const *const c_char,
    /// How many `cef_fields` there are. 0: the least.
    pub cef_field_count: usize,
    /// For qmail-format logs: the stamps. 0: TAI64N.
    pub qmail_stamp: ringmail_qmail_stamp,
    /// Zero: room for options to come.
    pub reserved: [u8; 4],
}

/// The struct's first version: no caller has a smaller one.
const FIRST_SIZE: usize = 192;
const _: () = assert!(size_of::<ringmail_subscription>() == FIRST_SIZE);

impl ringmail_subscription {
    /// The subscription that a caller describes, in `directory` unless it says otherwise.
    ///
    /// # Safety
    /// `described` is NULL, or points to such a struct of as many bytes as it says; the texts are
    /// NULL or end with a 0, the lists have as many elements as they say.
    pub(super) unsafe fn read(
        described: *const Self,
        directory: Option<&Path>,
    ) -> Result<Subscription, Failure> {
        if described.is_null() {
            return fail("the subscription is NULL");
        }
        if !described.is_aligned() {
            return fail("the subscription is not aligned as a struct is");
        }
        // SAFETY: it points to a struct that begins with its size, says the caller.
        let size = unsafe { described.cast::<usize>().read() };
        check_size(size, FIRST_SIZE)?;
        // SAFETY: no more is taken than there is; the members are integers and pointers.
        let this = unsafe { completed(described, size.min(size_of::<Self>())) };
        // SAFETY: the caller says what the members are.
        unsafe { this.subscription(directory) }
    }

    /// # Safety
    /// As [`read`](Self::read).
    unsafe fn subscription(&self, directory: Option<&Path>) -> Result<Subscription, Failure> {
        // SAFETY: the caller says that it is NULL or ends with a 0.
        let name = unsafe { text("name", self.name) }?;
        // SAFETY: as before.
        let type_name = unsafe { text("log_type", self.log_type) }?;
        let Some(log_type) = LogType::parse(type_name) else {
            return fail(format!("log_type: {type_name:?} is no type of log"));
        };
        let mut made = Subscription::new(name, log_type).rollover(
            // SAFETY: the caller says that its texts are NULL or end with a 0.
            unsafe { self.rollover() }?,
        );
        // SAFETY: as before.
        if let Some(file_name) = unsafe { optional_text("file_name", self.file_name) }? {
            made = made.file_name(file_name);
        }
        // SAFETY: as before.
        if let Some(name) = unsafe { optional_text("dialect", self.dialect) }? {
            made = made.dialect(dialect(name)?);
        }
        if self.level != 0 {
            made = made.level(level(self.level)?);
        }
        if self.rate_limit > 0 {
            let limit = RateLimit::events(self.rate_limit)?;
            made = made.rate_limit(match self.rate_limit_seconds {
                0 => limit,
                seconds => limit.per(Duration::from_secs(seconds))?,
            });
        } else if self.rate_limit_seconds > 0 {
            return fail("rate_limit_seconds is set, but rate_limit is not");
        }
        if self.keep_files > 0 {
            made = made.keep_files(self.keep_files);
        }
        if self.keep_bytes > 0 {
            made = made.keep_bytes(self.keep_bytes);
        }
        if self.keep_seconds > 0 {
            made = made.keep_age(Duration::from_secs(self.keep_seconds));
        }
        made = match self.fsync_ms {
            0 => made,
            u64::MAX => made.fsync(Fsync::batch()),
            ms => made.fsync(Fsync::every(Duration::from_millis(ms))?),
        };
        // SAFETY: the caller says that the lists have as many elements as they say.
        made = unsafe { self.of_type(made) }?;
        // SAFETY: the caller says that it is NULL or ends with a 0.
        let own = unsafe { optional_path("directory", self.directory) }?;
        let Some(directory) = own.as_deref().or(directory) else {
            return fail(format!("subscription {name:?}: no directory, and the builder has none"));
        };
        let file = File::in_dir(directory);
        let made = made.sink(if self.mode == 0 { file } else { file.mode(self.mode) });
        made.check()?;
        Ok(made)
    }

    /// # Safety
    /// As [`read`](Self::read).
    unsafe fn rollover(&self) -> Result<Rollover, Failure> {
        let mut rollover = match self.rollover_bytes {
            0 => Rollover::default(),
            u64::MAX => Rollover::never(),
            bytes => Rollover::at_bytes(bytes)?,
        };
        if self.rollover_seconds > 0 {
            rollover = rollover.every(Duration::from_secs(self.rollover_seconds))?;
        }
        // SAFETY: the caller says that it is NULL or ends with a 0.
        let times = unsafe { optional_text("rollover_times", self.rollover_times) }?;
        // SAFETY: as before.
        let days = unsafe { optional_text("rollover_days", self.rollover_days) }?;
        match (days, times) {
            (None, None) => Ok(rollover),
            (days, Some(times)) => Ok(rollover.at(Schedule::weekly(days.unwrap_or("*"), times)?)),
            (Some(_), None) => fail("rollover_days is set, but rollover_times is not"),
        }
    }

    /// The options that only some types have.
    ///
    /// # Safety
    /// As [`read`](Self::read).
    unsafe fn of_type(&self, mut made: Subscription) -> Result<Subscription, Failure> {
        if self.message_bytes > 0 {
            made = made.message_bytes(self.message_bytes);
        }
        if self.sessions > 0 {
            made = made.sessions(self.sessions);
        }
        // SAFETY: the caller says that it has so many elements.
        let peers = unsafe { texts("peers", self.peers, self.peer_count) }?;
        if !peers.is_empty() {
            made = made.peers(Peers::parse(&peers)?);
        }
        // SAFETY: as before.
        let fields = unsafe { texts("cef_fields", self.cef_fields, self.cef_field_count) }?;
        if !fields.is_empty() {
            let known = |name: &&str| {
                CefField::parse(name)
                    .ok_or(())
                    .or_else(|()| fail(format!("cef_fields: there is no field {name:?}")))
            };
            made = made.cef_fields(fields.iter().map(known).collect::<Result<Vec<_>, _>>()?);
        }
        match self.qmail_stamp {
            0 => Ok(made),
            1 => Ok(made.qmail_stamp(QmailStamp::Tai64n)),
            2 => Ok(made.qmail_stamp(QmailStamp::Epoch)),
            other => fail(format!("qmail_stamp is {other}: there is no such stamp")),
        }
    }
}

pub(super) fn dialect(name: &str) -> Result<Dialect, Failure> {
    Dialect::parse(name).ok_or(()).or_else(|()| {
        let all: Vec<_> = Dialect::ALL.into_iter().map(Dialect::name).collect();
        fail(format!("dialect: {name:?} is none of {}", all.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> ringmail_subscription {
        // SAFETY: it has integers and pointers only.
        let mut empty: ringmail_subscription = unsafe { core::mem::zeroed() };
        empty.struct_size = FIRST_SIZE;
        empty
    }

    fn read(described: &ringmail_subscription) -> Result<Subscription, String> {
        // SAFETY: the tests' texts are constants that end with a 0, or NULL.
        unsafe { ringmail_subscription::read(described, Some(Path::new("/tmp"))) }
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let mut described = empty();
        assert_eq!(read(&described).unwrap_err(), "name is NULL");
        described.name = c"mail_logs".as_ptr();
        assert_eq!(read(&described).unwrap_err(), "log_type is NULL");
        described.log_type = c"text_mail".as_ptr();
        let made = read(&described).unwrap();
        let plain = Subscription::new("mail_logs", LogType::TextMail);
        assert_eq!((made.level, &made.rollover), (plain.level, &plain.rollover));
        assert_eq!((made.keep_files, made.dialect), (plain.keep_files, None));
    }

    #[test]
    fn options_reach_the_subscription() {
        let described = ringmail_subscription {
            name: c"bounces".as_ptr(),
            log_type: c"bounce".as_ptr(),
            file_name: c"b".as_ptr(),
            dialect: c"7.6".as_ptr(),
            level: 4,
            rate_limit: 50,
            rate_limit_seconds: 60,
            rollover_bytes: 1 << 20,
            rollover_times: c"00:00".as_ptr(),
            keep_files: 3,
            keep_bytes: 9,
            keep_seconds: 8,
            message_bytes: 7,
            ..empty()
        };
        let made = read(&described).unwrap();
        assert_eq!((made.file.as_str(), made.dialect), ("b", Some(Dialect::V7_6)));
        assert_eq!(made.rate_limit.map(RateLimit::period), Some(Duration::from_secs(60)));
        assert_eq!(made.rollover.max_bytes(), Some(1 << 20));
        assert!(made.rollover.schedule().is_some());
        assert_eq!((made.keep_files, made.keep_bytes, made.message_bytes), (3, Some(9), Some(7)));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let right = || ringmail_subscription {
            name: c"mail_logs".as_ptr(),
            log_type: c"text_mail".as_ptr(),
            ..empty()
        };
        #[track_caller]
        fn assert_says(described: &ringmail_subscription, part: &str) {
            let error = read(described).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
        assert_says(&ringmail_subscription { log_type: c"mail".as_ptr(), ..right() }, "\"mail\"");
        assert_says(&ringmail_subscription { dialect: c"1".as_ptr(), ..right() }, "none of manual");
        assert_says(&ringmail_subscription { level: 6, ..right() }, "level is 6");
        assert_says(&ringmail_subscription { rollover_bytes: 1, ..right() }, "4096");
        assert_says(&ringmail_subscription { peer_count: 1, ..right() }, "peers is NULL");
        assert_says(&ringmail_subscription { sessions: 1, ..right() }, "means nothing");
        assert_says(&ringmail_subscription { qmail_stamp: 3, ..right() }, "no such stamp");
        for size in [0, 8, FIRST_SIZE - 1, FIRST_SIZE + 1, 5000, usize::MAX] {
            assert_says(&ringmail_subscription { struct_size: size, ..right() }, "struct_size");
        }
    }
}
