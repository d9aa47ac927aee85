//! Shows the templates of letters: for whom, of which news, in which language, and who wrote each.

pub mod act;
mod named;
pub mod one;
pub mod write;

use contraflow_domain::authority::Effect;
use contraflow_domain::catalogue::MessageKind;
use contraflow_domain::letters::{DIGEST, Reader, TemplateView};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::locale::named::Named as _;
use crate::locale::{Language, say};
use crate::parts::fields::Faults;
use crate::parts::layout::{Frame, page};
use crate::parts::{foreign, time};
use crate::reply;
use crate::session::Session;

/// Returns the address of a template: for whom, of which news, in which language.
pub fn address([reader, news, language]: [&str; 3]) -> String {
    format!("/letters/{}/{}/{}", segment(reader), segment(news), segment(language))
}

/// Returns the address of a template.
fn address_of(template: &TemplateView) -> String {
    address([template.reader.name(), &template.news, &template.language])
}

/// Says of which news a template is.
pub fn news(name: &str) -> String {
    match MessageKind::named(name) {
        Some(kind) => kind.said(),
        None if name == DIGEST => say!("letters-digest"),
        None => say!("letters-other"),
    }
}

/// Returns the name of a language in itself, where it is known, or else its tag.
pub fn language(tag: &str) -> String {
    let known = Language::ALL.into_iter().find(|language| language.tag() == tag);
    known.map_or_else(|| tag.to_owned(), |language| language.own_name().to_owned())
}

/// Holds which templates are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// For whom; `None` for all.
    pub reader: Option<Reader>,
    /// In which language; empty for all.
    pub language: String,
}

impl Filter {
    fn of(form: &Form) -> Self {
        Self { reader: Reader::named(form.get("reader")), language: form.get("language").to_owned() }
    }

    fn wants(&self, template: &TemplateView) -> bool {
        self.reader.is_none_or(|reader| reader == template.reader)
            && (self.language.is_empty() || self.language == template.language)
    }
}

/// Serves `GET /letters`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let all = load(asked.session).await?;
    let drawn = render(asked.frame, &all, &Filter::of(&asked.form), (&Form::default(), &Faults::default()));
    Ok(reply::page(StatusCode::OK, drawn))
}

/// Reads all templates, in the order in which they are shown.
///
/// # Errors
/// The problem that the api answered.
pub async fn load(session: &Session) -> Result<Vec<TemplateView>, Problem> {
    let page: Page<TemplateView> = api_client::get(session, "/v1/letters/templates").await?;
    let mut all = page.items;
    let place = |name: &str| MessageKind::ALL.iter().position(|kind| kind.name() == name).unwrap_or(usize::MAX);
    all.sort_by(|one, other| {
        let key = |template: &TemplateView| (template.reader.name(), place(&template.news));
        key(one)
            .cmp(&key(other))
            .then_with(|| one.news.cmp(&other.news))
            .then_with(|| one.language.cmp(&other.language))
    });
    Ok(all)
}

/// Draws the page; `typed` is what the form for one more held, with what is wrong with it.
pub fn render(frame: &Frame<'_>, all: &[TemplateView], filter: &Filter, (typed, faults): (&Form, &Faults)) -> Markup {
    let wanted: Vec<_> = all.iter().filter(|template| filter.wants(template)).collect();
    let body = html! {
        div.title { div { h1 { (say!("frame-letters")) } p.quiet { (say!("letters-hint")) } } }
        (filters(all, filter))
        @if wanted.is_empty() { div.card.empty { h2 { (say!("letters-none")) } p { (say!("letters-none-hint")) } } }
        @for reader in Reader::ALL.iter().copied() {
            @let theirs: Vec<_> = wanted.iter().filter(|template| template.reader == reader).collect();
            @if !theirs.is_empty() {
                section.card.flush aria-labelledby=(reader.name()) {
                    h2 id=(reader.name()) { (reader.said()) }
                    p.pad.quiet { (for_whom(reader)) }
                    (table(frame, reader, theirs.into_iter().copied()))
                }
            }
        }
        @if frame.may(Effect::KeepLetterTemplates) { (write::form(typed, faults)) }
    };
    page(frame, &say!("frame-letters"), body)
}

