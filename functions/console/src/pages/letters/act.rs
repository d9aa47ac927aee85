//! Takes the forms of a template: looks at what it becomes, writes it, has it sent once, goes back to shipped words.

use contraflow_domain::letters::{DIGEST, Preview, Reader, TemplateKey, TemplateView, TestOutcome, Tested};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use serde_json::{Value, json};

use super::one::{self, Sheet};
use crate::api_client;
use crate::asked::Asked;
use crate::flash::Flash;
use crate::form::Form;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::fields::Faults;
use crate::parts::layout::Frame;
use crate::parts::notice::{Notice, Undone};
use crate::parts::words::humane;
use crate::reply;

/// Serves `POST /letters/{reader}/{news}/{language}` and `…/remove`.
///
/// # Errors
/// The problem that the api answered, when the page can't be shown again.
pub async fn post(asked: &Asked<'_>, name: [&str; 3], rest: &[&str]) -> Result<Option<Answer>, Problem> {
    let key = one::key(name)?;
    Ok(Some(match (rest, asked.form.get("act")) {
        (["remove"], _) => remove(asked, key).await?,
        ([], "preview") => preview(asked, key).await?,
        ([], "save") => save(asked, key).await?,
        ([], "test") => test(asked, key).await?,
        _ => return Ok(None),
    }))
}

/// Returns the id of the request that was typed in: the number itself, or the address of its page.
fn request_of(typed: &str) -> Option<&str> {
    let id = typed.rsplit_once("/requests/").map_or(typed, |(_, rest)| rest);
    let id = id.split(['/', '?', '#']).next().unwrap_or_default().trim();
    Some(id).filter(|id| !id.is_empty())
}

/// Returns the words that a form holds; those that it does not have are left out.
fn said(form: &Form, key: &TemplateKey) -> Value {
    let mut said = json!({});
    if let Some(members) = said.as_object_mut().filter(|_| form.pairs().any(|(name, _)| name == "text")) {
        let subject = if key.reader == Reader::Ticket { "" } else { form.get("subject") };
        members.insert("subject".into(), subject.into());
        members.insert("text".into(), form.lines("text").into());
    }
    said
}

/// Returns what a look at the words, or a letter of them, is asked for with.
fn asked_for(form: &Form, key: &TemplateKey) -> Value {
    let mut body = said(form, key);
    if let Some(members) = body.as_object_mut() {
        members.insert("reader".into(), key.reader.name().into());
        members.insert("news".into(), key.news.as_str().into());
        members.insert("language".into(), key.language.as_str().into());
        if let Some(request) = request_of(form.get("request")).filter(|_| key.news != DIGEST) {
            members.insert("request".into(), request.into());
        }
    }
    body
}

async fn preview(asked: &Asked<'_>, key: TemplateKey) -> Result<Answer, Problem> {
    let body = asked_for(&asked.form, &key);
    match api_client::ask::<Preview>(asked.session, "/v1/letters/preview", &body).await {
        Ok(preview) => again(asked, asked.frame, StatusCode::OK, key, (&Faults::default(), Some(&preview))).await,
        Err(problem) => refused(asked, key, problem).await,
    }
}

async fn save(asked: &Asked<'_>, key: TemplateKey) -> Result<Answer, Problem> {
    let body = said(&asked.form, &key);
    match api_client::put::<TemplateView>(asked.session, &one::path(&key), &body).await {
        Ok(_) => {
            let address = super::address([key.reader.name(), &key.news, &key.language]);
            Ok(reply::see_other_saying(asked.session, &address, say!("letters-said-saved")))
        }
        Err(problem) => refused(asked, key, problem).await,
    }
}

async fn test(asked: &Asked<'_>, key: TemplateKey) -> Result<Answer, Problem> {
    let body = asked_for(&asked.form, &key);
    match api_client::ask::<Tested>(asked.session, "/v1/letters/test", &body).await {
        Ok(tested) => {
            let frame = Frame { notice: Some(told(&tested)), ..asked.frame.clone() };
            again(asked, &frame, StatusCode::OK, key, (&Faults::default(), None)).await
        }
        Err(problem) => refused(asked, key, problem).await,
    }
}

/// Says where a test went, and what the courier said.
fn told(tested: &Tested) -> Notice {
    let Tested { to, channel, outcome, detail } = tested;
    let courier = humane(channel);
    match outcome {
        TestOutcome::Delivered => {
            let said = say!("letters-said-tested", address = to.as_str(), courier = courier);
            Notice::Done(Flash::from(if detail.is_empty() { said } else { format!("{said} {detail}") }))
        }
        other => {
            let said = say!("letters-test-not", address = to.as_str(), courier = courier, outcome = other.said());
            Notice::Undone(Undone { said, theirs: detail.clone(), mine: Vec::new() })
        }
    }
}

