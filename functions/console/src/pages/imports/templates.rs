//! Shows the templates by which files of other programs are read, and lets an admin write and remove them.

use std::collections::BTreeMap;

use contraflow_domain::authority::Effect;
use contraflow_domain::bulk::{Template, TemplateFields};
use contraflow_domain::limits::IMPORT_TEMPLATE_NAME_CHARS;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::json;

use super::templates_of;
use crate::api_client;
use crate::form::{Form, segment};
use crate::locale::say;
use crate::parts::fields::{self, Faults, Field};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::time;
use crate::reply;
use crate::session::Session;

/// Serves `GET /imports/templates`; the query names one to be changed.
pub async fn get(frame: &Frame<'_>, session: &Session, query: &Form) -> Answer {
    let all = templates_of(session).await;
    let change = all.iter().find(|template| template.name == query.get("change"));
    let typed = change.map(|template| {
        Form::default()
            .with("name", &template.name)
            .with("columns", &written(&template.fields.columns))
            .with("constants", &written(&template.fields.constants))
    });
    reply::page(StatusCode::OK, render(frame, session, &all, &typed.unwrap_or_default(), &Faults::default()))
}

/// Writes pairs as lines: `Betrag = amount`.
fn written(pairs: &BTreeMap<String, String>) -> String {
    pairs.iter().map(|(left, right)| format!("{left} = {right}\n")).collect()
}

/// Reads lines of pairs.
fn pairs(typed: &Form, field: &str, faults: &mut Faults) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    for line in typed.get(field).lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.rsplit_once('=') {
            Some((left, right)) if !left.trim().is_empty() => {
                _ = read.insert(left.trim().to_owned(), right.trim().to_owned())
            }
            _ => faults.add(field, say!("imports-pair-unclear", line = line)),
        }
    }
    read
}

/// Serves `POST /imports/templates`: writes or removes a template.
///
/// # Errors
/// The problem that the api answered, when the page can't be shown again.
pub async fn post(frame: &Frame<'_>, session: &Session, typed: &Form) -> Result<Answer, Problem> {
    let name = typed.get("name");
    let path = format!("/v1/imports/templates/{}", segment(name));
    if typed.get("act") == "remove" {
        api_client::post(session, &format!("{path}/remove"), &json!({})).await?;
        return Ok(reply::see_other_saying(
            session,
            "/imports/templates",
            say!("imports-template-removed", name = name),
        ));
    }
    let mut faults = Faults::default();
    if name.is_empty() {
        faults.add("name", say!("imports-template-name-hint"));
    }
    let fields = TemplateFields {
        columns: pairs(typed, "columns", &mut faults),
        constants: pairs(typed, "constants", &mut faults),
    };
    let answer = match faults.is_empty() {
        true => api_client::put::<Template>(session, &path, &json!(fields)).await,
        false => Err(Problem::invalid(Vec::new())),
    };
    Ok(match answer {
        Ok(_) => reply::see_other_saying(session, "/imports/templates", say!("imports-template-written", name = name)),
        Err(mut problem) => {
            let field =
                |pointer: &str| pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
            faults.add_told(std::mem::take(&mut problem.errors), field);
            if !faults.is_empty() {
                problem.detail = say!("imports-marked");
            }
            let all = templates_of(session).await;
            reply::page(reply::status_of(&problem), render(&frame.failed(problem), session, &all, typed, &faults))
        }
    })
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, all: &[Template], typed: &Form, faults: &Faults) -> Markup {
    let may_write = frame.may(Effect::KeepImportTemplates);
    let body = html! {
        div.title { h1 { (say!("imports-templates")) } a.button href="/imports" { (say!("imports-title")) } }
        p { (say!("imports-templates-hint")) }
        @if all.is_empty() { div.card { p.quiet { (say!("imports-templates-none")) } } }
        @for template in all {
            section.card.below aria-label=(template.name) {
                h2 { (template.name) }
                p.quiet { (say!("imports-template-version", version = template.version, by = template.by.as_str(), when = time::distance(template.at, frame.now))) }
                (table(template))
                @if may_write {
                    form.buttons method="post" action="/imports/templates" {
                        (csrf(session))
                        input type="hidden" name="name" value=(template.name);
                        a.button href=(crate::form::with_query("/imports/templates", &[("change", &template.name)])) { (say!("imports-template-change")) }
                        button.danger name="act" value="remove" { (say!("imports-template-remove")) }
                    }
                }
            }
        }
        @if may_write { (form(session, typed, faults)) }
    };
    page(frame, &say!("imports-templates"), body)
}

fn table(template: &Template) -> Markup {
    html! {
        table.small-table {
            caption.hidden { (template.name) }
            thead { tr { th scope="col" { (say!("imports-theirs")) } th scope="col" { (say!("imports-ours")) } } }
            tbody {
                @for (theirs, ours) in &template.fields.columns {
                    tr { th scope="row" { bdi { (theirs) } } td { @if ours == "-" { (say!("imports-passed-over")) } @else { span.mono { (ours) } } } }
                }
                @for (field, value) in &template.fields.constants { tr { th scope="row" { (say!("imports-always")) } td { span.mono { (field) } " = " bdi { (value) } } } }
            }
        }
    }
}

fn form(session: &Session, typed: &Form, faults: &Faults) -> Markup {
    let columns = Field {
        hint: say!("imports-columns-hint"),
        example: "Rechnung = invoice\nBetrag = amount\nBank = -",
        ..Field::new("columns", say!("imports-columns"))
    };
    let constants = Field {
        hint: say!("imports-constants-hint"),
        example: "kind = refund\ncurrency = EUR",
        ..Field::new("constants", say!("imports-constants"))
    };
    html! {
        form.card.wide-form.below method="post" action="/imports/templates" {
            (csrf(session))
            fieldset {
                legend { (say!("imports-template-write")) }
                (fields::text(&Field { hint: say!("imports-template-name-hint"), most: IMPORT_TEMPLATE_NAME_CHARS, ..Field::new("name", say!("imports-template-name")) }, typed, faults))
                (fields::area(&columns, 5, typed, faults))
                (fields::area(&constants, 3, typed, faults))
            }
            div.buttons { button.primary name="act" value="write" { (say!("imports-template-save")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_written_and_read_as_lines_of_pairs() {
        let mut faults = Faults::default();
        let typed = Form::from([("columns", "Rechnung = invoice\n\n Soll = Haben = amount\nnothing\n= x")]);
        let read = pairs(&typed, "columns", &mut faults);
        let wants = [("Rechnung", "invoice"), ("Soll = Haben", "amount")]
            .map(|(left, right)| (left.to_owned(), right.to_owned()));
        assert_eq!(read, BTreeMap::from(wants));
        assert_eq!(faults.of("columns").count(), 2, "both lines that are no pair");
        assert_eq!(pairs(&Form::default().with("columns", &written(&read)), "columns", &mut faults), read);
    }
}
