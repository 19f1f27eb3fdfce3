//! An entry's bytes.

/// The most bytes of a message. A syslog message has at most 65,535.
pub const MAX_PAYLOAD: usize = 128 << 10;

/// The most bytes that an entry has beside its message.
pub const MAX_EXTRA: usize = 255;

/// Length, sum, sequence, time, level, flags, length of what is beside the message, nothing.
pub(super) const HEAD: usize = 32;

/// No sequence is as high: sums of sequences cannot wrap.
pub(super) const LAST_SEQUENCE: u64 = 1 << 62;

/// What is handed to the buffer, and read from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its number: one more than that of the entry before, over all runs. What is handed in gets
    /// the next one, whatever stands here.
    pub sequence: u64,
    /// Microseconds since the epoch.
    pub time: i64,
    /// The event's level, or whatever else its user makes of it.
    pub level: u8,
    /// Its user's affair.
    pub flags: u8,
    /// Whether it may have been sent before. Of no meaning in what is handed in.
    pub is_repeat: bool,
    /// What belongs to the message and is no part of it, in its user's form.
    pub extra: &'a [u8],
    /// The message, without its frame.
    pub payload: &'a [u8],
}

impl Entry<'_> {
    /// An empty message, to be filled in.
    pub const EMPTY: Self = Self {
        sequence: 0,
        time: 0,
        level: 0,
        flags: 0,
        is_repeat: false,
        extra: &[],
        payload: &[],
    };
}

/// Where an entry is in a block that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) sequence: u64,
    pub(super) time: i64,
    pub(super) level: u8,
    pub(super) flags: u8,
    /// Where its bytes begin in the block, behind its head.
    pub(super) start: usize,
    pub(super) len: usize,
    /// How many of them are beside the message, and come first.
    pub(super) extra: usize,
}

impl Found {
    /// Where the next entry begins.
    pub(super) const fn end(&self) -> usize {
        self.start + self.len
    }

    /// The entry in the block that it was found in, where those up to `sent` may have been sent.
    pub(super) fn entry<'b>(&self, block: &'b [u8], sent: u64) -> Entry<'b> {
        let bytes = block.get(self.start..self.end()).unwrap_or_default();
        let (extra, payload) = bytes.split_at_checked(self.extra).unwrap_or_default();
        Entry {
            sequence: self.sequence,
            time: self.time,
            level: self.level,
            flags: self.flags,
            is_repeat: self.sequence <= sent,
            extra,
            payload,
        }
    }
}

/// What begins at a place in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// An entry as it was written.
    Entry(Found),
    /// It may be one, but the block ends before it does: so many bytes from its beginning are needed.
    Short(usize),
    /// Nothing that was written there.
    Damage,
}

/// Appends an entry's bytes, whose sequence and sum are filled in by [`seal`].
pub(super) fn put(block: &mut Vec<u8>, entry: &Entry<'_>) {
    let bytes = entry.extra.len() + entry.payload.len();
    let len = u32::try_from(bytes).unwrap_or(u32::MAX);
    let extra = u8::try_from(entry.extra.len()).unwrap_or(u8::MAX);
    block.reserve(HEAD + bytes);
    block.extend_from_slice(&len.to_le_bytes());
    block.extend_from_slice(&[0; 12]);
    block.extend_from_slice(&entry.time.to_le_bytes());
    block.extend_from_slice(&[entry.level, entry.flags, extra, 0, 0, 0, 0, 0]);
    block.extend_from_slice(entry.extra);
    block.extend_from_slice(entry.payload);
}

/// The bytes of the entry at the front of a block that [`put`] made; 0 where there is none.
pub(super) fn bytes_of(block: &[u8]) -> usize {
    block.first_chunk().map_or(0, |len| HEAD + u32::from_le_bytes(*len) as usize)
}

/// Gives an entry its sequence, and its sum, which holds for one segment alone.
pub(super) fn seal(entry: &mut [u8], sequence: u64, salt: u64) {
    if let Some(place) = entry.get_mut(8..16) {
        place.copy_from_slice(&sequence.to_le_bytes());
    }
    let sum = sum_of(entry, salt);
    if let Some(place) = entry.get_mut(4..8) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
}