async fn remove(asked: &Asked<'_>, key: TemplateKey) -> Result<Answer, Problem> {
    let path = one::path(&key);
    match api_client::post(asked.session, &format!("{path}/remove"), &json!({})).await {
        // Pressing twice does no harm and is no error.
        Err(problem) if !problem.is_not_found() => return Err(problem),
        _ => {}
    }
    let stays = api_client::get::<TemplateView>(asked.session, &path).await.is_ok();
    let here = super::address([key.reader.name(), &key.news, &key.language]);
    Ok(match stays {
        true => reply::see_other_saying(asked.session, &here, say!("letters-said-back")),
        false => reply::see_other_saying(asked.session, "/letters", say!("letters-said-removed")),
    })
}

/// Answers with the page again, with what was typed and what is wrong with it.
async fn refused(asked: &Asked<'_>, key: TemplateKey, mut problem: Problem) -> Result<Answer, Problem> {
    let status = reply::status_of(&problem);
    if let Some(said) = unready(&problem) {
        let undone = Undone { said, ..Undone::default() };
        let frame = Frame { notice: Some(Notice::Undone(undone)), ..asked.frame.clone() };
        return again(asked, &frame, status, key, (&Faults::default(), None)).await;
    }
    let mut faults = Faults::default();
    if problem.is_not_found() && request_of(asked.form.get("request")).is_some() {
        faults.add("request", say!("letters-no-request"));
    }
    faults.add_told(std::mem::take(&mut problem.errors), |pointer| pointer.trim_start_matches('/').to_owned());
    let frame = match faults.is_empty() {
        true => asked.frame.failed(problem),
        false => {
            let undone = Undone { said: say!("letters-marked"), ..Undone::default() };
            Frame { notice: Some(Notice::Undone(undone)), ..asked.frame.clone() }
        }
    };
    again(asked, &frame, status, key, (&faults, None)).await
}

/// Says what is missing before anything can be sent to whoever asks.
fn unready(problem: &Problem) -> Option<String> {
    match problem.kind.rsplit(':').next().unwrap_or_default() {
        "no-address" => Some(say!("letters-no-address")),
        "no-courier" => Some(say!("letters-no-courier")),
        _ => None,
    }
}

async fn again(
    asked: &Asked<'_>,
    frame: &Frame<'_>,
    status: StatusCode,
    key: TemplateKey,
    (faults, preview): (&Faults, Option<&Preview>),
) -> Result<Answer, Problem> {
    let known = one::load(asked.session, key, "", "").await?;
    let sheet = Sheet { known: &known, typed: &asked.form, faults, preview, cursor: "" };
    Ok(reply::page(status, one::render(frame, asked.session, &sheet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(reader: &str, news: &str) -> TemplateKey {
        TemplateKey::read(reader, news, "de").expect("a template")
    }

    #[test]
    fn a_request_is_named_by_its_number_or_by_the_address_of_its_page() {
        for typed in ["019a", "https://refunds.example/requests/019a", "/requests/019a?queue=x", "/requests/019a/print"]
        {
            assert_eq!(request_of(typed), Some("019a"), "{typed}");
        }
        assert_eq!(request_of(""), None);
    }

    #[test]
    fn what_is_asked_for_has_the_words_of_the_form_or_leaves_them_out() {
        let form = Form::from([("subject", "Done"), ("text", "One\r\ntwo"), ("request", "019a")]);
        let wants = json!({"reader": "customer", "news": "request.completed", "language": "de", "subject": "Done", "text": "One\ntwo", "request": "019a"});
        assert_eq!(asked_for(&form, &key("customer", "request.completed")), wants);
        assert_eq!(said(&form, &key("ticket", "other")), json!({"subject": "", "text": "One\ntwo"}));
        let reading = asked_for(&Form::from([("request", "")]), &key("customer", "other"));
        assert_eq!(reading, json!({"reader": "customer", "news": "other", "language": "de"}));
        let day = asked_for(&form, &key("colleague", "digest"));
        assert_eq!(day.get("request"), None, "a letter of a day is of no single request");
    }

    #[test]
    fn a_test_says_where_it_went_and_only_what_was_taken_counts_as_sent() {
        let tested = |outcome| Tested {
            to: "ada@firm.example".into(),
            channel: "postmark".into(),
            outcome,
            detail: "Inactive recipient".into(),
        };
        let Notice::Done(said) = told(&tested(TestOutcome::Delivered)) else { panic!("it was sent") };
        assert!(said.text.contains("ada@firm.example") && said.text.contains("Postmark"), "{}", said.text);
        for outcome in [TestOutcome::Refused, TestOutcome::NoSender, TestOutcome::Failed] {
            let Notice::Undone(undone) = told(&tested(outcome)) else { panic!("{outcome:?} was not sent") };
            assert_eq!(undone.theirs, "Inactive recipient");
        }
    }
}
