//! Serves the page about authority that people lend each other: what the reader lends and was lent, and, for whoever
//! may see it, what everybody lends.

mod lend;

use contraflow_domain::approval::delegation::{Delegation, Delegations, lendable};
use contraflow_domain::authority::Effect;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::json;

use crate::api_client;
use crate::form::{Form, segment};
use crate::listed;
use crate::locale::say;
use crate::parts::fields::Faults;
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::words::role;
use crate::parts::{pager, time};
use crate::reply;
use crate::session::Session;

/// Holds what the page shows.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// What the reader lends and was lent.
    pub own: Delegations,
    /// What everybody lends now; none for whoever may not see that.
    pub all: Option<Page<Delegation>>,
    /// The page of it that is shown.
    pub cursor: String,
}

async fn load(session: &Session, query: &Form) -> Result<Shown, Problem> {
    let cursor = query.get("cursor").to_owned();
    let sees_all = session.person.may(Effect::SeeLoans).is_ok();
    let all = async {
        if !sees_all {
            return Ok(None);
        }
        listed::page(session, "/v1/delegations/all", &[], &cursor).await.map(Some)
    };
    let (own, all) = futures::join!(api_client::get(session, "/v1/delegations"), all);
    Ok(Shown { own: own?, all: all?, cursor })
}

/// Serves `GET /delegations`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    let shown = load(session, query).await?;
    Ok(reply::page(StatusCode::OK, render(frame, session, &shown, (&Form::default(), &Faults::default()))))
}

/// Serves `POST /delegations` and `POST /delegations/end`.
///
/// # Errors
/// The problem that the api answered, when the page can't be shown again.
pub async fn post(
    frame: &Frame<'_>,
    session: &Session,
    rest: &[&str],
    typed: &Form,
) -> Result<Option<Answer>, Problem> {
    let mut faults = Faults::default();
    let to = typed.get("to");
    let done = match *rest {
        [] => lend::lend(session, typed, &mut faults).await,
        ["end"] => {
            let path = format!("/v1/delegations/{}/end", segment(to));
            let body = typed.some("from").map_or_else(|| json!({}), |from| json!({"from": from}));
            api_client::post(session, &path, &body).await.map(|()| say!("loans-done-ended"))
        }
        _ => return Ok(None),
    };
    match done {
        Ok(said) => Ok(Some(reply::see_other_saying(session, "/delegations", said))),
        Err(mut problem) => {
            let field =
                |pointer: &str| pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
            faults.add_told(std::mem::take(&mut problem.errors), field);
            if !faults.is_empty() {
                problem.detail = say!("loans-marked");
            }
            let shown = load(session, &Form::default()).await?;
            let status = reply::status_of(&problem);
            Ok(Some(reply::page(status, render(&frame.failed(problem), session, &shown, (typed, &faults)))))
        }
    }
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, shown: &Shown, (typed, faults): (&Form, &Faults)) -> Markup {
    let may_lend = frame.may(Effect::Lend) && !lendable(&session.person).is_empty();
    let body = html! {
        div.title { h1 { (say!("loans-title")) } }
        div.columns {
            div.main-column {
                (list(&say!("loans-given"), &say!("loans-given-none"), &shown.own.given, frame, Some((session, false))))
                (list(&say!("loans-received"), &say!("loans-received-none"), &shown.own.received, frame, None))
                @if let Some(all) = &shown.all {
                    @let ends = frame.may(Effect::EndLoans).then_some((session, true));
                    (list(&say!("loans-all"), &say!("loans-all-none"), &all.items, frame, ends))
                    (pager::pager("/delegations", &[], &shown.cursor, all.next.as_deref()))
                }
            }
            @if may_lend { div.side-column { (lend::form(session, typed, faults, frame.now)) } }
        }
    };
    page(frame, &say!("loans-title"), body)
}

/// Says where a loan stands.
fn standing(loan: &Delegation, now: Timestamp) -> String {
    if loan.is_on(now) {
        say!("loans-in-force")
    } else if now < loan.since {
        say!("loans-to-come")
    } else {
        say!("loans-over")
    }
}

/// Draws loans; `ends` says who may end them, and whether by the name of whoever lends.
fn list(title: &str, none: &str, loans: &[Delegation], frame: &Frame<'_>, ends: Option<(&Session, bool)>) -> Markup {
    html! {
        section.card.flush {
            h2 { (title) }
            @if loans.is_empty() { p.pad.quiet { (none) } } @else {
                table.rows.even {
                    caption.hidden { (title) }
                    thead { tr {
                        th scope="col" { (say!("loans-from")) } th scope="col" { (say!("loans-to")) } th scope="col" { (say!("loans-levels")) }
                        th scope="col" { (say!("loans-until")) } th scope="col" { (say!("loans-status")) }
                    } }
                    tbody { @for loan in loans.iter().rev() { (row(loan, frame, ends)) } }
                }
            }
        }
    }
}

fn row(loan: &Delegation, frame: &Frame<'_>, ends: Option<(&Session, bool)>) -> Markup {
    let roles: Vec<_> = loan.roles.iter().map(|name| role(name)).collect();
    html! {
        tr {
            th scope="row" data-label=(say!("loans-from")) { bdi { (loan.from) } }
            td data-label=(say!("loans-to")) { bdi { (loan.to) } }
            td data-label=(say!("loans-levels")) { span.break { (roles.join(", ")) } }
            td data-label=(say!("loans-until")) { (time::both(loan.until, frame.now)) }
            td data-label=(say!("loans-status")) {
                span { (standing(loan, frame.now)) }
                @if let Some((session, by_name)) = ends.filter(|_| loan.is_on(frame.now)) {
                    form method="post" action="/delegations/end" {
                        (csrf(session))
                        input type="hidden" name="to" value=(loan.to);
                        @if by_name { input type="hidden" name="from" value=(loan.from); }
                        button.danger aria-label=(say!("loans-end-for", name = loan.to.as_str())) { (say!("loans-end")) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::desk::loans;
    use crate::preview::{frame, now, session};

    #[test]
    fn what_is_in_force_can_be_ended_by_its_lender_and_by_an_admin() {
        let shown = loans();
        let ends = |roles: &[&str]| {
            let who = session("max", roles);
            let html = render(&frame(&who, Place::Delegations), &who, &shown, (&Form::default(), &Faults::default()))
                .into_string();
            html.matches("action=\"/delegations/end\"").count()
        };
        assert_eq!(ends(&["approver:manager"]), 1, "the own one that is in force");
        assert_eq!(ends(&["admin"]), 3, "and the two of all");
        assert_eq!(ends(&["auditor"]), 1, "an auditor sees all and ends none of them");
    }

    #[test]
    fn a_loan_says_whether_it_counts_now() {
        let shown = loans();
        let said: Vec<_> = shown.own.given.iter().map(|loan| standing(loan, now())).collect();
        assert_eq!(said, ["Over", "In force"]);
    }
}
