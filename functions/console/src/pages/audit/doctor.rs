//! Lets the doctor work every balance out a second time, some pages at a time, and says what does not agree.

use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;

use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, with_query};
use crate::limits;
use crate::locale::say;
use crate::parts::layout::{Frame, page};
use crate::reply;

/// Counts what was examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct Examined {
    /// Requests.
    pub requests: u64,
    /// Events.
    pub events: u64,
    /// Balances.
    pub accounts: u64,
    /// Entries of lists.
    pub indexes: u64,
}

impl Examined {
    const fn and(self, more: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(more.requests),
            events: self.events.saturating_add(more.events),
            accounts: self.accounts.saturating_add(more.accounts),
            indexes: self.indexes.saturating_add(more.indexes),
        }
    }
}

/// Holds something that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Difference {
    /// The entry that disagrees.
    pub key: String,
    /// What about it.
    pub code: String,
    /// What is stored there.
    pub stored: String,
    /// What it should be by everything else.
    pub expected: String,
}

#[derive(Deserialize)]
struct Examination {
    examined: Examined,
    differences: Vec<Difference>,
    next: Option<String>,
}

/// Holds how far a run has come. What was counted before stands in the address, so nothing is kept between two pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// What was examined so far.
    pub examined: Examined,
    /// How many differences there were before this page.
    pub before: u64,
    /// What does not agree on this page.
    pub differences: Vec<Difference>,
    /// Where it goes on; `None` once it is done.
    pub next: Option<String>,
}

impl Run {
    /// Reads what an address says of what was counted before.
    fn of(query: &Form) -> Self {
        let number = |name| query.get(name).parse().unwrap_or(0);
        let examined = Examined {
            requests: number("requests"),
            events: number("events"),
            accounts: number("accounts"),
            indexes: number("indexes"),
        };
        Self { examined, before: number("found"), ..Self::default() }
    }

    fn found(&self) -> u64 {
        self.before.saturating_add(u64::try_from(self.differences.len()).unwrap_or(u64::MAX))
    }

    /// Returns the address at which it goes on.
    fn onward(&self) -> Option<String> {
        let next = self.next.as_deref()?;
        let Examined { requests, events, accounts, indexes } = self.examined;
        let numbers = [requests, events, accounts, indexes, self.found()].map(|number| number.to_string());
        let [requests, events, accounts, indexes, found] = &numbers;
        let counted = [
            ("requests", requests),
            ("events", events),
            ("accounts", accounts),
            ("indexes", indexes),
            ("found", found),
        ];
        let counted = counted.map(|(name, number)| (name, number.as_str()));
        let all: Vec<_> = [("run", "yes"), ("cursor", next)].into_iter().chain(counted).collect();
        Some(with_query("/audit/doctor", &all))
    }
}

/// Serves `GET /audit/doctor`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    if asked.form.get("run") != "yes" {
        return Ok(reply::see_other("/audit"));
    }
    let mut run = Run::of(&asked.form);
    let mut cursor = asked.form.get("cursor").to_owned();
    for _ in 0..limits::DOCTOR_PAGES {
        let address = with_query("/v1/doctor", &[("cursor", &cursor)]);
        let page: Examination = api_client::get(asked.session, &address).await?;
        run.examined = run.examined.and(page.examined);
        run.differences.extend(page.differences);
        run.next.clone_from(&page.next);
        match page.next.filter(|_| run.differences.len() < limits::DIFFERENCES) {
            Some(next) => cursor = next,
            None => break,
        }
    }
    Ok(reply::page(StatusCode::OK, render(asked.frame, &run)))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, run: &Run) -> Markup {
    let onward = run.onward();
    // Where something was found, somebody looks at it before it goes on.
    let goes_on = onward.as_deref().filter(|_| run.differences.is_empty());
    let body = html! {
        div.title { h1 { (say!("audit-doctor")) } a.button href="/audit" { (say!("audit-back")) } }
        div #run hx-get=[goes_on] hx-trigger=[goes_on.map(|_| "load delay:300ms")] hx-select=[goes_on.map(|_| "#run")] hx-swap=[goes_on.map(|_| "outerHTML")] {
            section.card aria-labelledby="so-far" {
                h2 #so-far { @if onward.is_some() { (say!("audit-doctor-under-way")) } @else { (say!("audit-doctor-done")) } }
                dl.facts {
                    dt { (say!("audit-requests")) } dd { (run.examined.requests) }
                    dt { (say!("audit-events")) } dd { (run.examined.events) }
                    dt { (say!("audit-accounts")) } dd { (run.examined.accounts) }
                    dt { (say!("audit-indexes")) } dd { (run.examined.indexes) }
                    dt { (say!("audit-differences")) } dd { strong.overdue[run.found() > 0] { (run.found()) } }
                }
                @if let Some(onward) = &onward { p.actions { a.button.primary rel="next" href=(onward) { (say!("audit-doctor-on")) } } }
                @else if run.found() == 0 { p role="status" { span aria-hidden="true" { "✓ " } (say!("audit-doctor-sound")) } }
                @else { p role="alert" { (say!("audit-doctor-unsound", count = run.found())) } }
            }
            @if !run.differences.is_empty() { (differences(&run.differences)) }
        }
    };
    page(frame, &say!("audit-doctor"), body)
}

fn differences(differences: &[Difference]) -> Markup {
    html! {
        div.card.flush.below {
            table.rows {
                caption { (say!("audit-differences")) }
                thead { tr { th scope="col" { (say!("audit-entry")) } th scope="col" { (say!("audit-matter")) } th scope="col" { (say!("audit-stored")) } th scope="col" { (say!("audit-expected")) } } }
                tbody { @for one in differences {
                    tr {
                        th scope="row" data-label=(say!("audit-entry")) { span.mono.break { (one.key) } }
                        td data-label=(say!("audit-matter")) { span.mono.break { (one.code) } }
                        td data-label=(say!("audit-stored")) { span.mono.break { (one.stored) } }
                        td data-label=(say!("audit-expected")) { span.mono.break { (one.expected) } }
                    }
                } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{frame, session};

    #[test]
    fn the_numbers_go_on_from_page_to_page() {
        let run = Run {
            examined: Examined { requests: 50, events: 713, accounts: 2, indexes: 9 },
            before: 1,
            differences: Vec::new(),
            next: Some("request/0199 a".into()),
        };
        let onward = run.onward().expect("an address");
        let query = onward.split('?').nth(1).unwrap_or_default();
        let again = Run::of(&Form::parse(query.as_bytes()));
        assert_eq!((again.examined, again.before), (run.examined, 1));
        assert_eq!(Form::parse(query.as_bytes()).get("cursor"), "request/0199 a");
        assert_eq!(Run::default().onward(), None);
    }

    #[test]
    fn what_does_not_agree_stops_the_run_until_somebody_has_looked() {
        let who = session("audrey", &["auditor"]);
        let html = |differences| {
            let run = Run { differences, next: Some("x".into()), ..Run::default() };
            render(&frame(&who, Place::Audit), &run).into_string()
        };
        assert!(html(Vec::new()).contains("hx-trigger=\"load"));
        let text = || "x".to_owned();
        let one = Difference { key: text(), code: text(), stored: text(), expected: text() };
        assert!(!html(vec![one]).contains("hx-trigger=\"load"));
    }
}
