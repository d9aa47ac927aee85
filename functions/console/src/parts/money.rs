//! Writes amounts as people read them.

use contraflow_domain::money::Money;
use maud::{Markup, html};

use crate::locale::{current, say};

/// Writes a number as the language of the page does: `1234.5` as `1,234.5`, and in German as `1.234,5`.
pub fn grouped(value: &str) -> String {
    let (sign, unsigned) = value.strip_prefix('-').map_or(("", value), |rest| ("\u{2212}", rest));
    let (whole, decimals) =
        unsigned.split_once('.').map_or((unsigned, None), |(whole, decimals)| (whole, Some(decimals)));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.to_owned();
    }
    let language = current().language;
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(language.group_sign());
        }
        out.push(digit);
    }
    if let Some(decimals) = decimals {
        out.push(language.decimal_sign());
        out.push_str(decimals);
    }
    out
}

/// Writes an amount without its currency, for places where the currency stands elsewhere.
pub fn value(amount: Money) -> String {
    grouped(&amount.to_string())
}

/// Writes an amount with its currency, for a sentence.
pub fn said(amount: Money) -> String {
    format!("{} {}", value(amount), amount.currency)
}

/// Draws an amount with its currency.
pub fn money(amount: Money) -> Markup {
    html! { span.money { (value(amount)) " " span.currency { (amount.currency) } } }
}

/// Draws an amount, or a dash when there is none yet.
pub fn maybe(amount: Option<Money>) -> Markup {
    match amount {
        Some(amount) => money(amount),
        None => html! { span.quiet { (say!("frame-amount-unknown")) } },
    }
}

/// Writes a tax rate: `0.19` as `19 %`, `0.055` as `5.5 %`. It moves the point in the text, so nothing is rounded.
pub fn percent(rate: &str) -> String {
    let (whole, decimals) = rate.split_once('.').unwrap_or((rate, ""));
    if rate.is_empty() || !whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit()) {
        return rate.to_owned();
    }
    let padded = format!("{decimals:0<2}");
    let (cents, rest) = padded.split_at(2);
    let digits = format!("{whole}{cents}");
    let whole = digits.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { format!("{whole} %") } else { format!("{whole}{}{rest} %", current().language.decimal_sign()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Locale, within};

    #[test]
    fn digits_are_grouped_and_nothing_is_rounded() {
        assert_eq!(grouped("1234567.50"), "1,234,567.50");
        assert_eq!(grouped("-1234"), "\u{2212}1,234");
        assert_eq!(grouped("12.345"), "12.345");
        assert_eq!(grouped("<b>"), "<b>");
        let german = Locale { language: Language::German, ..Locale::default() };
        assert_eq!(within(german, || grouped("-1234567.50")), "\u{2212}1.234.567,50");
        assert_eq!(within(german, || percent("0.055")), "5,5 %");
    }

    #[test]
    fn rates_read_as_percent() {
        for (rate, shown) in
            [("0.19", "19 %"), ("0.055", "5.5 %"), ("0", "0 %"), ("0.2", "20 %"), ("1.00", "100 %"), ("x", "x")]
        {
            assert_eq!(percent(rate), shown);
        }
    }
}
