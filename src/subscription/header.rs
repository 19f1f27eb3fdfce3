use crate::base::{Dialect, LogType, Timestamp};
use crate::event::{self, Event};
use crate::format::{LineWriter, Zone, begin_own};

/// Who writes the logs: what header records, CEF lines and alerts call the product.
///
/// ```
/// use ringmail::Identity;
/// let identity = Identity::default().version("15.0.0-104").serial("420D4FEA7093-0AF2EE5");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Identity {
    pub(crate) vendor: String,
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) serial: String,
}

impl Default for Identity {
    /// This library and its version; a serial of zeros.
    fn default() -> Self {
        Self {
            vendor: "ringmail".to_owned(),
            product: "ringmail".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            serial: "000000000000-0000000".to_owned(),
        }
    }
}

impl Identity {
    /// The vendor. Default: `ringmail`.
    pub fn vendor(mut self, vendor: impl Into<String>) -> Self {
        self.vendor = vendor.into();
        self
    }

    /// The product. Default: `ringmail`.
    pub fn product(mut self, product: impl Into<String>) -> Self {
        self.product = product.into();
        self
    }

    /// The version. Default: that of this library.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// The serial number. Default: zeros in the usual shape.
    pub fn serial(mut self, serial: impl Into<String>) -> Self {
        self.serial = serial.into();
        self
    }
}

/// The three records that open a file, or a stream. Source: section "Header records" of
/// `docs/FORMATS.md`.
#[derive(Clone, Debug)]
pub struct Header {
    pub(crate) log_type: LogType,
    pub(crate) zone: Zone,
    pub(crate) identity: Identity,
}

impl Header {
    /// That of a log of this type, whose stamps are of this zone.
    ///
    /// ```
    /// use ringmail::format::Zone;
    /// use ringmail::subscription::Header;
    /// use ringmail::{Identity, LogType, Timestamp};
    /// let header = Header::new(LogType::TextMail, Zone::utc(), Identity::default());
    /// let records = header.records(Timestamp::from_seconds(1_416_388_598));
    /// assert_eq!(records[0], b"Wed Nov 19 09:16:38 2014 Info: Begin Logfile\n");
    /// assert_eq!(records.len(), 3);
    /// ```
    #[must_use]
    pub const fn new(log_type: LogType, zone: Zone, identity: Identity) -> Self {
        Self { log_type, zone, identity }
    }

    /// The type of the log.
    #[must_use]
    pub const fn log_type(&self) -> LogType {
        self.log_type
    }

    /// The time zone of the log's stamps.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The records as whole lines, for a file that begins now; none for types that have none.
    #[must_use]
    pub fn records(&self, now: Timestamp) -> Vec<Vec<u8>> {
        let Self { log_type, zone, identity } = self;
        if !log_type.has_header() {
            return Vec::new();
        }
        let seconds = i64::from(zone.offset_seconds(now));
        let version = event::LogVersion {
            version: identity.version.as_str().into(),
            serial: identity.serial.as_str().into(),
        };
        vec![
            own_line(*log_type, zone, now, &event::LogBegin {}),
            own_line(*log_type, zone, now, &version),
            own_line(*log_type, zone, now, &event::TimeOffset { seconds }),
        ]
    }
}

/// Appends the record that closes a file.
pub(crate) fn end_record(block: &mut LineWriter, log_type: LogType, zone: &Zone, now: Timestamp) {
    block.append(&own_line(log_type, zone, now, &event::LogEnd {}));
}

/// A record of the file's own as a whole line.
fn own_line<'a, E: Event<'a>>(
    log_type: LogType,
    zone: &Zone,
    now: Timestamp,
    event: &E,
) -> Vec<u8> {
    let dialect = Dialect::default();
    let mut block = LineWriter::new(128, dialect, zone.clone());
    begin_own(E::ROW.number, E::ROW.level, log_type, &zone.stamp(now), &mut block);
    event.line(dialect, &mut block);
    block.end();
    block.as_bytes().to_vec()
}
