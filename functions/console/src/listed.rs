//! Reads the lists of the api.

use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use serde::de::DeserializeOwned;

use crate::api_client;
use crate::form::with_query;
use crate::limits;
use crate::session::Session;

/// Reads the page of a list that begins at a cursor, with these filters.
///
/// # Errors
/// The problem that the api answered.
pub async fn page<T: DeserializeOwned>(
    session: &Session,
    path: &str,
    filters: &[(&str, &str)],
    cursor: &str,
) -> Result<Page<T>, Problem> {
    let limit = limits::PAGE.to_string();
    let place = [("cursor", cursor), ("limit", limit.as_str())];
    let parameters: Vec<_> = filters.iter().copied().chain(place).collect();
    api_client::get(session, &with_query(path, &parameters)).await
}

/// Reads a list from its beginning, so many pages of it at most; `next` says where it goes on, if it does.
///
/// # Errors
/// The problem that the api answered.
pub async fn beginning<T: DeserializeOwned>(session: &Session, path: &str, pages: usize) -> Result<Page<T>, Problem> {
    let limit = limits::WALKED_PAGE.to_string();
    let mut all = Page { items: Vec::new(), next: None };
    for _ in 0..pages {
        let cursor = all.next.take().unwrap_or_default();
        let page: Page<T> =
            api_client::get(session, &with_query(path, &[("cursor", &cursor), ("limit", &limit)])).await?;
        all.items.extend(page.items);
        all.next = page.next;
        if all.next.is_none() {
            break;
        }
    }
    Ok(all)
}
