//! Shows one template: its words, what they become, what they may name, and who wrote them.

use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Entry;
use contraflow_domain::language::plain_language;
use contraflow_domain::letters::OTHER;
use contraflow_domain::letters::{DIGEST, Preview, Reader, TemplateKey, TemplateText, TemplateView};
use contraflow_domain::limits as bounds;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use http::StatusCode;
use maud::{Markup, html};

use super::{address, language, load as all_templates, named, news, write, written};
use crate::api_client;
use crate::asked::Asked;
use crate::form::{Form, segment};
use crate::limits;
use crate::listed;
use crate::locale::named::Named as _;
use crate::locale::{say, woven};
use crate::parts::fields::{self, Faults, Field};
use crate::parts::layout::{Frame, csrf, page};
use crate::parts::{chronicle, message, pager};
use crate::reply;
use crate::session::Session;

/// Holds a template with what is known of it.
#[derive(Debug, Clone)]
pub struct Known {
    /// Which template it is.
    pub key: TemplateKey,
    /// The template; `None` where none is written for this yet.
    pub template: Option<TemplateView>,
    /// The words that stand in the form at first: those in force, or those that are the nearest.
    pub start: TemplateText,
    /// One page of what happened to it.
    pub events: Page<Entry>,
}

impl Known {
    /// Returns the address of the page.
    pub fn address(&self) -> String {
        let TemplateKey { reader, news, language } = &self.key;
        address([reader.name(), news, language])
    }

    /// Returns a form with the words as they are.
    pub fn form(&self) -> Form {
        Form::default().with("subject", &self.start.subject).with("text", &self.start.text)
    }

    /// Tells whether the letter is an e-mail, which has a subject and can be sent to somebody.
    fn is_mail(&self) -> bool {
        self.key.reader != Reader::Ticket
    }
}

/// Holds what is drawn.
pub struct Sheet<'a> {
    /// The template.
    pub known: &'a Known,
    /// What stands in the form.
    pub typed: &'a Form,
    /// What is wrong with it.
    pub faults: &'a Faults,
    /// What the words become; `None` before that was asked for.
    pub preview: Option<&'a Preview>,
    /// Where the page of what happened begins.
    pub cursor: &'a str,
}

/// Reads which template an address names.
///
/// # Errors
/// When there can't be such a template.
pub fn key(name: [&str; 3]) -> Result<TemplateKey, Problem> {
    let [reader, news, language] = name;
    TemplateKey::read(reader, news, language).ok_or_else(|| Problem::not_found("page"))
}

/// Serves `GET /letters/{reader}/{news}/{language}`; `from` names a language whose words are to be written anew.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>, name: [&str; 3]) -> Result<Answer, Problem> {
    let (cursor, from) = (asked.form.get("cursor"), asked.form.get("from"));
    let known = load(asked.session, key(name)?, from, cursor).await?;
    let (typed, faults) = (known.form(), Faults::default());
    let sheet = Sheet { known: &known, typed: &typed, faults: &faults, preview: None, cursor };
    Ok(reply::page(StatusCode::OK, render(asked.frame, asked.session, &sheet)))
}

/// Reads a template. Whoever may write templates also gets the page of one that is not written yet.
///
/// # Errors
/// The problem that the api answered.
pub async fn load(session: &Session, key: TemplateKey, from: &str, cursor: &str) -> Result<Known, Problem> {
    let path = path(&key);
    let events = format!("{path}/events");
    let (template, events) =
        futures::join!(api_client::get(session, &path), listed::page(session, &events, &[], cursor));
    let events = events.unwrap_or_else(|_| Page { items: Vec::new(), next: None });
    match template {
        Ok(template) => {
            let start = words(&template);
            Ok(Known { key, template: Some(template), start, events })
        }
        Err(problem) if problem.is_not_found() && session.person.may(Effect::KeepLetterTemplates).is_ok() => {
            let start = nearest(&all_templates(session).await?, &key, from).map(words).unwrap_or_default();
            Ok(Known { key, template: None, start, events })
        }
        Err(problem) => Err(problem),
    }
}

