//! Reads requests that have tasks.

use std::collections::BTreeSet;

use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use futures::StreamExt as _;

use super::Filter;
use crate::api_client;
use crate::form::with_query;
use crate::limits;
use crate::session::Session;

/// Holds requests that have tasks.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// The requests, what has waited longest first.
    pub rows: Vec<RequestRow>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
    /// False when there are more than are shown, and no next page leads to them.
    pub is_complete: bool,
}

/// Reads what is asked for.
///
/// # Errors
/// The problem that the api answered.
pub async fn load(session: &Session, filter: &Filter) -> Result<Listed, Problem> {
    if let Some(group) = filter.group {
        return of_codes(session, group.codes()).await;
    }
    let limit = limits::TASK_REQUESTS.to_string();
    let address = with_query("/v1/queue", &[("view", "tasks"), ("limit", &limit), ("cursor", &filter.cursor)]);
    let page: Page<RequestRow> = api_client::get(session, &address).await?;
    Ok(Listed { rows: page.items, next: page.next, is_complete: true })
}

/// Returns the address of the api at which a page of the requests with such a task stands: in the queue, which has no
/// end, for whoever sees tasks there; in the list of all requests, which sorts a thousand at most, for others.
pub fn source(session: &Session, code: TaskCode, cursor: &str, limit: usize) -> String {
    let limit = limit.to_string();
    let (path, kind) = match session.person.may(Effect::SeeTasks) {
        Ok(()) => ("/v1/queue", ("view", "tasks")),
        Err(_) => ("/v1/requests", ("sort", "oldest")),
    };
    with_query(path, &[kind, ("task", code.name()), ("limit", &limit), ("cursor", cursor)])
}

/// Reads the requests that have one of these tasks.
///
/// # Errors
/// The problem that the api answered.
pub async fn of_codes(session: &Session, codes: impl Iterator<Item = TaskCode>) -> Result<Listed, Problem> {
    let read = async |code: TaskCode| first_page(session, code).await;
    let pages: Vec<_> = futures::stream::iter(codes.map(read)).buffered(limits::READS_AT_ONCE).collect().await;
    Ok(together(pages.into_iter().collect::<Result<_, _>>()?))
}

/// Reads the first page that has requests with such a task: the api ends a page early where very many other tasks stand
/// before them.
async fn first_page(session: &Session, code: TaskCode) -> Result<Page<RequestRow>, Problem> {
    let mut cursor = String::new();
    for _ in 1..limits::TASK_PAGES {
        let page: Page<RequestRow> =
            api_client::get(session, &source(session, code, &cursor, limits::TASK_REQUESTS)).await?;
        match page.next {
            Some(next) if page.items.is_empty() => cursor = next,
            _ => return Ok(page),
        }
    }
    api_client::get(session, &source(session, code, &cursor, limits::TASK_REQUESTS)).await
}

/// Puts lists together that may name the same request several times.
fn together(pages: Vec<Page<RequestRow>>) -> Listed {
    let mut listed = Listed { is_complete: true, ..Listed::default() };
    let mut known = BTreeSet::new();
    for page in pages {
        listed.is_complete &= page.next.is_none();
        listed.rows.extend(page.items.into_iter().filter(|row| known.insert(row.id.clone())));
    }
    listed.rows.sort_by_key(|row| row.tasks.iter().map(|task| task.since).min());
    listed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures;

    #[test]
    fn a_request_with_two_tasks_is_listed_once_and_what_waits_longest_comes_first() {
        let row = RequestRow::from(fixtures::attention());
        let mut older = RequestRow { id: "older".into(), ..row.clone() };
        older.tasks[0].since = "2026-11-01T00:00:00.000Z".parse().expect("an instant");
        let page = |items: Vec<RequestRow>, next: Option<&str>| Page { items, next: next.map(str::to_owned) };
        let listed = together(vec![page(vec![row.clone()], None), page(vec![row.clone(), older], Some("x"))]);
        let ids: Vec<_> = listed.rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["older", row.id.as_str()]);
        assert!(!listed.is_complete);
    }
}
