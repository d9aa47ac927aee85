//! Words as they are compared: in one form, whoever wrote them.

use unicode_normalization::UnicodeNormalization as _;

/// Returns a word in the one form in which words are compared: what the eye reads as the same is the same. Letters are
/// composed and have no case, wide and styled ones are plain, one space stands for whatever white space or underscores
/// are between two words, and there is none around them.
///
/// ```
/// use contraflow_domain::words::canonical;
///
/// assert_eq!(canonical(" Damaged\u{a0} Goods "), "damaged goods");
/// assert_eq!(canonical("GRU\u{308}N"), canonical("grün"));
/// assert_eq!(canonical("store_credit"), canonical("Store Credit"));
/// ```
#[must_use]
pub fn canonical(text: &str) -> String {
    let folded = if text.is_ascii() { text.to_ascii_lowercase() } else { folded(text) };
    folded
        .split(|letter: char| letter == '_' || letter.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns the text without what only looks different. Letters of ASCII alone have nothing of that but their case.
fn folded(text: &str) -> String {
    // Upper case first: of `ß` and `SS`, and of both small sigmas, lower case alone leaves two.
    let folded: String = text.nfkc().filter(|letter| !is_invisible(*letter)).collect();
    folded.to_uppercase().to_lowercase().nfkc().collect()
}

/// Tells whether two words are the same, however they are written.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one == other || canonical(one) == canonical(other)
}

/// Tells whether a character takes no place: a soft hyphen, a joiner, a mark of the reading direction.
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_eye_reads_as_the_same_word_is_the_same() {
        for (one, other) in [
            ("damaged", "Damaged"),
            ("damaged", "  DAMAGED\u{200b}\t"),
            ("team  lead", "Team\u{a0}lead"),
            ("not_as_described", "Not as described"),
            ("gru\u{308}n", "GRÜN"),
            ("Straße", "STRASSE"),
            ("ΛΟΓΟΣ", "λογος"),
            ("ＣＵＳＴ－７", "cust-7"),
        ] {
            assert!(same(one, other), "{one:?} {other:?}");
            assert_eq!(canonical(&canonical(one)), canonical(one), "{one:?}");
        }
        for (one, other) in [("damaged", "damage"), ("team lead", "teamlead"), ("grün", "grun"), ("a", "")] {
            assert!(!same(one, other), "{one:?} {other:?}");
        }
    }
}
