//! Serves the templates of letters: everybody reads them, and an admin writes them, looks at what they become, and has
//! one sent to themselves.

mod preview;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Happening;
use contraflow_domain::letters::{OwnTemplate, TemplateKey, TemplateText, TemplateView};
use contraflow_domain::limits::LETTER_TEMPLATES;
use contraflow_domain::zone::Zone;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::now;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::view::Page;
use contraflow_letters::{check, shipped, templates};
use http::StatusCode;
use serde_json::json;

/// Serves what stands at `/v1/letters/…`; `rest` is what follows in the address.
pub async fn serve(incoming: &Incoming, rest: &[&str]) -> Result<Answer, Problem> {
    let asks = async |method| crate::person(incoming, method).await;
    match *rest {
        ["templates"] => {
            asks("GET").await?;
            incoming.only_parameters(&[])?;
            Ok(json(StatusCode::OK, &Page { items: templates::all().await?, next: None }))
        }
        ["templates", reader, news, language] => match incoming.method.as_str() {
            "GET" => {
                asks("GET").await?;
                Ok(json(StatusCode::OK, &one(&named(reader, news, language)?).await?))
            }
            "PUT" => {
                let person = asks("PUT").await?;
                person.may(Effect::KeepLetterTemplates)?;
                put(incoming, &named(reader, news, language)?, &person).await
            }
            _ => Err(Problem::method("GET, PUT")),
        },
        ["templates", reader, news, language, "remove"] => {
            let person = asks("POST").await?;
            person.may(Effect::KeepLetterTemplates)?;
            remove(&named(reader, news, language)?, &person).await
        }
        ["templates", reader, news, language, "events"] => {
            asks("GET").await?;
            crate::directory::entries(incoming, &subject(&named(reader, news, language)?)).await
        }
        ["preview"] => preview::preview(incoming, &asks("POST").await?).await,
        ["test"] => preview::test(incoming, &asks("POST").await?).await,
        _ => Err(Problem::not_found("such address")),
    }
}

fn named(reader: &str, news: &str, language: &str) -> Result<TemplateKey, Problem> {
    TemplateKey::read(reader, news, language).ok_or_else(|| Problem::not_found("template of that name"))
}

fn subject(of: &TemplateKey) -> String {
    format!("letter-template:{}:{}:{}", of.reader.name(), of.news, of.language)
}

/// Returns the template that stands under exactly that name.
async fn one(of: &TemplateKey) -> Result<TemplateView, Problem> {
    if let Some(own) = Unit::default().look_at::<OwnTemplate>(&templates::key(of)).await? {
        return Ok(TemplateView::own(of.clone(), own));
    }
    let said = shipped().get(of).cloned().ok_or_else(|| Problem::not_found("template of that name"))?;
    Ok(TemplateView::shipped(of.clone(), said))
}

/// Serves `PUT /v1/letters/templates/{reader}/{news}/{language}`: an admin writes a template, in force at once.
async fn put(incoming: &Incoming, of: &TemplateKey, person: &Person) -> Result<Answer, Problem> {
    let said: TemplateText = incoming.json()?;
    let faults = said.faults(of.reader);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    check(&said, contraflow_letters::Style { language: &of.language, zone: Zone::UTC })
        .map_err(|error| Problem::invalid(error.0))?;
    let own = transact(async |unit| {
        let key = templates::key(of);
        let known: Option<OwnTemplate> = unit.read(&key).await?;
        if let Some(known) = known.as_ref().filter(|known| known.said == said) {
            return Ok(known.clone());
        }
        if known.is_none() {
            count(unit, 1).await?;
        }
        let own = OwnTemplate { said: said.clone(), at: now(), by: person.name.clone() };
        unit.write(&key, &own)?;
        let data = json!({"subject": said.subject, "text": said.text});
        let happened = Happening { actor: &person.name, what: "letter_template_written", why: "", data };
        contraflow_guest::chronicle::note(unit, &subject(of), happened).await?;
        Ok(own)
    })
    .await?;
    Ok(json(StatusCode::OK, &TemplateView::own(of.clone(), own)))
}

/// Serves `POST …/remove`: the shipped template is in force again; one in a language that is not shipped is gone.
async fn remove(of: &TemplateKey, person: &Person) -> Result<Answer, Problem> {
    let removed = transact(async |unit| {
        let key = templates::key(of);
        let known: Option<OwnTemplate> = unit.read(&key).await?;
        let known = known.ok_or_else(|| Problem::not_found("template of your own of that name"))?;
        unit.remove(&key);
        count(unit, -1).await?;
        let data = serde_json::Value::Null;
        let happened = Happening { actor: &person.name, what: "letter_template_removed", why: "", data };
        contraflow_guest::chronicle::note(unit, &subject(of), happened).await?;
        Ok(known)
    })
    .await?;
    Ok(json(StatusCode::OK, &TemplateView::own(of.clone(), removed)))
}

async fn count(unit: &mut Unit, more: i64) -> Result<(), Problem> {
    let there = unit.read::<i64>(templates::COUNT).await?.unwrap_or_default().saturating_add(more);
    if more > 0 && there > i64::from(LETTER_TEMPLATES) {
        let detail = format!("There are {LETTER_TEMPLATES} templates of your own, and no more are kept: remove one.");
        return Err(Problem::conflict("too-many-templates", detail));
    }
    unit.write(templates::COUNT, &there)
}
