//! Takes a file of many requests: it is checked first, and sent when it is as it should be.

use bytes::Bytes;
use contraflow_domain::bulk::{Shown, Template};
use contraflow_domain::limits::IMPORT_ROWS;
use contraflow_guest::http_io::{Answer, Incoming};
use contraflow_guest::limits::IMPORT_BYTES;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use super::{Checked, mistake, templates_of};
use crate::api_client;
use crate::form::{Form, segment, with_query};
use crate::limits;
use crate::locale::say;
use crate::multipart;
use crate::parts::fields::{self, Faults, Field};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::words::spoken;
use crate::parts::{foreign, money};
use crate::reply;
use crate::session::Session;

/// Serves `GET /imports/new`.
pub async fn get(incoming: &Incoming, frame: &Frame<'_>, session: &Session) -> Answer {
    let templates = templates_of(session).await;
    let sheet = Sheet {
        templates: &templates,
        typed: &Form::default(),
        checked: None,
        address: &address_of(incoming, session),
    };
    reply::page(StatusCode::OK, render(frame, session, &sheet))
}

/// Returns the address of this site, as the browser has it.
fn address_of(incoming: &Incoming, session: &Session) -> String {
    let scheme = if session.is_https { "https" } else { "http" };
    let is_safe = |host: &&str| {
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'))
    };
    incoming.header("host").filter(is_safe).map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

/// Returns the file. What was pasted counts where no file was chosen, and what was checked already where neither is
/// there.
fn text_of(typed: &Form) -> Option<&str> {
    typed.some("file").or(typed.some("pasted")).or(typed.some("checked"))
}

/// Tells whether a file is larger than a form takes. A browser may have made each end of a line longer.
fn is_too_large(text: &str) -> bool {
    text.len() - text.matches("\r\n").count() > limits::FILE_KILOBYTES * 1024
}

/// Serves `POST /imports`: checks a file, or sends it.
pub async fn post(incoming: &Incoming, frame: &Frame<'_>, session: &Session, typed: &Form) -> Answer {
    let templates = templates_of(session).await;
    let address = address_of(incoming, session);
    let again = |frame: &Frame<'_>, status: StatusCode, checked: Option<&Checked>| {
        let sheet = Sheet { templates: &templates, typed, checked, address: &address };
        reply::page(status, render(frame, session, &sheet))
    };
    let failed = |problem: Problem| {
        let status = reply::status_of(&problem);
        again(&frame.failed(problem), status, None)
    };
    let text = match text_of(typed) {
        _ if !typed.get(&multipart::is_bytes("file")).is_empty() => {
            let mut problem = Problem::invalid(Vec::new());
            problem.detail = say!("imports-not-text");
            return failed(problem);
        }
        Some(text) if !is_too_large(text) => text,
        text => {
            let mut problem = Problem::invalid(Vec::new());
            problem.detail = match text {
                Some(_) => say!("imports-too-large", size = limits::FILE_KILOBYTES),
                None => say!("imports-no-file"),
            };
            return failed(problem);
        }
    };
    let (kind, body) = (kind_of(text), Bytes::copy_from_slice(text.as_bytes()));
    let template = ("template", typed.get("template"));
    if typed.get("act") == "send" {
        let path = with_query("/v1/imports", &[template]);
        return match api_client::upload::<Shown>(session, &path, kind, body).await {
            Ok(import) => {
                let address = format!("/imports/{}", segment(&import.id));
                reply::see_other_saying(session, &address, say!("imports-done-sent"))
            }
            Err(problem) => failed(in_words(problem)),
        };
    }
    let path = with_query("/v1/imports", &[("check", "true"), template]);
    match api_client::upload::<Checked>(session, &path, kind, body).await {
        Ok(checked) => again(frame, StatusCode::OK, Some(&checked)),
        Err(problem) => failed(in_words(problem)),
    }
}

/// Returns the media type of a file: one whose first line is a JSON object has one in each line.
fn kind_of(text: &str) -> &'static str {
    if text.starts_with('{') { "application/x-ndjson" } else { "text/csv" }
}

/// Returns a problem whose errors say what is wrong as people say it.
fn in_words(mut problem: Problem) -> Problem {
    if !problem.errors.is_empty() {
        problem.detail = say!("imports-not-read");
        problem.errors.iter_mut().for_each(|error| error.detail = spoken(&error.detail));
    }
    problem
}

