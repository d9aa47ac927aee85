//! How alike two texts are: by the groups of three letters that both have. It is bounded, and knows no language.

use std::collections::BTreeMap;

use crate::limits::COMPARED_CHARS;
use crate::words;

/// Returns how alike two texts are, from 0 to 100: 100 where they are the same however they are written. Of long ones
/// the beginnings are compared.
#[must_use]
pub fn likeness(one: &str, other: &str) -> u32 {
    let (one, other) = (start(one), start(other));
    if one == other {
        return 100;
    }
    let (of_one, of_other) = (groups(&one), groups(&other));
    let shared: u32 = of_one.iter().map(|(group, count)| (*count).min(of_other.get(group).copied().unwrap_or(0))).sum();
    let all: u32 = of_one.values().chain(of_other.values()).sum();
    // Texts that differ are never called the same.
    (shared * 200).checked_div(all).unwrap_or(0).min(99)
}

/// Returns the beginning of a text, in the one form in which words are compared, with nothing but its letters and
/// digits and one space between words.
fn start(text: &str) -> String {
    let text: String = text.chars().take(COMPARED_CHARS).collect();
    let plain: String =
        words::canonical(&text).chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Counts the groups of three letters; a word begins and ends with a space.
fn groups(text: &str) -> BTreeMap<[char; 3], u32> {
    let letters: Vec<char> = [' '].into_iter().chain(text.chars()).chain([' ']).collect();
    let mut groups = BTreeMap::new();
    for group in letters.windows(3) {
        if let [one, two, three] = group {
            *groups.entry([*one, *two, *three]).or_default() += 1;
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_alike_by_what_they_say_and_not_by_how_they_are_written() {
        assert_eq!(likeness("Box was damaged!", "box was  DAMAGED"), 100);
        assert_eq!(likeness("", ""), 100);
        assert_eq!(likeness("damaged", ""), 0);
        let near = likeness("The box was damaged on arrival", "box arrived damaged, customer complains");
        let far = likeness("The box was damaged on arrival", "Wrong price on the invoice");
        assert!(near > 40 && far < 20, "{near} {far}");
        assert!(likeness("the parcel came three days late", "The parcel came 3 days late") > 70);
        assert_eq!(likeness("箱が壊れていた", "箱が壊れていた。"), 100);
    }

    #[test]
    fn long_texts_cost_no_more_than_their_beginnings_and_different_ones_are_never_the_same() {
        let long = "a b ".repeat(500_000);
        assert_eq!(likeness(&long, &long), 100);
        let turned = likeness("abcab cabca", "cabca abcab");
        assert!((90..100).contains(&turned), "{turned}");
    }
}
