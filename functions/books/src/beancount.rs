//! Writes the journal in the form that Beancount reads, without calling anything outside.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use contraflow_domain::money::{Currency, Money};

use crate::bindings::contract::JournalEntry;
use crate::wire::Unreadable;

/// Holds the day on which every account and commodity is opened, which is before any entry.
const OPENED_ON: &str = "1970-01-01";

/// Returns a file with these entries, complete in itself. `next` is the sequence after which more entries follow.
pub fn file(entries: &[JournalEntry], next: Option<u64>) -> Result<String, Unreadable> {
    let mut accounts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut currencies = BTreeSet::new();
    for leg in entries.iter().flat_map(|entry| &entry.legs) {
        accounts.entry(&leg.account).or_default().insert(&leg.currency);
        currencies.insert(leg.currency.as_str());
    }
    let mut text = String::from("option \"title\" \"contraflow\"\n");
    for currency in currencies {
        line(&mut text, &format!("option \"operating_currency\" \"{currency}\""));
    }
    for (account, currencies) in accounts {
        let currencies: Vec<_> = currencies.into_iter().collect();
        line(&mut text, &format!("{OPENED_ON} open {account} {}", currencies.join(",")));
    }
    for entry in entries {
        line(&mut text, "");
        line(&mut text, &format!("{} * {}", entry.booked_on, quoted(&entry.narration)));
        line(&mut text, &format!("  sequence: {}", entry.sequence));
        line(&mut text, &format!("  document: {}", quoted(&entry.document)));
        for leg in &entry.legs {
            let amount = Money::new(leg.amount_minor, Currency::from_code(&leg.currency)?)?;
            // A total price has no sign of its own; it takes the sign of the amount.
            // https://beancount.github.io/docs/beancount_language_syntax.html#prices
            let price = match &leg.worth {
                Some(worth) => {
                    let price = Money::new(worth.minor.saturating_abs(), Currency::from_code(&worth.currency)?)?;
                    format!(" @@ {price} {}", worth.currency)
                }
                None => String::new(),
            };
            line(&mut text, &format!("  {}  {amount} {}{price}", leg.account, leg.currency));
        }
    }
    if let Some(next) = next {
        line(&mut text, &format!("\n; more entries follow: ask again with cursor={next}"));
    }
    Ok(text)
}

fn line(text: &mut String, line: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}

/// Returns a Beancount string. It has no line breaks, because one would end an entry for a reader who goes line by
/// line.
fn quoted(words: &str) -> String {
    let words: String = words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn a_file_opens_its_accounts_and_writes_each_currency_with_its_decimals() {
        let text = file(&samples::entries(), Some(2)).expect("a file");
        assert_eq!(text, include_str!("../tests/fixtures/journal.beancount"));
    }

    #[test]
    fn words_cannot_leave_their_string() {
        assert_eq!(quoted("a \"b\" \\ c\nd"), "\"a \\\"b\\\" \\\\ c d\"");
    }
}