/// Reads the entry at `at`. `min` is the lowest sequence that it can have.
pub(super) fn read(block: &[u8], at: usize, salt: u64, min: u64) -> Next {
    let Some(head) = block.get(at..).and_then(|rest| rest.first_chunk::<HEAD>()) else {
        return Next::Short(HEAD);
    };
    let len = usize::try_from(number::<4>(head, 0)).unwrap_or(usize::MAX);
    let sequence = number::<8>(head, 8);
    if len > MAX_EXTRA + MAX_PAYLOAD || sequence < min || sequence >= LAST_SEQUENCE {
        return Next::Damage;
    }
    let Some(entry) = block.get(at..at + HEAD + len) else {
        return Next::Short(HEAD + len);
    };
    if u64::from(sum_of(entry, salt)) != number::<4>(head, 4) {
        return Next::Damage;
    }
    let time = number::<8>(head, 16).cast_signed();
    let [level, flags, extra] = [24, 25, 26].map(|at| head.get(at).copied().unwrap_or_default());
    let extra = usize::from(extra);
    if extra > len {
        return Next::Damage;
    }
    Next::Entry(Found { sequence, time, level, flags, start: at + HEAD, len, extra })
}

/// Looks for the next whole entry at or behind `from`, whose sequence is at least `min`. A message
/// may hold what looks like an entry, but whoever wrote it does not know the segment's salt.
pub(super) fn find(block: &[u8], from: usize, salt: u64, min: u64) -> Option<Found> {
    // There are no more entries than this between two places.
    let most = min.saturating_add((block.len() / HEAD) as u64);
    (from..block.len().saturating_sub(HEAD - 1)).find_map(|at| match read(block, at, salt, min) {
        Next::Entry(found) if found.sequence <= most => Some(found),
        _ => None,
    })
}

/// Over everything but the sum itself.
fn sum_of(entry: &[u8], salt: u64) -> u32 {
    let (len, behind) = entry.split_at_checked(4).unwrap_or_default();
    let mut sum = crc32fast::Hasher::new();
    sum.update(&salt.to_le_bytes());
    sum.update(len);
    sum.update(behind.get(4..).unwrap_or_default());
    sum.finalize()
}

/// `N` bytes at `at`, the lowest first.
pub(super) fn number<const N: usize>(bytes: &[u8], at: usize) -> u64 {
    let bytes = bytes.get(at..at + N).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(payload: &[u8], sequence: u64, salt: u64) -> Vec<u8> {
        let mut block = Vec::new();
        let entry = Entry { time: -5, level: 3, flags: 1, extra: b"ids", payload, ..Entry::EMPTY };
        put(&mut block, &entry);
        assert_eq!(bytes_of(&block), block.len());
        seal(&mut block, sequence, salt);
        block
    }

    #[test]
    fn what_is_put_is_read() {
        let block = sealed(b"a line", 7, 99);
        let Next::Entry(found) = read(&block, 0, 99, 7) else { panic!("not read") };
        assert_eq!((found.sequence, found.time, found.level, found.flags), (7, -5, 3, 1));
        let entry = found.entry(&block, 7);
        assert_eq!(
            (entry.extra, entry.payload, entry.is_repeat),
            (&b"ids"[..], &b"a line"[..], true)
        );
        assert_eq!(found.end(), block.len());
        assert_eq!(read(&block, 0, 98, 7), Next::Damage, "another segment's");
        assert_eq!(read(&block, 0, 99, 8), Next::Damage, "an old one");
        assert_eq!(read(&block[..block.len() - 1], 0, 99, 7), Next::Short(block.len()));
        assert_eq!(read(&block, 1, 99, 7), Next::Damage);
    }

    #[test]
    fn a_flipped_bit_is_noticed() {
        let block = sealed(b"a line", 7, 99);
        for at in 0..block.len() * 8 {
            let mut flipped = block.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(!matches!(read(&flipped, 0, 99, 0), Next::Entry(_)), "bit {at}");
        }
    }

    #[test]
    fn what_lies_behind_damage_is_found() {
        let mut block = sealed(b"one", 1, 5);
        let second = block.len();
        // Somebody else's message that looks like an entry.
        block.extend(sealed(&sealed(b"forged", 2, 0), 2, 5));
        let third = block.len();
        block.extend(sealed(b"three", 3, 5));
        block[second] ^= 0x20;
        let found = find(&block, second, 5, 2).unwrap();
        assert_eq!((found.sequence, found.start), (3, third + HEAD));
        assert_eq!(find(&block, third + 1, 5, 2), None);
    }
}
