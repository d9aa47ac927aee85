//! Serves the pages on which somebody asks for a credit: the search for the invoice, the form, and what would become of
//! the request before it is sent.

mod again;
pub mod body;
pub mod form;
pub mod known;
pub mod quoted;
pub mod reasons;
pub mod start;

use contraflow_domain::policy::ReasonList;
use contraflow_domain::request::draft::FieldError;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::new_id;
use contraflow_guest::problem::Problem;
use http::StatusCode;

use self::body::About;
use self::form::Sheet;
use self::known::Known;
use self::quoted::Foreseen;
use super::customers::name_of;
use crate::api_client;
use crate::form::{Form, segment};
use crate::locale::say;
use crate::parts::fields::Faults;
use crate::parts::layout::Frame;
use crate::reply;
use crate::session::Session;

/// Serves `GET /new`: the search, or the form for the invoice or the customer that the query names. The query may fill
/// in fields.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    let typed = match query.some("corrects") {
        Some(refused) => again::fields(session, refused).await?,
        None => query.clone(),
    };
    if typed.some("invoice").is_none() && typed.some("customer").is_none() {
        return start::get(frame, session, &typed).await;
    }
    let (about, reasons) = futures::join!(read_about(session, &typed), read_reasons(session));
    match about {
        Ok(about) => {
            let (faults, foreseen, key) = (Faults::default(), Foreseen::Nothing, new_id());
            let sheet = Sheet {
                about: &about,
                reasons: &reasons?,
                typed: &typed,
                key: &key,
                faults: &faults,
                foreseen: &foreseen,
            };
            Ok(reply::page(StatusCode::OK, form::render(frame, session, &sheet)))
        }
        // A number that is not quite right is looked for, instead of leading nowhere.
        Err(problem) if problem.is_not_found() => {
            let wanted = typed.get("invoice");
            start::get(frame, session, &Form::default().with("find", wanted).with("invoice", wanted)).await
        }
        Err(problem) => Err(problem),
    }
}

/// Reads what a request is about.
async fn read_about(session: &Session, typed: &Form) -> Result<About, Problem> {
    match typed.some("invoice") {
        Some(number) => Known::read(session, number).await.map(About::Invoice),
        None => {
            let id = typed.get("customer");
            Ok(About::Customer(id.to_owned(), name_of(session, id).await.unwrap_or_default()))
        }
    }
}

/// Reads the reasons that a request may give.
async fn read_reasons(session: &Session) -> Result<ReasonList, Problem> {
    api_client::get(session, "/v1/reasons").await
}

/// Serves `POST /new`: shows what would become of the request, or sends it. The key came with the form, so a form that
/// is sent twice makes one request.
///
/// # Errors
/// The problem that the api answered, when not even the form can be shown again.
pub async fn post(incoming: &Incoming, frame: &Frame<'_>, session: &Session, typed: &Form) -> Result<Answer, Problem> {
    let about = read_about(session, typed).await?;
    let (asked, mut faults) = body::asked(typed, &about);
    let quote = api_client::quote(session, &asked.body).await;
    let is_fragment = incoming.header("hx-request").is_some();
    let only_shows = is_fragment || !matches!(typed.get("act"), "send" | "anyway");
    let mut notice = None;
    let foreseen = match quote {
        Err(mut problem) if matches!(problem.status, 400 | 422) => {
            faults.add_told(std::mem::take(&mut problem.errors), |pointer| body::field_of(pointer, &asked));
            if faults.is_empty() {
                notice = Some(problem);
            }
            Foreseen::Wrong(faults.clone())
        }
        _ if !faults.is_empty() => Foreseen::Wrong(faults.clone()),
        Ok(quote) => Foreseen::Quote(Box::new(quote)),
        Err(problem) if only_shows => Foreseen::Unknown(problem.detail),
        Err(problem) => {
            notice = Some(problem);
            Foreseen::Nothing
        }
    };
    if is_fragment {
        return Ok(reply::fragment(quoted::panel(&foreseen)));
    }
    let mut key = typed.get("key").to_owned();
    let sends = !only_shows && notice.is_none();
    if sends && typed.get("act") == "send" && (foreseen.is_refused() || !faults.is_empty()) {
        // Whoever presses twice is led to what the first press has made: it may have left nothing to ask for.
        if let Some(id) = again::just_sent(session, typed, &asked.body, frame.now).await {
            return Ok(sent(session, &id));
        }
    } else if sends && faults.is_empty() {
        match api_client::submit(session, &key, &asked.body, typed.some("corrects")).await {
            Ok(id) => return Ok(sent(session, &id)),
            Err(mut problem) => {
                // Nothing was stored, so the form may be changed and sent again. It gets a new key, because changed
                // content under the same key would count as another use of that key.
                if matches!(problem.status, 400 | 422) {
                    key = new_id();
                    faults.add_told(std::mem::take(&mut problem.errors), |at| body::field_of(at, &asked));
                }
                notice = Some(problem).filter(|_| faults.is_empty());
            }
        }
    }
    let status = match (&notice, only_shows) {
        (Some(problem), _) => reply::status_of(problem),
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let notice = notice.or_else(|| (!faults.is_empty()).then(|| marked(&faults)));
    let notice = notice.or_else(|| (!only_shows && foreseen.is_refused()).then(not_sent));
    let frame = notice.map_or_else(|| frame.clone(), |problem| frame.failed(problem));
    let reasons = read_reasons(session).await?;
    let sheet = Sheet { about: &about, reasons: &reasons, typed, key: &key, faults: &faults, foreseen: &foreseen };
    Ok(reply::page(status, form::render(&frame, session, &sheet)))
}

fn sent(session: &Session, id: &str) -> Answer {
    reply::see_other_saying(session, &format!("/requests/{}", segment(id)), say!("request-sent"))
}

/// Says that something is not right yet: what belongs to no field stands here, the rest at its field.
fn marked(faults: &Faults) -> Problem {
    let mut problem = Problem::invalid(Vec::new());
    problem.detail = say!("asking-marked");
    let of_no_field = faults.of("");
    problem.errors =
        of_no_field.map(|fault| FieldError { pointer: String::new(), detail: fault.text.clone() }).collect();
    problem
}

/// Says that nothing was sent, because it would be refused.
fn not_sent() -> Problem {
    let mut problem = Problem::invalid(Vec::new());
    problem.detail = say!("asking-not-sent");
    problem
}
