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

/// Returns a list, or an empty one with what is wrong with its filters: then their form is shown again.
///
/// # Errors
/// Any other problem that the api answered.
pub fn or_fault<T>(list: Result<Page<T>, Problem>) -> Result<(Page<T>, Option<Problem>), Problem> {
    match list {
        Ok(list) => Ok((list, None)),
        Err(problem) if matches!(problem.status, 400 | 422) => {
            Ok((Page { items: Vec::new(), next: None }, Some(problem)))
        }
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_that_are_wrong_leave_their_form_and_any_other_problem_is_one() {
        let wrong = Problem::parameter("min", "write digits");
        let (list, told) = or_fault::<u32>(Err(wrong)).expect("a page");
        assert!(list.items.is_empty() && told.is_some_and(|told| told.parameter.as_deref() == Some("min")));
        assert_eq!(or_fault::<u32>(Err(Problem::forbidden("no"))).expect_err("a problem").status, 403);
        let (list, told) = or_fault(Ok(Page { items: vec![7], next: None })).expect("a page");
        assert!(list.items == [7] && told.is_none());
    }
}