/// Returns the address of a template at the api.
pub fn path(key: &TemplateKey) -> String {
    format!("/v1/letters/templates/{}/{}/{}", key.reader.name(), segment(&key.news), segment(&key.language))
}

fn words(template: &TemplateView) -> TemplateText {
    TemplateText { subject: template.subject.clone(), text: template.text.clone() }
}

/// Returns the template whose words one begins with that is not written yet: in the language that was asked for, in the
/// same language without its region, or in English; of these news, else of all other news.
fn nearest<'a>(all: &'a [TemplateView], key: &TemplateKey, from: &str) -> Option<&'a TemplateView> {
    let of = |news: &str, language: &str| {
        all.iter().find(|known| known.reader == key.reader && known.news == news && known.language == language)
    };
    let languages = [from, plain_language(&key.language), "en"];
    let in_order = [key.news.as_str(), OTHER].into_iter().flat_map(|news| languages.map(|language| (news, language)));
    in_order.into_iter().find_map(|(news, language)| of(news, language))
}

/// Draws the page.
pub fn render(frame: &Frame<'_>, session: &Session, sheet: &Sheet<'_>) -> Markup {
    let Known { key, template, events, .. } = sheet.known;
    let title =
        say!("letters-one", news = news(&key.news), reader = key.reader.said(), language = language(&key.language));
    let may_write = frame.may(Effect::KeepLetterTemplates);
    let here = sheet.known.address();
    let body = html! {
        div.title {
            div { h1 { (title) } p.quiet { (standing(frame, template.as_ref())) } }
            a.button href="/letters" { (say!("letters-all")) }
        }
        div.halves {
            @if may_write { (form(session, sheet, &here)) } @else { (reading(frame, session, sheet, &here)) }
            (shown(sheet))
        }
        (named::list())
        @if may_write { (copying(key)) }
        @if may_write && template.as_ref().is_some_and(|template| template.is_own) { (back(session, &here)) }
        @if template.is_some() {
            section.stack aria-labelledby="events" {
                h2 #events { (say!("letters-history")) }
                (chronicle::chronicle(frame, &events.items))
                (pager::pager(&here, &[], sheet.cursor, events.next.as_deref()))
            }
        }
    };
    page(frame, &title, body)
}

fn standing(frame: &Frame<'_>, template: Option<&TemplateView>) -> Markup {
    html! {
        @match template {
            None => (say!("letters-unwritten")),
            Some(template) if template.is_own => (woven!("letters-written-by", who = written(frame, template))),
            Some(_) => (say!("letters-shipped-words")),
        }
    }
}

/// Draws the form with the words, for those who may write them.
fn form(session: &Session, sheet: &Sheet<'_>, here: &str) -> Markup {
    let Sheet { known, typed, faults, .. } = *sheet;
    let subject = Field {
        most: bounds::LETTER_SUBJECT_CHARS,
        is_required: true,
        is_foreign: true,
        ..Field::new("subject", say!("outbox-subject"))
    };
    let text = Field {
        most: bounds::LETTER_TEMPLATE_BYTES,
        is_required: true,
        hint: say!("letters-text-hint"),
        ..Field::new("text", say!("outbox-text"))
    };
    html! {
        form.card.letter-form method="post" action=(here) {
            (csrf(session))
            @if known.is_mail() { (fields::text(&subject, typed, faults)) }
            (fields::area(&text, 18, typed, faults))
            (request_field(known, typed, faults))
            div.buttons {
                button name="act" value="preview" { (say!("letters-preview")) }
                button.primary name="act" value="save" { (say!("letters-save")) }
                @if known.is_mail() { button name="act" value="test" { (say!("letters-test")) } }
            }
        }
    }
}

/// Draws the field that names a request; a letter of a day has none.
fn request_field(known: &Known, typed: &Form, faults: &Faults) -> Markup {
    let request = Field {
        hint: say!("letters-request-hint"),
        most: limits::REQUEST_ADDRESS_CHARS,
        ..Field::new("request", say!("letters-with-request"))
    };
    html! { @if known.key.news != DIGEST { (fields::text(&request, typed, faults)) } }
}

