//! The text of a condition: where its words stand, so that a mistake is shown where it is.

use std::collections::BTreeMap;

use super::Fault;
use crate::limits;

/// Where the words of a condition stand. They are asked for in the order in which they stand there.
pub(super) struct Words {
    places: BTreeMap<String, Vec<usize>>,
    seen: BTreeMap<String, usize>,
    last: usize,
}

impl Words {
    /// Finds the words outside of quotes.
    ///
    /// # Errors
    /// At a number with too many digits.
    pub(super) fn of(text: &str) -> Result<Self, Fault> {
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut rest = text.char_indices().peekable();
        while let Some((start, letter)) = rest.next() {
            if letter == '"' || letter == '\'' {
                let mut escaped = false;
                for (_, inner) in rest.by_ref() {
                    if inner == letter && !escaped {
                        break;
                    }
                    escaped = inner == '\\' && !escaped;
                }
                continue;
            }
            if !letter.is_alphanumeric() && letter != '_' {
                continue;
            }
            let is_number = letter.is_ascii_digit();
            let mut word = String::from(letter);
            while let Some((_, next)) =
                rest.next_if(|(_, next)| next.is_alphanumeric() || *next == '_' || is_number && *next == '.')
            {
                word.push(next);
            }
            if is_number && word.chars().filter(char::is_ascii_digit).count() > limits::CONDITION_DIGITS {
                return Err(Fault {
                    offset: start,
                    message: format!("a number has at most {} digits", limits::CONDITION_DIGITS),
                });
            }
            places.entry(word).or_default().push(start);
        }
        Ok(Self { places, seen: BTreeMap::new(), last: 0 })
    }

    /// Returns where the word stands that comes next with this spelling; where the last one stood, if there is none.
    pub(super) fn next(&mut self, word: &str) -> usize {
        let seen = self.seen.entry(word.to_owned()).or_default();
        if let Some(place) = self.places.get(word).and_then(|places| places.get(*seen)) {
            *seen += 1;
            self.last = *place;
        }
        self.last
    }

    /// Returns where the word stands that was asked for last.
    pub(super) const fn last(&self) -> usize {
        self.last
    }
}
