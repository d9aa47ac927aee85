//! Numbers as people of many countries write them, in a cell or on a ticket, read exactly or not at all.

use iso_currency::Currency;

/// Marks that only ever stand between thousands: spaces that break and that don't, and the Swiss apostrophes.
const SPACES: [char; 6] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'', '\u{2019}'];

/// Reads an amount of a currency as digits with a point and the currency's decimals: `49,9` euros are `49.90`. The text
/// stays as it is where nobody knows the currency: the domain tells of that.
///
/// # Errors
/// What is no number, and what can be read in two ways: `1,234` is one and a bit, or more than a thousand.
pub fn amount(text: &str, currency: &str) -> Result<String, String> {
    match Currency::from_code(currency).and_then(Currency::exponent) {
        Some(decimals) => plain(text, Some(decimals.into())),
        None => Ok(text.to_owned()),
    }
}

/// Reads a quantity as digits with a point.
///
/// # Errors
/// What is no number, and what can be read in two ways.
pub fn quantity(text: &str) -> Result<String, String> {
    plain(text, None)
}

/// The same number as digits with a point: `1.234,5` is `1234.50` where two decimals are usual. `decimals` are the
/// currency's; none for a plain number.
fn plain(text: &str, decimals: Option<usize>) -> Result<String, String> {
    let no_number =
        || format!("`{text}` is no number: write digits with a point or a comma before the decimals, such as 1234.50");
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let marks: Vec<char> = unsigned.chars().filter(|mark| matches!(mark, '.' | ',')).collect();
    let (whole, fraction) = match (marks.last(), marks.iter().collect::<std::collections::BTreeSet<_>>().len()) {
        (Some(last), 2) => unsigned.rsplit_once(*last).map(|(whole, fraction)| (whole, Some(fraction))),
        (Some(last), _) if marks.len() == 1 => unsigned
            .split_once(*last)
            .map(|(whole, fraction)| {
                if fraction.len() != 3 || !is_digits(whole) || whole.len() > 3 || whole.starts_with('0') {
                    return Ok((whole, Some(fraction)));
                }
                match (decimals, last) {
                    // No fractions of a yen: the mark stands between thousands.
                    (Some(0), _) => Ok((unsigned, None)),
                    // As the API writes a currency of three decimals.
                    (Some(3), '.') => Ok((whole, Some(fraction))),
                    _ => Err(ambiguous(text, whole, fraction, decimals)),
                }
            })
            .transpose()?,
        _ => Some((unsigned, None)),
    }
    .ok_or_else(no_number)?;
    let whole = ungrouped(whole).ok_or_else(no_number)?;
    if fraction.is_some_and(|fraction| !is_digits(fraction)) {
        return Err(no_number());
    }
    let mut fraction = fraction.unwrap_or_default().to_owned();
    while fraction.len() < decimals.unwrap_or(0) {
        fraction.push('0');
    }
    Ok(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

fn ambiguous(text: &str, whole: &str, fraction: &str, decimals: Option<usize>) -> String {
    let zeros = "0".repeat(decimals.unwrap_or(1).max(1));
    format!(
        "`{text}` can be {whole}.{fraction} or {whole}{fraction}: write {whole}{fraction}.{zeros} for the larger one, \
         or other than three digits behind the mark for the smaller"
    )
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whole digits, where they are grouped by thousands with one kind of mark.
fn ungrouped(whole: &str) -> Option<String> {
    let Some(mark) = whole.chars().find(|character| !character.is_ascii_digit()) else {
        return is_digits(whole).then(|| whole.to_owned());
    };
    let mut groups = whole.split(mark);
    let first = groups.next().filter(|first| is_digits(first) && first.len() <= 3)?;
    let fits = SPACES.contains(&mark) || matches!(mark, '.' | ',');
    let mut joined = first.to_owned();
    for group in groups {
        joined.push_str(Some(group).filter(|group| is_digits(group) && group.len() == 3)?);
    }
    fits.then_some(joined)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_amount_has_the_decimals_of_its_currency() {
        for (text, currency, read) in [
            ("49.9", "EUR", "49.90"),
            ("49,90", "EUR", "49.90"),
            ("1'234", "CHF", "1234.00"),
            ("1,234", "JPY", "1234"),
            ("0,5", "KWD", "0.500"),
            ("12,50", "QQQ", "12,50"),
        ] {
            assert_eq!(amount(text, currency).as_deref(), Ok(read), "{text} {currency}");
        }
        assert!(amount("1,234", "EUR").is_err() && amount("49.9 €", "EUR").is_err());
        assert_eq!(quantity("0,5").as_deref(), Ok("0.5"));
    }

    #[test]
    fn every_usual_way_of_writing_is_read_exactly() {
        for (text, decimals, read) in [
            ("1234.56", Some(2), "1234.56"),
            ("1,234.56", Some(2), "1234.56"),
            ("1.234,56", Some(2), "1234.56"),
            ("1 234,56", Some(2), "1234.56"),
            ("1\u{a0}234,56", Some(2), "1234.56"),
            ("1\u{202f}234\u{202f}567,89", Some(2), "1234567.89"),
            ("1'234.50", Some(2), "1234.50"),
            ("1.234.567", Some(2), "1234567.00"),
            ("50", Some(2), "50.00"),
            ("12,5", Some(2), "12.50"),
            ("0,500", Some(3), "0.500"),
            ("12.500", Some(3), "12.500"),
            ("1.234,500", Some(3), "1234.500"),
            ("1,234", Some(0), "1234"),
            ("-5,00", Some(2), "-5.00"),
            ("2", None, "2"),
            ("0,5", None, "0.5"),
        ] {
            assert_eq!(plain(text, decimals).as_deref(), Ok(read), "{text}");
        }
    }

    #[test]
    fn what_has_two_meanings_is_refused_with_what_to_write() {
        for (text, decimals) in [("1,234", Some(2)), ("1.234", Some(2)), ("12,500", Some(3)), ("1.234", None)] {
            let why = plain(text, decimals).unwrap_err();
            assert!(why.contains("can be") && why.contains("write"), "{why}");
        }
        assert!(plain("1,234", Some(2)).unwrap_err().contains("1234.00"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "-",
            "abc",
            "€5",
            "5 EUR",
            "1.",
            ",5",
            "1,23,456.00",
            "1.2.3",
            "1,2.3,4",
            "1 23",
            "(5.00)",
            "+5.00",
            "1e3",
            "=1+1",
            "٣",
        ] {
            assert!(plain(text, Some(2)).unwrap_err().contains("no number"), "{text}");
        }
    }
}