/// Draws the words for those who only read them; who sees the outbox sees what they become, too.
fn reading(frame: &Frame<'_>, session: &Session, sheet: &Sheet<'_>, here: &str) -> Markup {
    let Known { start, key, .. } = sheet.known;
    html! {
        section.card aria-labelledby="words" {
            h2 #words { (say!("letters-words")) }
            (message::letter(&start.subject, &start.text, Some(&key.language)))
            @if frame.may(Effect::SeeOutbox) {
                form method="post" action=(here) {
                    (csrf(session))
                    (request_field(sheet.known, sheet.typed, sheet.faults))
                    div.buttons { button name="act" value="preview" { (say!("letters-preview")) } }
                }
            }
            p.hint { (say!("letters-not-yours")) }
        }
    }
}

/// Draws what the words become.
fn shown(sheet: &Sheet<'_>) -> Markup {
    html! {
        section.card aria-labelledby="preview" {
            h2 #preview { (say!("letters-becomes")) }
            @match sheet.preview {
                Some(Preview { subject, text }) => (message::letter(subject, text, Some(&sheet.known.key.language))),
                None => p.quiet { (say!("letters-becomes-hint")) },
            }
        }
    }
}

/// Draws the form that begins the same in another language.
fn copying(key: &TemplateKey) -> Markup {
    html! {
        details.card.below {
            summary { (say!("letters-copy")) }
            p.hint { (say!("letters-copy-hint")) }
            form method="get" action="/letters/write" {
                input type="hidden" name="reader" value=(key.reader.name());
                input type="hidden" name="news" value=(key.news);
                input type="hidden" name="from" value=(key.language);
                (write::language_field(&Form::default(), &Faults::default()))
                div.buttons { button { (say!("letters-begin")) } }
            }
        }
    }
}

fn back(session: &Session, here: &str) -> Markup {
    html! {
        details.card.below {
            summary { (say!("letters-remove")) }
            p.hint { (say!("letters-remove-hint")) }
            form method="post" action=(format!("{here}/remove")) { (csrf(session)) div.buttons { button.danger { (say!("letters-remove")) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::layout::Place;
    use crate::preview::{frame, mail, session};

    fn drawn(roles: &[&str]) -> String {
        let who = session("somebody", roles);
        let known = mail::known(None);
        let (typed, faults) = (known.form(), Faults::default());
        let sheet = Sheet { known: &known, typed: &typed, faults: &faults, preview: None, cursor: "" };
        render(&frame(&who, Place::Letters), &who, &sheet).into_string()
    }

    #[test]
    fn admins_write_who_sees_the_outbox_looks_and_everybody_reads() {
        let acts = |html: &str| ["preview", "save", "test"].map(|act| html.contains(&format!("value=\"{act}\"")));
        assert_eq!(acts(&drawn(&["admin"])), [true, true, true]);
        assert_eq!(acts(&drawn(&["finance"])), [true, false, false]);
        let asker = drawn(&["requester"]);
        assert_eq!(acts(&asker), [false, false, false]);
        assert!(asker.contains("{{ recipient.name }}"), "the words stand there all the same");
    }

    #[test]
    fn what_is_not_written_yet_begins_with_the_nearest_words() {
        let all = mail::templates();
        let key = |news: &str, language: &str| TemplateKey::read("customer", news, language).expect("a template");
        let nearest = |news, language, from| {
            nearest(&all, &key(news, language), from).map(|known| (&*known.news, &*known.language))
        };
        assert_eq!(nearest("request.completed", "fr", "de"), Some(("request.completed", "de")));
        assert_eq!(nearest("request.completed", "de-AT", ""), Some(("request.completed", "de")));
        assert_eq!(nearest("request.completed", "fr", ""), Some(("request.completed", "en")));
        assert_eq!(nearest("request.duplicate", "fr", ""), Some(("other", "en")));
    }
}