/// Holds what the page is drawn from.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    /// The templates by which files are read.
    pub templates: &'a [Template],
    /// What was typed.
    pub typed: &'a Form,
    /// What would become of the file; none before it was checked.
    pub checked: Option<&'a Checked>,
    /// The address of this site, for a program that sends a large file; empty when it is not known.
    pub address: &'a str,
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, sheet: &Sheet<'_>) -> Markup {
    let typed = sheet.typed;
    let text = text_of(typed);
    let is_file = typed.some("file").is_some();
    let name = typed.get(&multipart::file_name("file"));
    let choices = std::iter::once((String::new(), say!("imports-template-none")));
    let choices: Vec<_> =
        choices.chain(sheet.templates.iter().map(|one| (one.name.clone(), one.name.clone()))).collect();
    let pasted = Field { hint: say!("imports-pasted-hint"), ..Field::new("pasted", say!("imports-pasted")) };
    let body = html! {
        div.title { h1 { (say!("imports-new")) } a.button href="/imports/sample" download { (say!("imports-sample")) } }
        @if let Some(checked) = sheet.checked { (outcome(checked, name)) }
        form.card.wide-form method="post" action="/imports" enctype="multipart/form-data" {
            (csrf(session))
            // What was checked is sent without being chosen again.
            @if let Some(text) = text.filter(|_| sheet.checked.is_some()) { input type="hidden" name="checked" value=(text); }
            fieldset {
                legend { (say!("imports-choose")) }
                div.field {
                    label for="file" { (say!("imports-file")) }
                    input #file type="file" name="file" accept=".csv,.tsv,.txt,.ndjson,.jsonl,text/csv" aria-describedby="file-told";
                    p.hint #file-told { (say!("imports-file-hint", size = limits::FILE_KILOBYTES)) }
                }
                (fields::area(&pasted, 4, &if is_file || sheet.checked.is_some() { Form::default() } else { typed.clone() }, &Faults::default()))
                (fields::choice(&Field { hint: say!("imports-template-hint"), ..Field::new("template", say!("imports-template")) }, &choices, typed.get("template"), &Faults::default()))
            }
            div.buttons {
                @if sheet.checked.is_some_and(|checked| checked.new > 0) {
                    button.primary name="act" value="send" { (say!("imports-send")) }
                    button name="act" value="check" { (say!("imports-check-again")) }
                } @else {
                    button.primary name="act" value="check" { (say!("imports-check")) }
                    button name="act" value="send" { (say!("imports-send-at-once")) }
                }
                a.button href="/imports" { (say!("imports-back")) }
            }
        }
        details.card.below {
            summary { (say!("imports-large")) }
            p { (say!("imports-large-hint", size = limits::FILE_KILOBYTES, megabytes = IMPORT_BYTES / (1024 * 1024), rows = money::grouped(&IMPORT_ROWS.to_string()))) }
            pre tabindex="0" { "curl -H 'Authorization: Bearer …' -H 'Content-Type: text/csv' \\\n  --data-binary @requests.csv '" (sheet.address) "/v1/imports'" }
            p { (say!("imports-large-check")) }
        }
    };
    page(frame, &say!("imports-new"), body)
}

/// Says what would become of the file.
fn outcome(checked: &Checked, name: &str) -> Markup {
    let wrong: Vec<_> = checked.items.iter().filter_map(|item| Some((item.row, item.problem.as_ref()?))).collect();
    let count = |number: u32| money::grouped(&number.to_string());
    html! {
        section.card.attention[checked.failed > 0] aria-labelledby="outcome" role="status" {
            h2 #outcome { (say!("imports-checked", rows = count(checked.rows))) @if !name.is_empty() { " " bdi { (name) } } }
            dl.facts {
                dt { (say!("imports-would-new")) } dd { (count(checked.new)) }
                dt { (say!("imports-already")) } dd { (count(checked.already_there)) }
                dt { (say!("imports-failed")) } dd { (count(checked.failed)) }
            }
            @if !wrong.is_empty() {
                table.small-table {
                    caption { (say!("imports-mistakes")) }
                    thead { tr { th scope="col" { (say!("imports-row")) } th scope="col" { (say!("imports-mistake")) } } }
                    tbody {
                        @for (row, problem) in &wrong {
                            tr { th scope="row" { (row) } td { @if problem.errors.is_empty() { (foreign::record(&spoken(&problem.detail))) } @for error in &problem.errors { p { (foreign::record(&mistake(error))) } } } }
                        }
                    }
                }
            }
            @if checked.new == 0 { p { (say!("imports-nothing-new")) } } @else { p { (say!("imports-send-hint")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_and_lines_of_objects_are_told_apart() {
        assert_eq!(kind_of("kind;amount\nrefund;1"), "text/csv");
        assert_eq!(kind_of("{\u{22}kind\u{22}: 1}"), "application/x-ndjson");
    }

    #[test]
    fn a_file_of_the_greatest_size_is_taken_also_after_it_was_checked_and_with_another_beside_it() {
        let most = limits::FILE_KILOBYTES * 1024;
        let lines = "\n".repeat(most);
        let sent = lines.replace('\n', "\r\n");
        assert!(!is_too_large(&lines) && !is_too_large(&sent));
        assert!(is_too_large(&format!("{lines}x")) && is_too_large(&format!("{sent}x")));
        assert!(limits::form_bytes("/imports") >= 2 * sent.len() + limits::FORM_BYTES);
        assert_eq!(limits::form_bytes("/imports/templates"), limits::FORM_BYTES);
    }

    #[test]
    fn the_address_for_programs_is_the_one_that_the_browser_has() {
        let incoming = |host: &'static str| Incoming {
            method: http::Method::GET,
            path: "/imports/new".into(),
            query: String::new(),
            headers: [(http::header::HOST, http::HeaderValue::from_static(host))].into_iter().collect(),
            body: Bytes::new(),
        };
        let plain = crate::preview::session("bob", &[]);
        let safe = Session { is_https: true, ..plain.clone() };
        assert_eq!(address_of(&incoming("127.0.0.1:3000"), &plain), "http://127.0.0.1:3000");
        assert_eq!(address_of(&incoming("refunds.example"), &safe), "https://refunds.example");
        assert_eq!(address_of(&incoming("a' b"), &safe), "");
    }
}
