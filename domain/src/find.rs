//! Finding: invoices and customers by what somebody knows of them, such as a part of a name, an amount, or the last
//! four digits of a card.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::invoice::Customer;
use crate::limits;
use crate::money::Money;

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// What was typed, without spaces.
    pub text: String,
    /// What it may mean as an amount, in major units; empty where it is none.
    #[serde(default)]
    pub amounts: Vec<Decimal>,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// The words, all of which must be found.
    pub words: Vec<Word>,
    /// The most that is wanted.
    pub limit: u32,
}

/// As much of an invoice as it takes to choose it among others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvoiceSummary {
    /// The number printed on it.
    pub number: String,
    /// The day of issue.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date")))]
    pub issued_on: String,
    /// Whom it was sent to; without the e-mail address for whoever only asks for credits.
    pub customer: Customer,
    /// What it came to, with tax.
    pub gross: Money,
}

/// What a search has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Found{T}"))]
pub struct Found<T> {
    /// The first of what was found.
    pub items: Vec<T>,
    /// Whether there is more: another word narrows it down.
    pub more: bool,
}

/// Why a text can't be looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// There is nothing to look for.
    #[error(
        "write what to look for: a part of a number, a name or an e-mail address, an amount, or the last four digits of a card"
    )]
    Nothing,
    /// There are too many words.
    #[error("write at most {most} words", most = limits::FIND_WORDS)]
    TooMany,
    /// A word is so short that nearly everything has it.
    #[error("write at least {least} characters of “{0}”, or leave it out", least = limits::FIND_LEAST_CHARS)]
    Short(String),
    /// A word is longer than what is looked through.
    #[error("write words of at most {most} characters", most = limits::FIND_WORD_CHARS)]
    Long,
}

/// Reads what somebody typed.
///
/// ```
/// use contraflow_domain::find::words;
///
/// let wanted = words("nordlicht 1.234,50")?;
/// assert_eq!((wanted[0].text.as_str(), wanted[0].amounts.len()), ("nordlicht", 0));
/// assert_eq!(wanted[1].amounts[0].to_string(), "1234.5");
/// # Ok::<(), contraflow_domain::find::FindError>(())
/// ```
///
/// # Errors
/// When there is nothing to look for, or too much.
pub fn words(text: &str) -> Result<Vec<Word>, FindError> {
    let words: Vec<&str> = text.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    match words.len() {
        0 => return Err(FindError::Nothing),
        count if count > limits::FIND_WORDS => return Err(FindError::TooMany),
        _ => {}
    }
    words.into_iter().map(word).collect()
}

fn word(text: &str) -> Result<Word, FindError> {
    match text.chars().count() {
        count if count < limits::FIND_LEAST_CHARS => Err(FindError::Short(text.to_owned())),
        count if count > limits::FIND_WORD_CHARS => Err(FindError::Long),
        _ => Ok(Word { text: text.to_owned(), amounts: amounts(text) }),
    }
}

/// Returns what a word may mean as an amount: people set points, commas and apostrophes in both ways.
fn amounts(word: &str) -> Vec<Decimal> {
    let digits = word.trim_matches(|letter: char| !letter.is_ascii_digit());
    let is_separator = |letter: char| matches!(letter, '.' | ',' | '\'' | '’');
    let is_amount =
        word.chars().all(|letter| letter.is_ascii_digit() || is_separator(letter) || "€$£¥-–".contains(letter));
    if digits.is_empty() || !is_amount || !digits.chars().all(|letter| letter.is_ascii_digit() || is_separator(letter))
    {
        return Vec::new();
    }
    let whole: String = digits.chars().filter(char::is_ascii_digit).collect();
    let mut readings = Vec::new();
    match digits.rfind(is_separator).and_then(|at| Some((at, digits.get(at..)?.chars().next()?))) {
        None => readings.push(whole),
        Some((at, separator)) => {
            let decimals = digits.get(at + separator.len_utf8()..).unwrap_or_default();
            let before: String = digits.chars().take_while(|letter| *letter != separator).collect();
            let is_last = digits.matches(separator).count() == 1 && matches!(separator, '.' | ',');
            if is_last && (1..=4).contains(&decimals.len()) {
                let units: String = before.chars().filter(char::is_ascii_digit).collect();
                readings.push(format!("{units}.{decimals}"));
            }
            if decimals.len() == 3 && !before.chars().any(is_separator) {
                readings.push(whole);
            }
        }
    }
    readings.iter().filter_map(|text| Decimal::from_str_exact(text).ok()).map(|amount| amount.normalize()).collect()
}

impl InvoiceSummary {
    /// Returns it as whoever only asks for credits reads it: without the customer's e-mail address.
    #[must_use]
    pub fn for_asker(self) -> Self {
        Self { customer: for_asker(self.customer), ..self }
    }
}

/// Returns a customer as whoever only asks for credits reads them: without the e-mail address.
#[must_use]
pub fn for_asker(customer: Customer) -> Customer {
    Customer { email: String::new(), ..customer }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(word: &str) -> Vec<String> {
        amounts(word).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn amounts_are_read_in_the_ways_in_which_people_write_them() {
        for (word, wants) in [
            ("119.00", &["119"][..]),
            ("119,00", &["119"]),
            ("119", &["119"]),
            ("€119.50", &["119.5"]),
            ("119,50€", &["119.5"]),
            ("-119.50", &["119.5"]),
            ("1,234.50", &["1234.5"]),
            ("1.234,50", &["1234.5"]),
            ("1'234.50", &["1234.5"]),
            ("1.234", &["1.234", "1234"]),
            ("1.234.567", &["1234567"]),
            ("1234.567", &["1234.567", "1234567"]),
            ("INV-1001", &[]),
            ("12a4", &[]),
            ("1.2.3", &[]),
            ("...", &[]),
            ("99999999999999999999999999999999.99", &[]),
        ] {
            assert_eq!(read(word), wants, "{word}");
        }
    }

    #[test]
    fn at_most_six_words_of_three_to_a_hundred_characters_are_looked_for() {
        assert_eq!(words("  \t \u{0} "), Err(FindError::Nothing));
        assert_eq!(words("nord ab"), Err(FindError::Short("ab".into())));
        assert!(words(&"w".repeat(100)).is_ok(), "at the bound");
        assert_eq!(words(&"w".repeat(101)), Err(FindError::Long));
        assert_eq!(words("one two three four five six").unwrap().len(), 6, "at the bound");
        assert_eq!(words("one two three four five six seven"), Err(FindError::TooMany));
        assert!(words("äöü").is_ok(), "characters, not bytes");
    }
}
