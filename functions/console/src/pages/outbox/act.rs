//! Serves the forms of messages: each makes one call to the api, and leads back to the page that it stood on.

use contraflow_domain::request::message::MessageStatus;
use contraflow_domain::request::message::view::MessageView;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use serde_json::{Value, json};

use super::{Filter, load, render};
use crate::api_client;
use crate::asked::Asked;
use crate::flash::Flash;
use crate::form::{Form, segment};
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::pages::request;
use crate::parts::layout::Frame;
use crate::parts::message::{self, whom};
use crate::parts::notice::{Notice, Undone};
use crate::reply;
use crate::session::Session;

/// Holds what a form asks of the api.
#[derive(Debug, Clone, PartialEq)]
struct Call {
    /// The last part of the path of the call.
    what: &'static str,
    /// The body of the call.
    body: Value,
}

/// Serves `POST /outbox/{request}/{message}`.
///
/// # Errors
/// The problem that the api answered, when even the page can't be shown again.
pub async fn post(asked: &Asked<'_>, id: &str, message: &str) -> Result<Answer, Problem> {
    let Asked { session, ref form, .. } = *asked;
    let path = format!("/v1/requests/{}/messages/{}", segment(id), segment(message));
    let outcome = match call(form) {
        Ok(Call { what, body }) => api_client::ask::<MessageView>(session, &format!("{path}/{what}"), &body).await,
        Err(problem) => Err(problem),
    };
    let mut problem = match outcome {
        Ok(message) => return Ok(done(session, id, form, &message)),
        Err(problem) => problem,
    };
    if problem.status == StatusCode::CONFLICT.as_u16()
        && let Some(now) = standing(session, id, message).await
        && message::state(&now).is_none()
    {
        // The button was pressed twice, which does no harm and is no error.
        if was_let_go(&now, &session.person.name, form) {
            return Ok(done(session, id, form, &now));
        }
        let frame = Frame { notice: Some(Notice::Undone(late(&now, form))), ..asked.frame.clone() };
        return again(asked, &frame, StatusCode::CONFLICT, id).await;
    }
    if !problem.errors.is_empty() {
        problem.detail = say!("outbox-marked");
    }
    let status = reply::status_of(&problem);
    again(asked, &asked.frame.failed(problem), status, id).await
}

fn call(form: &Form) -> Result<Call, Problem> {
    let note = form.get("note");
    match form.get("act") {
        "send" | "again" => Ok(Call { what: "send", body: json!({"note": note}) }),
        "words" => {
            let mut body = json!({"text": form.lines("text"), "note": note});
            let has_subject = form.pairs().any(|(name, _)| name == "subject");
            if let Some(body) = body.as_object_mut().filter(|_| has_subject) {
                body.insert("subject".into(), form.get("subject").into());
            }
            Ok(Call { what: "send", body })
        }
        "drop" if note.is_empty() => Err(Problem::field("/note", say!("outbox-note-needed"))),
        "drop" => Ok(Call { what: "drop", body: json!({"note": note}) }),
        _ => Err(Problem::not_found("page")),
    }
}

/// Reads where a message stands.
async fn standing(session: &Session, id: &str, message: &str) -> Option<MessageView> {
    let path = format!("/v1/requests/{}/messages", segment(id));
    let all: Page<MessageView> = api_client::get(session, &path).await.ok()?;
    all.items.into_iter().find(|known| known.id == message)
}

/// Tells whether the same person has let the message go already, with the words that the form has.
fn was_let_go(now: &MessageView, me: &str, form: &Form) -> bool {
    let is_same = match form.get("act") {
        "send" | "again" => true,
        // What was sent is not known here any more, unless it is still on its way.
        "words" => now.text.as_deref().is_some_and(|text| text == form.lines("text")),
        _ => false,
    };
    let went = matches!(now.status, MessageStatus::Queued | MessageStatus::Delivered);
    is_same && went && now.released_by.as_deref() == Some(me)
}

