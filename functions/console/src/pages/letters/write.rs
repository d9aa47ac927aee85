//! Leads to a template that is not written yet: for other news, or in another language.

use contraflow_domain::catalogue::MessageKind;
use contraflow_domain::language::is_language;
use contraflow_domain::letters::{DIGEST, OTHER, Reader, TemplateKey};
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};

use super::{Filter, address, load, news, render};
use crate::asked::Asked;
use crate::form::{Form, with_query};
use crate::limits;
use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::fields::{self, Faults, Field};
use crate::reply;

/// Serves `GET /letters/write`: leads to the page of a template, or says why there can be no such template.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    match wanted(&asked.form) {
        Ok(address) => Ok(reply::see_other(&address)),
        Err(faults) => {
            let all = load(asked.session).await?;
            let drawn = render(asked.frame, &all, &Filter::default(), (&asked.form, &faults));
            Ok(reply::page(StatusCode::UNPROCESSABLE_ENTITY, drawn))
        }
    }
}

/// Returns the address of the template that a form names.
fn wanted(form: &Form) -> Result<String, Faults> {
    let (reader, news, language) = (form.get("reader"), form.get("news"), form.get("language"));
    if TemplateKey::read(reader, news, language).is_some() {
        let address = address([reader, news, language]);
        return Ok(with_query(&address, &[("from", form.get("from"))]));
    }
    let mut faults = Faults::default();
    if is_language(language) {
        faults.add("news", say!("letters-no-such-news"));
    } else {
        faults.add("language", say!("letters-no-language"));
    }
    Err(faults)
}

/// Draws the field that names a language.
pub fn language_field(typed: &Form, faults: &Faults) -> Markup {
    let field = Field {
        example: "fr",
        hint: say!("letters-language-hint"),
        most: limits::LANGUAGE_TAG_CHARS,
        is_required: true,
        ..Field::new("language", say!("letters-language"))
    };
    fields::text(&field, typed, faults)
}

/// Draws the form that names one more template.
pub fn form(typed: &Form, faults: &Faults) -> Markup {
    let readers: Vec<_> = Reader::ALL.iter().map(|reader| (reader.name().to_owned(), reader.said())).collect();
    let names = MessageKind::ALL.iter().map(|kind| kind.name()).chain([OTHER, DIGEST]);
    let kinds: Vec<_> = names.map(|name| (name.to_owned(), news(name))).collect();
    html! {
        section.card aria-labelledby="write" {
            h2 #write { (say!("letters-write")) }
            p.hint { (say!("letters-write-hint")) }
            form.wide-form.flat method="get" action="/letters/write" {
                div.grid {
                    (fields::choice(&Field::new("reader", say!("letters-reader")), &readers, typed.get("reader"), faults))
                    (fields::choice(&Field::new("news", say!("letters-news")), &kinds, typed.get("news"), faults))
                    (language_field(typed, faults))
                }
                div.buttons { button { (say!("letters-begin")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_written_has_an_address_and_what_can_not_says_why() {
        let form = |reader, news, language| Form::from([("reader", reader), ("news", news), ("language", language)]);
        let address = wanted(&form("customer", "request.completed", "fr").with("from", "de"));
        assert_eq!(address, Ok("/letters/customer/request.completed/fr?from=de".into()));
        let odd = wanted(&form("customer", "other", "../x")).expect_err("no language");
        assert_eq!(odd.of("language").count(), 1);
        let digest = wanted(&form("customer", "digest", "de")).expect_err("customers get none");
        assert_eq!(digest.of("news").count(), 1);
    }
}