/// Says when letters of these templates are written.
fn for_whom(reader: Reader) -> String {
    match reader {
        Reader::Customer => say!("letters-for-customers"),
        Reader::Colleague => say!("letters-for-colleagues"),
        Reader::Ticket => say!("letters-for-tickets"),
    }
}

fn filters(all: &[TemplateView], filter: &Filter) -> Markup {
    let mut languages: Vec<_> = all.iter().map(|template| template.language.as_str()).collect();
    languages.sort_unstable();
    languages.dedup();
    html! {
        form.filters method="get" action="/letters" role="search" aria-label=(say!("letters-filter")) {
            div {
                label for="by-reader" { (say!("letters-reader")) }
                select #by-reader name="reader" {
                    option value="" { (say!("filter-all")) }
                    @for reader in Reader::ALL.iter().copied() { option value=(reader.name()) selected[filter.reader == Some(reader)] { (reader.said()) } }
                }
            }
            div {
                label for="by-language" { (say!("letters-language")) }
                select #by-language name="language" {
                    option value="" { (say!("filter-all")) }
                    @for tag in languages { option value=(tag) selected[filter.language == tag] { (language(tag)) } }
                }
            }
            button { (say!("tasks-filter-button")) }
            @if *filter != Filter::default() { a.button href="/letters" { (say!("tasks-filter-clear")) } }
        }
    }
}

fn table<'a>(frame: &Frame<'_>, reader: Reader, templates: impl Iterator<Item = &'a TemplateView>) -> Markup {
    html! {
        table.rows.templates {
            caption.hidden { (reader.said()) }
            thead { tr { th scope="col" { (say!("letters-news")) } th scope="col" { (say!("letters-language")) } th scope="col" { (say!("letters-written")) } } }
            tbody {
                @for template in templates {
                    tr {
                        th scope="row" data-label=(say!("letters-news")) {
                            a.cover href=(address_of(template)) { (news(&template.news)) span.hidden { ", " (template.language) } }
                            @if !template.subject.is_empty() { span.second.clip2 dir="auto" lang=(template.language) { (template.subject) } }
                        }
                        td data-label=(say!("letters-language")) { (language(&template.language)) }
                        td data-label=(say!("letters-written")) { (written(frame, template)) }
                    }
                }
            }
        }
    }
}

/// Says who wrote a template, and when.
pub fn written(frame: &Frame<'_>, template: &TemplateView) -> Markup {
    html! {
        @match (&template.by, template.at) {
            (Some(by), Some(at)) => { (foreign::name(by)) span.second { (time::relative(at, frame.now)) } },
            _ => span.quiet { (say!("letters-shipped")) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{frame, mail, session};

    #[test]
    fn everybody_reads_the_templates_and_admins_alone_write_one_more() {
        let html = |roles: &[&str]| {
            let who = session("somebody", roles);
            let (typed, faults) = (Form::default(), Faults::default());
            render(&frame(&who, Place::Letters), &mail::templates(), &Filter::default(), (&typed, &faults))
                .into_string()
        };
        for roles in [&["requester"][..], &["finance"], &["auditor"]] {
            let html = html(roles);
            assert!(html.contains("/letters/customer/request.completed/de\"") && !html.contains("/letters/write"));
        }
        assert!(html(&["admin"]).contains("action=\"/letters/write\""));
    }

    #[test]
    fn a_filter_leaves_out_other_readers_and_languages() {
        let all = mail::templates();
        let of = |filter: Filter| all.iter().filter(|template| filter.wants(template)).count();
        assert_eq!(of(Filter::default()), all.len());
        let german = Filter { reader: Some(Reader::Customer), language: "de".into() };
        assert!(of(german.clone()) > 0 && of(german) < all.len());
        assert_eq!(of(Filter { reader: None, language: "xx".into() }), 0);
    }

    #[test]
    fn a_name_from_outside_stays_in_its_part_of_an_address() {
        let odd = TemplateView { language: "../x".into(), ..mail::templates().remove(0) };
        assert!(address_of(&odd).ends_with("/..%2Fx"));
        assert_eq!((news("digest"), news("other")), ("The letter of a day".into(), "All other news".into()));
        assert_eq!((language("de"), language("de-AT")), ("Deutsch".into(), "de-AT".into()));
    }
}
