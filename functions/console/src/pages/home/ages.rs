//! Draws how long requests have waited, as bars beside the numbers that they are drawn from.

use contraflow_domain::limits::DAY_MS;
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};

use crate::locale::say;

/// Lists from how many days on a request stands in each row of the picture.
const FROM_DAYS: [u64; 5] = [0, 1, 3, 7, 14];

/// Holds how many requests have waited so long, and how many of them are late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Bar {
    waiting: usize,
    late: usize,
}

fn bars(rows: &[RequestRow], now: Timestamp) -> [Bar; 5] {
    let mut bars = [Bar::default(); 5];
    for row in rows {
        let days = now.ms_since(row.created_at) / DAY_MS;
        let place = FROM_DAYS.iter().rposition(|from| days >= *from).unwrap_or(0);
        if let Some(bar) = bars.get_mut(place) {
            bar.waiting += 1;
            bar.late += usize::from(row.due_at.or(row.deadline).is_some_and(|due| due <= now));
        }
    }
    bars
}

fn name(place: usize) -> String {
    match place {
        0 => say!("home-age-today"),
        1 => say!("home-age-days"),
        2 => say!("home-age-week"),
        3 => say!("home-age-weeks"),
        _ => say!("home-age-longer"),
    }
}

/// Draws the picture; nothing where nothing waits.
pub fn picture(rows: &[RequestRow], is_all: bool, now: Timestamp) -> Markup {
    let bars = bars(rows, now);
    let most = bars.iter().map(|bar| bar.waiting).max().unwrap_or(0).max(1);
    html! {
        @if !rows.is_empty() {
            section.card aria-labelledby="ages" {
                h2 #ages { (say!("home-ages")) }
                table.ages {
                    caption.hidden { (say!("home-ages")) }
                    thead.hidden { tr { th scope="col" { (say!("home-age")) } th scope="col" { (say!("home-bar")) } th scope="col" { (say!("home-count")) } } }
                    tbody { @for (place, bar) in bars.iter().enumerate() {
                        tr {
                            th scope="row" { (name(place)) }
                            td {
                                svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                                    rect.part0 x="0" y="0" width=(bar.waiting * 100 / most) height="10" {}
                                    rect.part5 x="0" y="7" width=(bar.late * 100 / most) height="3" {}
                                }
                            }
                            td.number { (bar.waiting) @if bar.late > 0 { " " span.overdue { (say!("home-late", count = bar.late)) } } }
                        }
                    } }
                }
                @if !is_all { p.hint { (say!("home-ages-first", count = rows.len())) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures;

    #[test]
    fn a_request_stands_where_its_age_begins_and_counts_as_late_once_its_time_is_over() {
        let now: Timestamp = "2026-11-21T23:00:00.000Z".parse().expect("an instant");
        let aged = |days: u64, late: bool| {
            let before = |ms: u64| Timestamp::from_unix_ms(now.unix_ms() - ms);
            let due = if late { before(1) } else { now.plus_ms(1) };
            RequestRow { created_at: before(days * DAY_MS), due_at: Some(due), ..fixtures::pending().into() }
        };
        let bars = bars(&[aged(0, false), aged(2, true), aged(3, false), aged(6, true), aged(400, true)], now);
        assert_eq!(bars.map(|bar| (bar.waiting, bar.late)), [(1, 0), (1, 1), (2, 1), (0, 0), (1, 1)]);
    }
}
