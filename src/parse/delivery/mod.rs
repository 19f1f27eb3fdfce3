//! Delivery logs back to deliveries.

mod outline;
mod pickle;
mod records;

use std::io::Read;

use self::outline::Outline;
use self::pickle::Unpickler;
use crate::base::{Error, Result, Timestamp};
use crate::format::delivery::{BEGIN, BOUNCED, DONE, Delivery, END, HEAD_BYTES, VERSION};

/// The largest payload that is read. What a gateway writes has some hundred bytes.
pub const MAX_PAYLOAD: usize = 1 << 20;

/// How much is read at once.
const CHUNK: usize = 128 << 10;

/// Behind damage each place that looks like a record is tried. For each byte that was passed over
/// so many bytes may be tried in vain; then what was tried is passed over too.
const EFFORT: u64 = 64;

/// Reads a delivery log of any version, record by record.
///
/// It needs the memory of its largest record, at most [`MAX_PAYLOAD`] and what that unpickles to.
/// Of Python's pickles it knows tuples, lists, strings, whole numbers and `None`, and refuses
/// everything else: nothing that a file says is ever executed.
///
/// What cannot be read is told as [`DeliveryEntry::Damaged`], and reading goes on with the next
/// record that can. Several files can stand behind each other. A file without its end is no
/// damage: it may still be written.
///
/// # Limits
/// A record whose bytes stand inside a field of a damaged one is taken for a record.
///
/// ```
/// use ringmail::Timestamp;
/// use ringmail::format::delivery::{append_begin, append_end};
/// use ringmail::parse::{DeliveryEntry, DeliveryReader};
/// let time = Timestamp::from_seconds(1_043_769_373);
/// let mut file = Vec::new();
/// append_begin(time, &mut file);
/// file.extend(b"not a record");
/// append_end(time, &mut file);
///
/// let mut reader = DeliveryReader::new(file.as_slice());
/// let version = 4;
/// assert_eq!(reader.read()?, Some(DeliveryEntry::Begin { time, version }));
/// let Some(DeliveryEntry::Damaged(damage)) = reader.read()? else { panic!() };
/// assert_eq!((damage.offset, damage.bytes), (17, 12));
/// assert_eq!(reader.read()?, Some(DeliveryEntry::End { time }));
/// assert_eq!(reader.read()?, None);
/// # Ok::<(), ringmail::Error>(())
/// ```
#[derive(Debug)]
pub struct DeliveryReader<R> {
    input: R,
    buffer: Vec<u8>,
    /// Where in the buffer the next record begins, and where the buffer's content ends.
    start: usize,
    end: usize,
    /// The place of `start` in the input.
    offset: u64,
    is_at_end: bool,
    /// The version that the file's first record names.
    version: u8,
    unpickler: Unpickler,
    outline: Outline,
}

/// What a delivery log holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryEntry<'a> {
    /// A file begins.
    Begin {
        /// When.
        time: Timestamp,
        /// The version of the file, 0 to 4.
        version: u8,
    },
    /// Something that is no record was passed over.
    Damaged(Damage),
    /// Some recipients of a message were delivered, or bounced.
    Delivery(Delivery<'a>),
    /// A file ends.
    End {
        /// When.
        time: Timestamp,
    },
}

/// What of an input could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// Where it begins, in bytes from the start of the input.
    pub offset: u64,
    /// How many bytes were passed over.
    pub bytes: u64,
    /// Why the first of them do not form a record.
    pub reason: &'static str,
}

impl core::fmt::Display for Damage {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { offset, bytes, reason } = self;
        write!(f, "offset {offset}: {reason} ({bytes} bytes passed over)")
    }
}

/// What is wrong with bytes that should be a record.
type Wrong = &'static str;

const CUT_OFF: Wrong = "the input ends within a record";

/// What the head of a record says.
#[derive(Clone, Copy, Debug)]
struct Head {
    kind: [u8; 2],
    len: usize,
    time: Timestamp,
}

