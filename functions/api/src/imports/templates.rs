//! Serves the templates of imports, by which files of other programs are read. Whoever may ask reads them, and an admin
//! writes them; each change stands in the record.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::bulk::{Template, TemplateFields, is_template_name};
use contraflow_domain::chronicle::Happening;
use contraflow_domain::limits::IMPORT_TEMPLATES;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode, transact};
use contraflow_guest::{chronicle, imports, now, store};
use http::StatusCode;
use serde_json::json;

/// Serves `GET /v1/imports/templates`.
pub async fn list() -> Result<Answer, Problem> {
    let page = store::scan(imports::TEMPLATES.into(), store::end_of(imports::TEMPLATES), IMPORT_TEMPLATES).await?;
    let read = |entry: &store::Entry| decode::<Template>(&entry.key, &entry.value);
    let items = page.entries.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(json(StatusCode::OK, &json!({"items": items})))
}

/// Serves `GET /v1/imports/templates/{name}`.
pub async fn one(name: &str) -> Result<Answer, Problem> {
    let found: Option<Template> = Unit::default().look_at(&imports::template_key(name)).await?;
    let template = found.ok_or_else(|| Problem::not_found("template of that name"))?;
    Ok(json(StatusCode::OK, &template))
}

/// Serves `PUT /v1/imports/templates/{name}`: writes a template. What it says already changes nothing.
pub async fn put(incoming: &Incoming, name: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepImportTemplates)?;
    if !is_template_name(name) {
        let detail = "A template's name has 1 to 40 lower-case letters, digits and hyphens. Nothing was stored.";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-request", detail));
    }
    let fields: TemplateFields = incoming.json()?;
    let fields = fields.checked().map_err(Problem::invalid)?;
    let template = transact(async |unit| {
        let key = imports::template_key(name);
        let known: Option<Template> = unit.read(&key).await?;
        if let Some(known) = known.as_ref().filter(|known| known.fields == fields) {
            return Ok(known.clone());
        }
        if known.is_none() {
            count(unit, 1).await?;
        }
        let subject = subject(name);
        // A template that was removed and is made anew goes on counting, so that no two versions have one name.
        let version =
            unit.read::<contraflow_domain::chronicle::Chain>(&contraflow_guest::keys::chronicle(&subject)).await?;
        let version = version.map_or(1, |chain| u32::try_from(chain.sequence).unwrap_or(u32::MAX).saturating_add(1));
        let template =
            Template { name: name.to_owned(), version, fields: fields.clone(), at: now(), by: person.name.clone() };
        unit.write(&key, &template)?;
        let data =
            json!({"version": version, "columns": template.fields.columns, "constants": template.fields.constants});
        let happened = Happening { actor: &person.name, what: "import_template_written", why: "", data };
        chronicle::note(unit, &subject, happened).await?;
        Ok(template)
    })
    .await?;
    Ok(json(StatusCode::OK, &template))
}

/// Serves `POST /v1/imports/templates/{name}/remove`: removes a template. Imports that were read by it stay as they
/// are.
pub async fn remove(name: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepImportTemplates)?;
    let removed = transact(async |unit| {
        let key = imports::template_key(name);
        let known: Option<Template> = unit.read(&key).await?;
        let known = known.ok_or_else(|| Problem::not_found("template of that name"))?;
        unit.remove(&key);
        count(unit, -1).await?;
        let happened =
            Happening { actor: &person.name, what: "import_template_removed", why: "", data: serde_json::Value::Null };
        chronicle::note(unit, &subject(name), happened).await?;
        Ok(known)
    })
    .await?;
    Ok(json(StatusCode::OK, &removed))
}

/// Serves `GET /v1/imports/templates/{name}/events`: who wrote and removed a template, and what it said each time.
pub async fn events(incoming: &Incoming, name: &str) -> Result<Answer, Problem> {
    crate::directory::entries(incoming, &subject(name)).await
}

fn subject(name: &str) -> String {
    format!("import-template:{name}")
}

async fn count(unit: &mut Unit, more: i64) -> Result<(), Problem> {
    let there = unit.read::<i64>(imports::TEMPLATE_COUNT).await?.unwrap_or_default().saturating_add(more);
    if more > 0 && there > i64::from(IMPORT_TEMPLATES) {
        let detail = format!("There are {IMPORT_TEMPLATES} templates, and no more are kept: remove one.");
        return Err(Problem::conflict("too-many-templates", detail));
    }
    unit.write(imports::TEMPLATE_COUNT, &there)
}
