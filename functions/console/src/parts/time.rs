//! Writes instants as people read them: how long from now, with the exact time at hand.

use contraflow_domain::limits::{DAY_MS, HOUR_MS, MINUTE_MS};
use contraflow_domain::time::Timestamp;
use maud::{Markup, html};

fn span(ms: u64) -> String {
    if ms < MINUTE_MS {
        return "less than a minute".into();
    }
    let (unit_ms, unit) =
        [(DAY_MS, "d"), (HOUR_MS, "h")].into_iter().find(|(unit_ms, _)| ms >= *unit_ms).unwrap_or((MINUTE_MS, "min"));
    format!("{} {unit}", ms / unit_ms)
}

/// Writes an instant as `2026-11-21 23:05 UTC`.
pub fn absolute(at: Timestamp) -> String {
    let text = at.to_string();
    let minute = text.get(..16).unwrap_or(&text).replace('T', " ");
    format!("{minute} UTC")
}

/// Draws an instant as `3 h ago` or `in 2 d`.
pub fn relative(at: Timestamp, now: Timestamp) -> Markup {
    let words = match at <= now {
        true if now.ms_since(at) < MINUTE_MS => "just now".into(),
        true => format!("{} ago", span(now.ms_since(at))),
        false => format!("in {}", span(at.ms_since(now))),
    };
    html! { time datetime=(at) title=(absolute(at)) { (words) } }
}

/// Draws a deadline: how long is left, marked when it is near or past.
pub fn deadline(at: Timestamp, now: Timestamp) -> Markup {
    let (class, words) = if at <= now {
        ("overdue", format!("{} overdue", span(now.ms_since(at))))
    } else if at.ms_since(now) < DAY_MS {
        ("soon", format!("{} left", span(at.ms_since(now))))
    } else {
        ("", format!("{} left", span(at.ms_since(now))))
    };
    html! { time class=[Some(class).filter(|class| !class.is_empty())] datetime=(at) title=(absolute(at)) { (words) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_unix_ms(1_790_000_000_000 + ms)
    }

    #[test]
    fn a_deadline_says_what_is_left_or_how_late_it_is() {
        let now = at(0);
        assert!(deadline(at(3 * DAY_MS), now).into_string().contains(">3 d left<"));
        assert!(deadline(at(HOUR_MS), now).into_string().contains("class=\"soon\""));
        let late = deadline(now, at(2 * DAY_MS)).into_string();
        assert!(late.contains("2 d overdue") && late.contains("class=\"overdue\""));
    }

    #[test]
    fn the_exact_time_is_in_the_title() {
        let shown = relative(at(0), at(5 * MINUTE_MS)).into_string();
        assert!(shown.contains("title=\"2026-09-21 14:13 UTC\"") && shown.contains("5 min ago"), "{shown}");
    }
}