impl<R: Read> DeliveryReader<R> {
    /// Reads from the start of a file; the input need not be buffered.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            offset: 0,
            is_at_end: false,
            version: VERSION,
            unpickler: Unpickler::default(),
            outline: Outline::default(),
        }
    }

    /// The next entry; `None` at the end of the input.
    ///
    /// # Errors
    /// [`Error::is_io`] when the input cannot be read. What is damaged is no error but an entry.
    pub fn read(&mut self) -> Result<Option<DeliveryEntry<'_>>> {
        if !self.fill(1)? {
            return Ok(None);
        }
        let head = match self.record()? {
            Ok(head) => head,
            Err(reason) => {
                let offset = self.offset;
                self.seek_record()?;
                let damage = Damage { offset, bytes: self.offset - offset, reason };
                return Ok(Some(DeliveryEntry::Damaged(damage)));
            }
        };
        let from = self.start + HEAD_BYTES;
        self.advance(HEAD_BYTES + head.len);
        let time = head.time;
        Ok(Some(match head.kind {
            BEGIN => {
                self.version = self.outline.version;
                DeliveryEntry::Begin { time, version: self.version }
            }
            END => DeliveryEntry::End { time },
            _ => {
                let payload = self.buffer.get(from..from + head.len).unwrap_or_default();
                let texts = self.unpickler.texts(payload);
                DeliveryEntry::Delivery(self.outline.delivery(time, texts))
            }
        }))
    }

    /// How far the input has been read, in bytes: the place of the next entry.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads the record that begins here: its head, and its payload to the outline.
    fn record(&mut self) -> Result<Result<Head, Wrong>> {
        if !self.fill(HEAD_BYTES)? {
            return Ok(Err(CUT_OFF));
        }
        let head = match Head::read(self.available()) {
            Ok(head) => head,
            Err(wrong) => return Ok(Err(wrong)),
        };
        if !self.fill(HEAD_BYTES + head.len)? {
            return Ok(Err(CUT_OFF));
        }
        if head.kind == END && head.len == 0 {
            return Ok(Ok(head));
        }
        let from = self.start + HEAD_BYTES;
        let payload = self.buffer.get(from..from + head.len).unwrap_or_default();
        let outlined = self.unpickler.run(payload).and_then(|root| match head.kind {
            BEGIN => self.outline.begin(root),
            END => Ok(()),
            _ => {
                let is_done = head.kind == DONE;
                self.outline.read(is_done, self.version, root, &mut self.unpickler, payload)
            }
        });
        Ok(outlined.map(|()| head))
    }

    /// Moves on to the next record that can be read, from one that cannot.
    fn seek_record(&mut self) -> Result<()> {
        let began = self.offset;
        let mut effort = 0;
        self.advance(1);
        while self.fill(HEAD_BYTES)? {
            let here = self.available();
            let Some(at) = here.array_windows().position(|kind| is_kind(*kind)) else {
                // The last byte may be the first of a kind.
                self.advance(here.len() - 1);
                continue;
            };
            self.advance(at);
            self.unpickler.forget();
            if self.record()?.is_ok() {
                return Ok(());
            }
            let tried = self.unpickler.used();
            effort += tried as u64;
            let passed = self.offset - began;
            self.advance(if effort > EFFORT * passed { tried.max(1) } else { 1 });
        }
        self.advance(self.end - self.start);
        Ok(())
    }

    fn available(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.start += bytes;
        self.offset += bytes as u64;
    }

    /// Sees to it that so many bytes are available; false when the input has no more.
    fn fill(&mut self, bytes: usize) -> Result<bool> {
        while self.end - self.start < bytes {
            if self.is_at_end {
                return Ok(false);
            }
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            // In steps, so that a length that lies costs no memory that the input does not fill.
            if self.buffer.len() - self.end < CHUNK / 2 {
                self.buffer.resize(self.buffer.len() + CHUNK, 0);
            }
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => self.is_at_end = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Error::io("cannot read a delivery log", error));
                }
            }
        }
        Ok(true)
    }
}

impl Head {
    fn read(bytes: &[u8]) -> Result<Self, Wrong> {
        let Some(([k0, k1, fields @ ..], _)) = bytes.split_first_chunk::<HEAD_BYTES>() else {
            return Err(CUT_OFF);
        };
        let kind = [*k0, *k1];
        if !is_kind(kind) {
            return Err("no record begins here");
        }
        let [l0, l1, l2, l3, s0, s1, s2, s3, u0, u1, u2, u3] = *fields;
        let len = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
        if len > MAX_PAYLOAD {
            return Err("the record's length is out of range");
        }
        let seconds = i32::from_be_bytes([s0, s1, s2, s3]);
        let micros = i32::from_be_bytes([u0, u1, u2, u3]);
        if !(0..1_000_000).contains(&micros) {
            return Err("the record's time is out of range");
        }
        let time = i64::from(seconds) * 1_000_000 + i64::from(micros);
        Ok(Self { kind, len, time: Timestamp::from_micros(time) })
    }
}

fn is_kind(kind: [u8; 2]) -> bool {
    matches!(kind, BEGIN | BOUNCED | DONE | END)
}
