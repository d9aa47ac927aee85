//! Dates and amounts as a language writes them.

use contraflow_domain::time::{Day, Timestamp};
use contraflow_domain::zone::Zone;
use serde_json::Value;

use crate::words::{self, Words};

/// Writes a day, or the day of an instant in a zone. What is neither is left as it is.
pub fn date(text: &str, language: &str, zone: Zone) -> String {
    let day = text.parse::<Day>().ok().or_else(|| text.parse::<Timestamp>().ok().map(|at| zone.day(at)));
    let Some(day) = day else { return text.to_owned() };
    // A day is written as 2026-11-30 whatever its year.
    let written = day.to_string();
    let parts: Vec<&str> = written.rsplitn(3, '-').collect();
    let [day, month, year] = parts[..] else { return written };
    let words = words::of(language);
    let name = month.parse::<usize>().ok().and_then(|month| words.joining.months.get(month.wrapping_sub(1)));
    let Some(name) = name else { return written };
    words.joining.date.replace("{day}", day.trim_start_matches('0')).replace("{month}", name).replace("{year}", year)
}

/// Writes an amount as the API has it: `{"value": "59.50", "currency": "EUR"}`.
pub fn money(amount: &Value, language: &str) -> String {
    let member = |name: &str| amount.get(name).and_then(Value::as_str).unwrap_or_default();
    let (value, currency) = (member("value"), member("currency"));
    if value.is_empty() {
        return String::new();
    }
    let words = words::of(language);
    words.joining.money.replace("{value}", &grouped(value, words)).replace("{currency}", currency)
}

fn grouped(value: &str, words: &Words) -> String {
    let (sign, digits) = value.strip_prefix('-').map_or(("", value), |digits| ("-", digits));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let mut written = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            written.push_str(&words.joining.thousands);
        }
        written.push(digit);
    }
    if rest.is_empty() {
        return format!("{sign}{written}");
    }
    format!("{sign}{written}{}{rest}", words.joining.decimal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn an_amount_is_written_as_the_language_does() {
        let amount = |value: &str| json!({"value": value, "currency": "EUR"});
        for (value, english, german) in [
            ("59.50", "EUR 59.50", "59,50 EUR"),
            ("1234567.00", "EUR 1,234,567.00", "1.234.567,00 EUR"),
            ("-1000", "EUR -1,000", "-1.000 EUR"),
        ] {
            assert_eq!(
                (money(&amount(value), "en").as_str(), money(&amount(value), "de-AT").as_str()),
                (english, german)
            );
        }
        assert_eq!(money(&json!(""), "en"), "");
    }

    #[test]
    fn a_date_is_that_of_the_readers_zone() {
        let berlin = "Europe/Berlin".parse().unwrap();
        assert_eq!(date("2026-12-04", "de", berlin), "4. Dezember 2026");
        assert_eq!(date("2026-12-03T23:30:00.000Z", "en", berlin), "4 December 2026");
        assert_eq!(date("soon", "en", berlin), "soon");
    }
}
