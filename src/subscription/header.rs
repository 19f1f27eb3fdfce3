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

/// The three records that open a file. Source: section "Header records" of `docs/FORMATS.md`.
pub(crate) fn header_records(
    log_type: LogType,
    zone: &Zone,
    identity: &Identity,
    now: Timestamp,
) -> [Vec<u8>; 3] {
    let seconds = i64::from(zone.offset_seconds(now));
    let version = event::LogVersion {
        version: identity.version.as_str().into(),
        serial: identity.serial.as_str().into(),
    };
    [
        own_line(log_type, zone, now, &event::LogBegin {}),
        own_line(log_type, zone, now, &version),
        own_line(log_type, zone, now, &event::TimeOffset { seconds }),
    ]
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
