//! Writes how many requests a list has and what they come to.

use contraflow_domain::money::Money;
use contraflow_domain::request::message::view::{OutboxCounts, OutboxState};
use contraflow_domain::totals::{Counted, ListTotals};
use contraflow_guest::limits::QUEUE_COUNTED;
use maud::{Markup, html};

use super::money;
use crate::locale::say;

/// Writes how many there are: `71`, or `1000+` where there are more.
pub fn counted(count: Counted) -> String {
    format!("{}{}", count.count, if count.is_complete { "" } else { "+" })
}

/// Returns how many requests have messages that stand in a state of the outbox.
pub fn of_state(counts: OutboxCounts, state: OutboxState) -> Counted {
    let count = match state {
        OutboxState::Held => counts.held,
        OutboxState::Failing => counts.failing,
        OutboxState::Undeliverable => counts.undeliverable,
    };
    // The api says only that one of the numbers stopped at its bound.
    Counted { count, is_complete: !counts.more || count < u64::from(QUEUE_COUNTED) }
}

/// Returns how many requests have messages that go no further without a person.
pub fn of_people(counts: OutboxCounts) -> Counted {
    let (held, lost) = (of_state(counts, OutboxState::Held), of_state(counts, OutboxState::Undeliverable));
    Counted { count: held.count.saturating_add(lost.count), is_complete: held.is_complete && lost.is_complete }
}

/// Draws the totals in one line: `71 requests · 3,410.00 EUR, 22,669 JPY`.
pub fn totals(totals: &ListTotals) -> Markup {
    html! {
        @if totals.is_complete { (say!("total-count", count = totals.count)) } @else { (say!("total-at-least", count = totals.count)) }
        @if !totals.sums.is_empty() { " · " (sums(&totals.sums)) }
    }
}

/// Adds amounts up, each currency by itself, in the order in which the currencies come. What can't be counted any more
/// is left out.
pub fn added(amounts: impl Iterator<Item = Money>) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for amount in amounts {
        match sums.iter_mut().find(|sum| sum.currency == amount.currency) {
            Some(sum) => *sum = sum.checked_add(amount).unwrap_or(*sum),
            None => sums.push(amount),
        }
    }
    sums
}

/// Draws sums one after the other.
pub fn sums(sums: &[Money]) -> Markup {
    html! { @for (place, sum) in sums.iter().enumerate() { @if place > 0 { ", " } (money::money(*sum)) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contraflow_domain::money::Currency;

    #[test]
    fn each_currency_is_summed_by_itself_and_never_overflows() {
        let money = |minor, currency| Money { minor, currency };
        let all = [money(100, Currency::EUR), money(50, Currency::JPY), money(1, Currency::EUR)];
        assert_eq!(added(all.into_iter()), [money(101, Currency::EUR), money(50, Currency::JPY)]);
        let summed = added(
            [money(1, Currency::EUR), money(5, Currency::JPY), money(2, Currency::EUR), money(i64::MAX, Currency::EUR)]
                .into_iter(),
        );
        assert_eq!(summed, [money(3, Currency::EUR), money(5, Currency::JPY)]);
    }

    #[test]
    fn totals_say_when_they_are_not_all() {
        let read = |text: &str| totals(&serde_json::from_str(text).expect("totals")).into_string();
        let whole = read(r#"{"count":1,"sums":[{"value":"3410.00","currency":"EUR"}],"is_complete":true}"#);
        assert!(whole.starts_with("1 request · ") && whole.contains("3,410.00"), "{whole}");
        assert_eq!(read(r#"{"count":1000,"sums":[],"is_complete":false}"#), "At least 1000 requests");
    }
}
