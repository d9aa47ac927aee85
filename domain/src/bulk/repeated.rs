//! Counts what the rows of a file say, so that rows that say the same are told apart, wherever in the file they stand.

use std::collections::BTreeMap;

/// Names what a row says: its own name, or the hash of its content. Only the beginning of a hash is kept, so that the
/// largest file takes a few megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said([u8; 16]);

impl Said {
    /// Names what has this hash, in lower-case hex.
    #[must_use]
    pub fn hash(hash: &str) -> Self {
        let mut said = [0; 16];
        for (place, pair) in said.iter_mut().zip(hash.as_bytes().chunks(2)) {
            let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
            let [high, low] = <[u8; 2]>::try_from(pair).unwrap_or_default();
            *place = u8::try_from(digit(high) * 16 + digit(low)).unwrap_or_default();
        }
        Self(said)
    }
}

/// Counts the rows of one file.
#[derive(Debug, Default)]
pub struct Repeated {
    contents: BTreeMap<Said, u32>,
    references: BTreeMap<Said, u32>,
}

impl Repeated {
    /// Counts a row with that content. Returns how many there are by now.
    pub fn content(&mut self, said: Said) -> u32 {
        let times = self.contents.entry(said).or_insert(0);
        *times += 1;
        *times
    }

    /// Notes the name of a row. Returns the row that has the name already, if one has.
    pub fn reference(&mut self, said: Said, row: u32) -> Option<u32> {
        let first = *self.references.entry(said).or_insert(row);
        (first != row).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_say_the_same_are_counted_and_a_name_belongs_to_its_first_row() {
        let (one, other) = (Said::hash(&"0a".repeat(32)), Said::hash(&"0b".repeat(32)));
        assert_ne!(one, other);
        let mut repeated = Repeated::default();
        assert_eq!([repeated.content(one), repeated.content(other), repeated.content(one)], [1, 1, 2]);
        assert_eq!(repeated.reference(one, 2), None);
        assert_eq!(repeated.reference(one, 9), Some(2));
        assert_eq!(repeated.reference(other, 9), None);
    }
}