/// Says how a message stands that could not be let go or dropped any more, with what was typed.
fn late(now: &MessageView, form: &Form) -> Undone {
    let status = now.status.said();
    let said = match &now.released_by {
        Some(name) => say!("outbox-late-by", name = name.as_str(), status = status),
        None => say!("outbox-late", status = status),
    };
    let mine = ["subject", "text", "note"].into_iter().filter_map(|name| form.some(name));
    Undone { said, theirs: String::new(), mine: mine.map(str::to_owned).collect() }
}

/// Says what was done, on the page that the form stood on.
fn done(session: &Session, id: &str, form: &Form, now: &MessageView) -> Answer {
    let whom = whom(now);
    let said = match form.get("act") {
        "drop" => say!("outbox-said-dropped"),
        "again" => say!("outbox-said-again"),
        "words" => say!("outbox-said-words", whom = whom),
        _ => say!("outbox-said-sent", whom = whom),
    };
    if is_of_request(form) {
        return reply::see_other_saying(session, &format!("/requests/{}", segment(id)), said);
    }
    let said = Flash::from(said).leading_to(&message::address(id, &now.id), say!("decide-look-again"));
    reply::see_other_saying(session, &Filter::of(form).address(), said)
}

/// Tells whether the form stood on the page of the request.
fn is_of_request(form: &Form) -> bool {
    form.get("back") == "request"
}

/// Answers with the page that the form stood on, with what was typed and why it was not done.
async fn again(asked: &Asked<'_>, frame: &Frame<'_>, status: StatusCode, id: &str) -> Result<Answer, Problem> {
    let Asked { session, ref form, .. } = *asked;
    if is_of_request(form) {
        let shown = request::load(session, id, "").await?;
        return Ok(reply::page(status, request::render(frame, session, &shown, form)));
    }
    let filter = Filter::of(form);
    let list = load(session, &filter).await?;
    Ok(reply::page(status, render(frame, session, &filter, &list, form)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::mail;

    #[test]
    fn nothing_is_dropped_without_a_note() {
        assert_eq!(call(&Form::from([("act", "drop"), ("note", " ")])).expect_err("refused").status, 422);
        let call = call(&Form::from([("act", "drop"), ("note", "Called them")])).expect("a call");
        assert_eq!((call.what, call.body), ("drop", json!({"note": "Called them"})));
    }

    #[test]
    fn words_go_along_only_where_they_were_changed() {
        let send = call(&Form::from([("act", "send"), ("text", "left over")])).expect("a call");
        assert_eq!(send.body, json!({"note": ""}));
        let words = call(&Form::from([("act", "words"), ("subject", ""), ("text", "One\r\ntwo")])).expect("a call");
        assert_eq!(words.body, json!({"note": "", "subject": "", "text": "One\ntwo"}), "the api says what is wrong");
        let ticket = call(&Form::from([("act", "words"), ("text", "One")])).expect("a call");
        assert_eq!(ticket.body, json!({"note": "", "text": "One"}));
        assert_eq!(call(&Form::from([("act", "burn")])).expect_err("refused").status, 404);
    }

    #[test]
    fn pressing_twice_is_no_error_but_other_words_that_did_not_go_are_never_said_to_have_gone() {
        let gone = MessageView {
            status: MessageStatus::Delivered,
            released_by: Some("fina".into()),
            text: None,
            ..mail::held("m1")
        };
        let send = Form::from([("act", "send")]);
        assert!(was_let_go(&gone, "fina", &send));
        assert!(!was_let_go(&gone, "bob", &send), "somebody else was faster");
        let words = Form::from([("act", "words"), ("text", "Mine"), ("note", "Why")]);
        assert!(!was_let_go(&gone, "fina", &words));
        let under_way = MessageView { status: MessageStatus::Queued, text: Some("Mine".into()), ..gone.clone() };
        assert!(was_let_go(&under_way, "fina", &words));
        let told = late(&gone, &words);
        assert_eq!(told.said, "fina has let this message go already. It stands at “Delivered”.");
        assert_eq!(told.mine, ["Mine", "Why"]);
    }
}
