//! Keeps what is known of people: the roles that their tokens name.

use contraflow_domain::access::PersonRecord;
use contraflow_domain::approval::{Person, Seen};
use contraflow_domain::authority::{AuthorityError, Effect};
use contraflow_domain::request::Request;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, limits, now, store};

/// Records which roles somebody has who is here, where that is not known yet.
pub async fn see(person: &Person) -> Result<(), Problem> {
    // Of a machine client it is known when its key was last used.
    if person.scopes.is_some() {
        return Ok(());
    }
    let key = keys::seen(&person.identity());
    let seen = Seen::now(person, now());
    let known: Option<Seen> = Unit::default().read(&key).await?;
    if !seen.is_news_to(known.as_ref()) {
        return Ok(());
    }
    transact(async |unit| {
        let known: Option<Seen> = unit.read(&key).await?;
        if !seen.is_news_to(known.as_ref()) {
            return Ok(());
        }
        unit.write(&key, &seen)?;
        // Whoever comes with a token of ours has a record from then on, too.
        let who = person.identity();
        let place = keys::person(&who);
        if !who.is_sign_in() || unit.read::<PersonRecord>(&place).await?.is_some() {
            return Ok(());
        }
        unit.write(&place, &PersonRecord::new(&who, seen.at))
    })
    .await
}

/// Checks that somebody may cause an effect on a request. Where something that they did before keeps them from it, the
/// problem says who can instead.
pub async fn may_on(person: &Person, effect: Effect, request: &Request) -> Result<(), Problem> {
    match person.may_on(effect, request) {
        Err(error @ AuthorityError::Apart { .. }) => {
            Err(Problem::forbidden(format!("{error} {}", who_can(effect, request).await?)))
        }
        other => Ok(other?),
    }
}

/// Says who can cause an effect on a request, of those who have been here.
async fn who_can(effect: Effect, request: &Request) -> Result<String, Problem> {
    let prefix = keys::seen_prefix();
    let page = store::scan(prefix.clone(), store::end_of(&prefix), limits::PEOPLE).await?;
    let seen = page.entries.iter().filter_map(|entry| serde_json::from_slice::<Seen>(&entry.value).ok());
    let names: Vec<_> =
        seen.filter(|seen| seen.may(effect, request)).map(|seen| seen.name).take(limits::PEOPLE_NAMED).collect();
    Ok(if names.is_empty() {
        "Nobody who can has been here yet: ask an admin for a second person with that role.".into()
    } else {
        format!("Of those who have been here, these can: {}.", names.join(", "))
    })
}
