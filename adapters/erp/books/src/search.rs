//! Searches, as SQLite's FTS5 reads them. Pure.

use crate::bindings::contract::{Fault, SearchWord};
use crate::limits;

/// Returns the expression that finds what has all the words: each as a part of a text and, of an invoice, as an amount
/// or the last four digits of a card.
///
/// # Errors
/// When there are too many words or none, or one is too short or too long.
pub fn expression(words: &[SearchWord], is_invoice: bool) -> Result<String, Fault> {
    if words.is_empty() || words.len() > limits::SEARCH_WORDS {
        let detail = format!("a search takes 1 to {} words, not {}", limits::SEARCH_WORDS, words.len());
        return Err(Fault::InvalidArgument(detail));
    }
    let terms: Result<Vec<_>, _> = words.iter().map(|word| term(word, is_invoice)).collect();
    Ok(terms?.join(" AND "))
}

fn term(word: &SearchWord, is_invoice: bool) -> Result<String, Fault> {
    if !(limits::SEARCH_LEAST_CHARS..=limits::SEARCH_CHARS).contains(&word.text.chars().count()) {
        let (least, most) = (limits::SEARCH_LEAST_CHARS, limits::SEARCH_CHARS);
        return Err(Fault::InvalidArgument(format!("a word of a search has {least} to {most} characters")));
    }
    let mut wanted = vec![quoted(&word.text)];
    if is_invoice {
        if word.text.len() == 4 && word.text.bytes().all(|digit| digit.is_ascii_digit()) {
            wanted.push(quoted(&format!("#{}\n", word.text)));
        }
        for amount in word.amounts.iter().take(limits::SEARCH_READINGS) {
            wanted.extend(EXPONENTS.iter().filter_map(|exponent| minor(amount, *exponent)).map(|text| quoted(&text)));
        }
    }
    Ok(format!("({})", wanted.join(" OR ")))
}

/// The numbers of minor digits that currencies have.
const EXPONENTS: [usize; 4] = [0, 2, 3, 4];

/// Returns how an amount stands in the text of an invoice in a currency with so many minor digits; none where it has
/// more of them.
fn minor(amount: &str, exponent: usize) -> Option<String> {
    let (units, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > exponent || !units.chars().chain(decimals.chars()).all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits = format!("{units}{decimals:0<exponent$}");
    let digits = digits.trim_start_matches('0');
    Some(format!("={exponent}:{}\n", if digits.is_empty() { "0" } else { digits }))
}

/// Returns a text that FTS5 takes as it is.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\u{0}', "\u{fffd}").replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, amounts: &[&str]) -> SearchWord {
        SearchWord { text: text.to_owned(), amounts: amounts.iter().map(|amount| (*amount).to_owned()).collect() }
    }

    #[test]
    fn a_word_is_looked_for_in_all_that_it_may_mean() {
        let found = expression(&[word("nord", &[]), word("1.234", &["1.234", "1234"])], true).expect("an expression");
        assert_eq!(
            found,
            "(\"nord\") AND (\"1.234\" OR \"=3:1234\n\" OR \"=4:12340\n\" OR \"=0:1234\n\" OR \"=2:123400\n\" \
             OR \"=3:1234000\n\" OR \"=4:12340000\n\")"
        );
        assert_eq!(expression(&[word("4242", &[])], true).expect("one"), "(\"4242\" OR \"#4242\n\")");
        assert_eq!(
            expression(&[word("4242", &["4242"])], false).expect("one"),
            "(\"4242\")",
            "customers have no amounts"
        );
    }

    #[test]
    fn what_is_typed_is_never_an_expression_of_its_own() {
        let found = expression(&[word("a\" OR b*", &["1) OR (2", "x"])], true).expect("an expression");
        assert_eq!(found, "(\"a\"\" OR b*\")");
    }

    #[test]
    fn searches_out_of_bounds_are_refused() {
        let many: Vec<_> = (0..limits::SEARCH_WORDS + 1).map(|_| word("nord", &[])).collect();
        assert!(expression(&many[1..], true).is_ok(), "at the bound");
        let long = "x".repeat(limits::SEARCH_CHARS + 1);
        for words in [&many[..], &[], &[word("no", &[])], &[word(&long, &[])]] {
            assert!(matches!(expression(words, true), Err(Fault::InvalidArgument(_))));
        }
    }
}
