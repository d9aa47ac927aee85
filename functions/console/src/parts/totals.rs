//! Writes how many requests a list has and what they come to.

use contraflow_domain::money::Money;
use contraflow_domain::totals::{Counted, ListTotals};
use maud::{Markup, html};

use super::money;
use crate::locale::say;

/// Writes how many there are: `71`, or `1000+` where there are more.
pub fn counted(count: Counted) -> String {
    format!("{}{}", count.count, if count.is_complete { "" } else { "+" })
}

/// Draws the totals in one line: `71 requests · 3,410.00 EUR, 22,669 JPY`.
pub fn totals(totals: &ListTotals) -> Markup {
    html! {
        @if totals.is_complete { (say!("total-count", count = totals.count)) } @else { (say!("total-at-least", count = totals.count)) }
        @if !totals.sums.is_empty() { " · " (sums(&totals.sums)) }
    }
}

/// Draws sums one after the other.
pub fn sums(sums: &[Money]) -> Markup {
    html! { @for (place, sum) in sums.iter().enumerate() { @if place > 0 { ", " } (money::money(*sum)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_say_when_they_are_not_all() {
        let read = |text: &str| totals(&serde_json::from_str(text).expect("totals")).into_string();
        let whole = read(r#"{"count":1,"sums":[{"value":"3410.00","currency":"EUR"}],"is_complete":true}"#);
        assert!(whole.starts_with("1 request · ") && whole.contains("3,410.00"), "{whole}");
        assert_eq!(read(r#"{"count":1000,"sums":[],"is_complete":false}"#), "At least 1000 requests");
    }
}
