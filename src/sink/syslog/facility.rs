use core::fmt;

/// Declares the facilities once: number, name, what it is, other names by which it is read.
macro_rules! facilities {
    ($($(#[doc = $doc:literal])+ $variant:ident = $number:literal, $name:literal $(| $other:literal)*;)*) => {
        /// The part of a system that a syslog message is about: the first factor of its priority.
        ///
        /// ```
        /// use ringmail::sink::syslog::Facility;
        /// assert_eq!(Facility::parse("local4"), Some(Facility::Local4));
        /// assert_eq!(Facility::default().name(), "auth");
        /// assert_eq!(Facility::Mail as u8, 2);
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Facility {
            $($(#[doc = $doc])+ $variant = $number,)*
        }

        impl Facility {
            /// All 24, by number.
            pub const ALL: [Self; 24] = [$(Self::$variant,)*];

            /// Its usual name, by which a configuration has it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Reads a facility by its name, another usual name, or its number, without regard to
            /// case.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                $(
                    let names = [$name, $($other,)*];
                    let number = text.parse::<u8>().ok();
                    if number == Some($number) || names.iter().any(|n| n.eq_ignore_ascii_case(text)) {
                        return Some(Self::$variant);
                    }
                )*
                None
            }
        }
    };
}

facilities! {
    /// The kernel.
    Kern = 0, "kern" | "kernel";
    /// User software.
    User = 1, "user";
    /// The mail system.
    Mail = 2, "mail";
    /// System services.
    Daemon = 3, "daemon" | "system";
    /// Security and authorisation: what a gateway's push uses.
    Auth = 4, "auth" | "security";
    /// The syslog daemon's own messages.
    Syslog = 5, "syslog";
    /// Printing.
    Lpr = 6, "lpr" | "printer";
    /// News.
    News = 7, "news";
    /// UUCP.
    Uucp = 8, "uucp";
    /// Clocks.
    Cron = 9, "cron";
    /// Security and authorisation, kept from most eyes.
    Authpriv = 10, "authpriv";
    /// FTP.
    Ftp = 11, "ftp";
    /// NTP.
    Ntp = 12, "ntp";
    /// Audit.
    Audit = 13, "audit" | "logaudit";
    /// Alerts.
    Alert = 14, "alert" | "logalert" | "emergency";
    /// Time services.
    Clock = 15, "clock" | "time";
    /// For local use.
    Local0 = 16, "local0";
    /// For local use.
    Local1 = 17, "local1";
    /// For local use.
    Local2 = 18, "local2";
    /// For local use.
    Local3 = 19, "local3";
    /// For local use.
    Local4 = 20, "local4";
    /// For local use.
    Local5 = 21, "local5";
    /// For local use.
    Local6 = 22, "local6";
    /// For local use.
    Local7 = 23, "local7";
}

impl Default for Facility {
    /// [`Facility::Auth`], as gateways have it.
    fn default() -> Self {
        Self::Auth
    }
}

impl fmt::Display for Facility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_name_and_its_number() {
        for (number, facility) in Facility::ALL.into_iter().enumerate() {
            assert_eq!(facility as usize, number);
            assert_eq!(Facility::parse(facility.name()), Some(facility));
            assert_eq!(Facility::parse(&facility.name().to_uppercase()), Some(facility));
            assert_eq!(Facility::parse(&number.to_string()), Some(facility));
        }
        assert_eq!(Facility::parse("24"), None);
        assert_eq!(Facility::parse(""), None);
    }
}
