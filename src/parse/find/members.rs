use std::collections::HashMap;

/// Numbers, and to which groups each belongs.
#[derive(Debug)]
pub(super) struct Members {
    /// A bit for each value of a number's low 16: nearly all that do not belong are told by it.
    bits: Box<[u64; 1024]>,
    groups: HashMap<u64, Vec<usize>>,
}

impl Default for Members {
    fn default() -> Self {
        Self { bits: Box::new([0; 1024]), groups: HashMap::new() }
    }
}

impl Members {
    pub(super) fn add(&mut self, number: u64, group: usize) {
        let (word, bit) = place(number);
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
        let groups = self.groups.entry(number).or_default();
        // They are added in the order of lines: the same one mostly comes again at once.
        if groups.last() != Some(&group) && !groups.contains(&group) {
            groups.push(group);
        }
    }

    #[inline]
    pub(super) fn has(&self, number: u64) -> bool {
        let (word, bit) = place(number);
        self.bits.get(word).is_some_and(|word| word & bit != 0) && self.groups.contains_key(&number)
    }

    pub(super) fn groups(&self, number: u64) -> &[usize] {
        self.groups.get(&number).map_or(&[], Vec::as_slice)
    }
}

/// The word of the bits and the bit in it.
const fn place(number: u64) -> (usize, u64) {
    let low = number & 0xffff;
    ((low >> 6) as usize, 1 << (low & 63))
}
