//! Draws the sums of the last twelve months as a picture, with the table that it is drawn from behind it.

use contraflow_domain::money::{Currency, Money};
use contraflow_domain::time::{Day, Timestamp};
use maud::{Markup, html};

use super::{money, time};
use crate::limits;
use crate::locale::{current, say};

/// Holds a month: its year, and its number from 1 to 12.
type Month = (i32, u32);

/// Holds the sums of one currency, the oldest month first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The currency.
    pub currency: Currency,
    /// The months with their sums.
    pub sums: Vec<(Month, Money)>,
}

fn month_of(day: Day) -> Option<Month> {
    let written = day.to_string();
    let mut parts = written.split('-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Returns the twelve months that end with this one, the oldest first.
fn last_twelve((year, month): Month) -> Vec<Month> {
    let back = |count: u32| if month > count { (year, month - count) } else { (year - 1, month + 12 - count) };
    (0..12).rev().map(back).collect()
}

/// Returns the first day of the twelve months that end with this one, in the time zone of whoever reads it.
pub fn first_day(now: Timestamp) -> String {
    let months = month_of(current().zone.day(now)).map(last_twelve).unwrap_or_default();
    months.first().map(|(year, month)| format!("{year:04}-{month:02}-01")).unwrap_or_default()
}

/// Adds amounts up by currency and month, in the time zone of whoever reads it. The currency with most of them comes
/// first.
pub fn series(amounts: &[(Timestamp, Money)], now: Timestamp) -> Vec<Series> {
    let zone = current().zone;
    let Some(months) = month_of(zone.day(now)).map(last_twelve) else { return Vec::new() };
    let mut all: Vec<(usize, Series)> = Vec::new();
    for (at, amount) in amounts {
        let Some(month) = month_of(zone.day(*at)) else { continue };
        let known = all.iter().position(|(_, series)| series.currency == amount.currency);
        let place = known.unwrap_or_else(|| {
            let sums = months.iter().map(|month| (*month, Money::zero(amount.currency))).collect();
            all.push((0, Series { currency: amount.currency, sums }));
            all.len() - 1
        });
        let Some((count, series)) = all.get_mut(place) else { continue };
        if let Some((_, sum)) = series.sums.iter_mut().find(|(known, _)| *known == month)
            && let Ok(more) = sum.checked_add(*amount)
        {
            (*sum, *count) = (more, *count + 1);
        }
    }
    all.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    all.into_iter().filter(|(count, _)| *count > 0).map(|(_, series)| series).collect()
}

fn name_of((year, month): Month) -> String {
    say!("customers-month", month = time::month(month), year = year.to_string())
}

/// Returns the height of each bar, of a hundred; the greatest sum has all of it.
fn heights(series: &Series) -> Vec<i128> {
    let most = series.sums.iter().map(|(_, sum)| i128::from(sum.minor)).max().unwrap_or(0).max(1);
    series.sums.iter().map(|(_, sum)| (i128::from(sum.minor).max(0) * 100 + most - 1) / most).collect()
}

/// Draws the picture of one currency, with its table.
fn picture(series: &Series) -> Markup {
    let total = Money::sum(series.currency, series.sums.iter().map(|(_, sum)| *sum)).ok();
    html! {
        figure.months {
            figcaption { @if let Some(total) = total { strong { (money::money(total)) } } @else { (series.currency) } }
            svg viewBox="0 0 240 104" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                @for (index, height) in heights(series).into_iter().enumerate() {
                    rect.part0 x=(index * 20 + 3) y=(102 - height) width="14" height=(height) rx="2" {}
                }
                rect.rest x="0" y="102" width="240" height="2" {}
            }
            div.ends aria-hidden="true" {
                @if let Some((first, _)) = series.sums.first() { span { (name_of(*first)) } }
                @if let Some((last, _)) = series.sums.last() { span { (name_of(*last)) } }
            }
            details {
                summary { (say!("customers-months-table")) span.hidden { " " (series.currency) } }
                table.small-table {
                    caption.hidden { (say!("customers-months-caption", currency = series.currency.code())) }
                    thead { tr { th scope="col" { (say!("customers-months-month")) } th.number scope="col" { (series.currency) } } }
                    tbody { @for (month, sum) in series.sums.iter().rev() { tr { th scope="row" { (name_of(*month)) } td.number { (money::value(*sum)) } } } }
                }
            }
        }
    }
}

/// Draws the pictures of the currencies with most of the amounts.
pub fn pictures(all: &[Series]) -> Markup {
    html! { div.pictures { @for series in all.iter().take(limits::PICTURES) { (picture(series)) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn euros(minor: i64) -> Money {
        Money { minor, currency: Currency::EUR }
    }

    #[test]
    fn amounts_are_added_up_by_month_and_currency_and_older_ones_are_left_out() {
        let now = at("2026-02-10T10:00:00.000Z");
        let yen = Money { minor: 5, currency: Currency::JPY };
        let amounts = [
            (at("2026-02-01T00:00:00.000Z"), euros(100)),
            (at("2026-01-31T23:59:59.000Z"), euros(30)),
            (at("2026-02-05T00:00:00.000Z"), euros(20)),
            (at("2025-02-28T00:00:00.000Z"), euros(999)),
            (at("2025-12-24T00:00:00.000Z"), yen),
        ];
        let all = series(&amounts, now);
        let currencies: Vec<_> = all.iter().map(|series| series.currency).collect();
        assert_eq!(currencies, [Currency::EUR, Currency::JPY]);
        let months: Vec<_> = all[0].sums.iter().map(|(month, _)| *month).collect();
        assert_eq!((months[0], months[11], months.len()), ((2025, 3), (2026, 2), 12));
        let sums: Vec<_> = all[0].sums.iter().map(|(_, sum)| sum.minor).collect();
        assert_eq!(sums, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 120]);
        assert_eq!(first_day(now), "2025-03-01");
    }

    #[test]
    fn the_greatest_sum_has_the_whole_height_and_a_small_one_can_be_seen() {
        let sums = vec![((2026, 1), euros(1)), ((2026, 2), euros(1_000_000)), ((2026, 3), euros(0))];
        assert_eq!(heights(&Series { currency: Currency::EUR, sums }), [1, 100, 0]);
        let nothing = Series { currency: Currency::EUR, sums: vec![((2026, 1), euros(0))] };
        assert_eq!(heights(&nothing), [0]);
    }
}
