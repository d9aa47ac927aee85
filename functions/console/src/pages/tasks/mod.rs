//! Shows what only a person can mend: a card for each task, with its own buttons.

pub mod act;
pub mod card;
pub mod list;

use contraflow_domain::catalogue::{Owner, TaskCode};
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use crate::asked::Asked;
use crate::form::{Form, with_query};
use crate::locale::say;
use crate::pages::office::holds;
use crate::parts::layout::{Frame, page};
use crate::parts::pager;
use crate::parts::task::{About, Group};
use crate::reply;
use crate::session::Session;
use list::Listed;

/// Holds what is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// The group of tasks that is wanted; `None` for all of them.
    pub group: Option<Group>,
    /// True when only tasks are wanted to which the reader's role sees.
    pub mine: bool,
    /// Where the page begins; empty for the first.
    pub cursor: String,
}

impl Filter {
    /// Reads it from a query, or from a form that brings it along.
    pub fn of(form: &Form) -> Self {
        Self {
            group: Group::named(form.get("group")),
            mine: form.get("mine") == "yes",
            cursor: form.get("cursor").to_owned(),
        }
    }

    fn parameters(&self) -> [(&'static str, &str); 2] {
        [("group", self.group.map_or("", Group::name)), ("mine", if self.mine { "yes" } else { "" })]
    }

    /// Returns the address of the page.
    pub fn address(&self) -> String {
        let [group, mine] = self.parameters();
        with_query("/tasks", &[group, mine, ("cursor", &self.cursor)])
    }
}

/// Serves `GET /tasks`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let filter = Filter::of(&asked.form);
    let listed = list::load(asked.session, &filter).await?;
    Ok(reply::page(StatusCode::OK, render(asked.frame, asked.session, &listed, &filter, &Form::default())))
}

/// Tells whether somebody's role sees to a task.
fn sees_to(session: &Session, code: TaskCode) -> bool {
    use contraflow_domain::authority::Role;
    match code.owner() {
        Owner::Finance => holds(session, Role::Finance),
        Owner::Admin => holds(session, Role::Admin),
    }
}

/// Returns the tasks that are asked for, each with its request.
fn wanted<'a>(session: &Session, rows: &'a [RequestRow], filter: &Filter) -> Vec<(&'a RequestRow, About<'a>)> {
    let is_wanted = |code: TaskCode| {
        filter.group.is_none_or(|group| Group::of(code) == group) && (!filter.mine || sees_to(session, code))
    };
    let all = rows.iter().flat_map(|row| About::all(row).map(move |about| (row, about)));
    all.filter(|(_, about)| is_wanted(about.task.code)).collect()
}

/// Draws the page; `typed` is what a refused form held.
pub fn render(frame: &Frame<'_>, session: &Session, listed: &Listed, filter: &Filter, typed: &Form) -> Markup {
    let tasks = wanted(session, &listed.rows, filter);
    let is_filtered = filter.group.is_some() || filter.mine;
    let [group, mine] = filter.parameters();
    let body = html! {
        div.title {
            div {
                h1 { (say!("tasks-title")) }
                @if !tasks.is_empty() { p.quiet { (say!("tasks-count", count = tasks.len())) } }
            }
        }
        (filters(filter, is_filtered))
        @if tasks.is_empty() && listed.next.is_none() {
            div.card.empty {
                p.big aria-hidden="true" { "✓" }
                h2 { @if is_filtered { (say!("tasks-none-fits")) } @else { (say!("tasks-none")) } }
                p { (say!("tasks-none-hint")) }
            }
        } @else if tasks.is_empty() {
            (pager::nothing_here())
        } @else {
            ol.tasks aria-label=(say!("tasks-title")) {
                @for (place, (row, about)) in tasks.iter().enumerate() {
                    (card::card(&card::Shown { frame, session, row, about, place, filter, back: "", typed }))
                }
            }
        }
        @if !listed.is_complete { p.hint { (say!("tasks-more")) } }
        (pager::pager("/tasks", &[group, mine], &filter.cursor, listed.next.as_deref()))
    };
    page(frame, &say!("tasks-title"), body)
}

fn filters(filter: &Filter, is_filtered: bool) -> Markup {
    html! {
        form.filters method="get" action="/tasks" role="search" aria-label=(say!("tasks-filter")) {
            div {
                label for="group" { (say!("tasks-kind")) }
                select #group name="group" {
                    option value="" { (say!("tasks-kind-all")) }
                    @for group in Group::ALL { option value=(group.name()) selected[filter.group == Some(group)] { (group.said()) } }
                }
            }
            label.check { input type="checkbox" name="mine" value="yes" checked[filter.mine]; " " (say!("tasks-mine")) }
            button { (say!("tasks-filter-button")) }
            @if is_filtered { a.button href="/tasks" { (say!("tasks-filter-clear")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{fixtures, session};

    #[test]
    fn mine_are_those_to_which_my_role_sees_and_a_group_shows_its_own_alone() {
        let mut view = fixtures::attention();
        view.tasks[0].code = TaskCode::ErpUnavailable;
        let rows = [RequestRow::from(view)];
        let codes = |roles: &[&str], filter: &Filter| {
            let who = session("fina", roles);
            wanted(&who, &rows, filter).iter().map(|(_, about)| about.task.code).collect::<Vec<_>>()
        };
        let mine = Filter { mine: true, ..Filter::default() };
        assert_eq!(codes(&["finance"], &mine), [TaskCode::LegPayOut]);
        assert_eq!(codes(&["admin"], &mine), [TaskCode::ErpUnavailable]);
        assert_eq!(codes(&["admin"], &Filter::default()).len(), 2);
        let books = Filter { group: Some(Group::Books), ..Filter::default() };
        assert_eq!(codes(&["finance"], &books), [TaskCode::ErpUnavailable]);
    }

    #[test]
    fn a_filter_is_an_address_and_the_address_is_the_filter() {
        let filter = Filter { group: Some(Group::Money), mine: true, cursor: "a b".into() };
        let address = filter.address();
        assert_eq!(address, "/tasks?group=money&mine=yes&cursor=a+b");
        let query = address.split('?').nth(1).unwrap_or_default();
        assert_eq!(Filter::of(&Form::parse(query.as_bytes())), filter);
    }
}
