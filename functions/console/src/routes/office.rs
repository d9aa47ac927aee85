//! Running the house: home, tasks, disputes, payouts, documents, policy, letters, people, programs, audit, patterns.

use super::{Asked, Routed};
use crate::form::segment;
use crate::pages::{audit, clients, disputes, documents, home, letters, patterns, payouts, people, policy, tasks};
use crate::reply;

/// Answers with a page.
pub async fn get(asked: &Asked<'_>, path: &[&str]) -> Routed {
    Ok(Some(match path {
        [] if asked.incoming.path == "/" => home::get(asked).await?,
        ["tasks"] => tasks::get(asked).await?,
        ["tasks", ..] => reply::see_other("/tasks"),
        ["payouts"] => payouts::get(asked).await?,
        ["payouts", "result"] => payouts::result::get(asked).await?,
        ["payouts.csv"] => payouts::file::get(asked).await?,
        ["disputes"] => disputes::get(asked).await?,
        ["disputes", id] => disputes::one::get(asked, id).await?,
        ["documents"] => documents::get(asked).await?,
        ["documents", ..] => reply::see_other("/documents"),
        ["patterns"] => patterns::get(asked).await?,
        ["policy", rest @ ..] => return policy_page(asked, rest).await,
        ["letters"] => letters::get(asked).await?,
        ["letters", "write"] => letters::write::get(asked).await?,
        ["letters", reader, news, language] => letters::one::get(asked, [reader, news, language]).await?,
        ["letters", reader, news, language, _] => reply::see_other(&letters::address([reader, news, language])),
        ["people"] => match asked.form.some("new") {
            Some(name) => reply::see_other(&format!("/people/{}", segment(name))),
            None => people::get(asked).await?,
        },
        ["people", name] => people::one::get(asked, name).await?,
        // A form was sent to this address. Whoever reloads it lands on the page that it stood on.
        ["people", name, _] => reply::see_other(&format!("/people/{}", segment(name))),
        ["clients"] => clients::get(asked).await?,
        ["clients", id] => clients::one::get(asked, id).await?,
        ["clients", id, _] => reply::see_other(&format!("/clients/{}", segment(id))),
        ["audit"] => audit::get(asked).await?,
        ["audit", "record"] => audit::record::get(asked).await?,
        ["audit", "record.ndjson"] => audit::record::file(asked).await?,
        ["audit", "journal.csv"] => audit::journal::get(asked).await?,
        ["audit", "doctor"] => audit::doctor::get(asked).await?,
        _ => return Ok(None),
    }))
}

async fn policy_page(asked: &Asked<'_>, path: &[&str]) -> Routed {
    Ok(Some(match path {
        [] => policy::get(asked).await?,
        ["cancel"] => reply::see_other("/policy"),
        ["propose"] => policy::propose::get(asked).await?,
        ["events"] => policy::history::get(asked).await?,
        ["versions"] => policy::versions::get(asked).await?,
        ["versions", name] => policy::version::get(asked, name).await?,
        ["versions", name, "diff"] => policy::diff::get(asked, name).await?,
        ["versions", name, "simulate"] => policy::simulate::get(asked, name).await?,
        ["versions", name, _] => reply::see_other(&policy::act::back(name)),
        ["dry-runs"] => policy::dry_run::list(asked).await?,
        ["dry-runs", id] => policy::dry_run::one(asked, id).await?,
        ["dry-runs", id, "end"] => reply::see_other(&format!("/policy/dry-runs/{}", segment(id))),
        _ => return Ok(None),
    }))
}

/// Takes a form.
pub async fn post(asked: &Asked<'_>, path: &[&str]) -> Routed {
    Ok(Some(match path {
        ["tasks", id] => match tasks::act::done(asked, id).await {
            Ok(answer) => answer,
            Err(problem) if asked.form.get("back") == "dispute" => disputes::one::again(asked, id, problem).await?,
            Err(problem) => tasks::act::again(asked, problem).await?,
        },
        ["payouts"] => payouts::confirm::post(asked).await?,
        ["documents", id, what] => return documents::post(asked, id, what).await,
        ["policy", "propose"] => policy::propose::post(asked).await?,
        ["policy", "cancel"] => policy::act::cancel(asked).await?,
        ["policy", "versions", name, what] => return policy::act::post(asked, name, what).await,
        ["policy", "dry-runs", id, "end"] => policy::act::end_run(asked, id).await?,
        ["letters", reader, news, language, rest @ ..] => {
            return letters::act::post(asked, [reader, news, language], rest).await;
        }
        ["people", name, what @ ..] => return people::act::post(asked, name, what).await,
        ["clients"] => clients::act::make(asked).await?,
        ["clients", id, "take-over"] => clients::act::take_over(asked, id).await?,
        ["clients", id, "revoke"] => clients::act::revoke(asked, id).await?,
        _ => return Ok(None),
    }))
}
