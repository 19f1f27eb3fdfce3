//! Files that are cut, spoiled or hostile.

use proptest::collection::vec;
use proptest::prelude::*;
use ringmail::parse::{DeliveryEntry, DeliveryReader};

use crate::{raw, read, sample};

/// The messages of the deliveries in a file, and the damaged places.
fn summary(file: &[u8]) -> (Vec<u64>, Vec<(u64, u64)>) {
    let (mut mids, mut damage) = (Vec::new(), Vec::new());
    read(file, |entry| match entry {
        DeliveryEntry::Delivery(delivery) => mids.push(delivery.mid.0),
        DeliveryEntry::Damaged(place) => damage.push((place.offset, place.bytes)),
        _ => {}
    });
    (mids, damage)
}

proptest! {
    /// Whatever is in a file, it is read to its end, and every byte of it stands in one entry.
    #[test]
    fn damage_is_passed_over(
        places in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        garbage in vec(any::<u8>(), 0..60),
        at in any::<prop::sample::Index>(),
    ) {
        let (mut file, _) = sample();
        for (place, byte) in places {
            let place = place.index(file.len());
            file[place] = byte;
        }
        let at = at.index(file.len());
        file.splice(at..at, garbage);
        let mut reader = DeliveryReader::new(file.as_slice());
        let mut before = 0;
        loop {
            let entry = reader.read().unwrap();
            let damage = match &entry {
                Some(DeliveryEntry::Damaged(damage)) => Some(*damage),
                Some(_) => None,
                None => break,
            };
            if let Some(damage) = damage {
                assert_eq!((damage.offset, damage.offset + damage.bytes), (before, reader.offset()));
            }
            assert!(reader.offset() > before);
            before = reader.offset();
        }
        assert_eq!(before, file.len() as u64);
    }
}

#[test]
fn a_file_that_is_cut_anywhere_gives_its_whole_records() {
    let (file, starts) = sample();
    for len in 0..=file.len() {
        let (mids, damage) = summary(&file[..len]);
        let whole = starts.iter().skip(1).filter(|end| **end <= len).count();
        assert_eq!(mids.len(), whole, "cut at {len}");
        let is_clean = len == 0 || len == file.len() || starts.contains(&len);
        let expected = if is_clean {
            Vec::new()
        } else {
            let start = starts.iter().rev().find(|start| **start < len).copied().unwrap_or(0);
            vec![(start as u64, (len - start) as u64)]
        };
        assert_eq!(damage, expected, "cut at {len}");
    }
}

#[test]
fn a_record_that_lacks_any_byte_costs_that_record() {
    let (file, starts) = sample();
    for gap in starts[1]..starts[2] {
        let mut file = file.clone();
        file.remove(gap);
        let (mids, damage) = summary(&file);
        assert_eq!((mids, damage.len()), (vec![1, 3, 4, 5], 1), "byte {gap}");
        assert_eq!(damage[0], (starts[1] as u64, (starts[2] - starts[1] - 1) as u64));
    }
}

/// The pickle of a delivery with this list of recipients.
fn with_recipients(recipients: &[u8]) -> Vec<u8> {
    let mut pickle = b"(K\x01K\x00K\x05K\x07K\x00U\x00U\x00".to_vec();
    pickle.extend(recipients);
    pickle.extend(b"]K\x00U\x03250U\x00t.");
    pickle
}

#[test]
fn hostile_records_are_refused() {
    let deep = [&b"(".repeat(500_000)[..], b"."].concat();
    // The same recipient, whose address is long, again and again.
    let mut repeated = b"](K\x00T\x00\x00\x08\x00".to_vec();
    repeated.extend(vec![b'x'; 512 << 10]);
    repeated.extend(b"K\x00tq\x00a(");
    repeated.extend(b"h\x00".repeat(200_000));
    repeated.extend(b"e");
    // A list that holds itself, twice as often each time.
    let bomb = [&b"]q\x00("[..], &b"h\x00h\x00".repeat(1000), b"eh\x00a"].concat();
    for (what, payload) in [
        ("a class", &b"cos\nsystem\n(S'true'\ntR."[..]),
        ("a call", b"(c__builtin__\neval\nt."),
        ("an object", b"(i__main__\nX\n."),
        ("a state", b"(dK\x00K\x01sb."),
        ("a protocol of later days", b"\x80\x04K\x04."),
        ("a length that lies", b"(T\xff\xff\xff\x7fabct."),
        ("a length below zero", b"(T\xff\xff\xff\xffabct."),
        ("a memo that lies", b"(K\x01r\xff\xff\xff\x7ft."),
        ("a number without end", b"\x8b\xff\xff\xff\x7f1."),
        ("a number of many digits", b"L99999999999999999999999999999999999999999999L\n."),
        ("a mark alone", b"t."),
        ("nothing", b""),
        ("nothing but an end", b"."),
        ("a list in the place of a tuple", b"]K\x01a."),
        ("too few fields", b"(K\x01K\x02t."),
        ("deep", &deep),
        ("repeated", &with_recipients(&repeated)),
        ("a bomb", &with_recipients(&bomb)),
        ("bytes behind the pickle", &[&with_recipients(b"]")[..], b"x"].concat()),
    ] {
        let mut file = raw(b"MD", payload);
        let len = file.len() as u64;
        file.extend(raw(b"MD", &with_recipients(b"](K\x00U\x03a@bK\x01ta")));
        assert_eq!(summary(&file), (vec![7], vec![(0, len)]), "{what}");
    }
    for (what, head) in [
        ("a length out of range", &b"MD\x7f\xff\xff\xff\0\0\0\0\0\0\0\0"[..]),
        ("a time out of range", b"MD\0\0\0\x02\0\0\0\0\x7f\xff\xff\xff"),
        ("another kind", b"MM\0\0\0\x02\0\0\0\0\0\0\0\0"),
    ] {
        let mut file = [head, b"N."].concat();
        file.extend(raw(b"MD", &with_recipients(b"](K\x00U\x03a@bK\x01ta")));
        assert_eq!(summary(&file), (vec![7], vec![(0, 16)]), "{what}");
    }
    assert_eq!(summary(&raw(b"<<", b"K\x05.")).1.len(), 1, "a version of later days");
}

/// Heads within heads, each of which promises much: time must not grow with their square.
#[test]
fn damage_that_looks_like_records_is_passed_over_in_time() {
    let mut file = Vec::new();
    while file.len() < 4 << 20 {
        // A pickle of strings, each of which is the head of the next record.
        file.extend(b"MD\x00\x0f\xff\x00\0\0\0\0\0\0\0\0(U\x0f");
    }
    let began = std::time::Instant::now();
    assert!(summary(&file).0.is_empty());
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}
