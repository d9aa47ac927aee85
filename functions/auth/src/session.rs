//! Keeps the sessions of people whom the provider signed in at the console. The browser has a random text, and the
//! store its hash: whoever reads the store opens no session.

use contraflow_domain::access::{Logout, PersonRecord, ProviderClaims, SessionRecord, SessionTimes};
use contraflow_domain::identity::Identity;
use contraflow_guest::problem::Problem;
use contraflow_guest::token::{Claims, SESSION};
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{keys, now, secret, sessions, store};

use crate::config::Provider;
use crate::refusal::refused;
use crate::{account, limits};

/// Begins a session of the person whom the provider vouches for, and returns the token that opens it.
///
/// # Errors
/// 401 when nobody is let in by that account.
pub async fn begin(provider: &Provider, said: &ProviderClaims) -> Result<String, Problem> {
    let person = account::of(provider, said).await?;
    let token = format!("{SESSION}{}", secret::random());
    let name = secret::hash(&token);
    let at = now();
    let session = SessionRecord {
        person: person.name,
        roles: person.given,
        issuer: provider.issuer.clone(),
        subject: said.subject().to_owned(),
        provider_session: said.session().map(str::to_owned),
        vouched_at: said.issued_at(),
        begun_at: at,
        seen_at: at,
        forgotten_at: at.plus_ms(provider.times.most_ms),
    };
    let account = keys::sessions_of(&provider.issuer, said.subject());
    make_room(&account).await?;
    transact(async |unit| {
        unit.write(&keys::session(&name), &session)?;
        unit.write(&format!("{account}{name}"), &())?;
        if let Some(of_provider) = &session.provider_session {
            unit.write(&format!("{}{name}", keys::provider_session(&provider.issuer, of_provider)), &())?;
        }
        unit.write(&sessions::due(&name, &session), &())
    })
    .await?;
    tell_others(&account, &session).await?;
    Ok(token)
}

/// Lets the account's other sessions have the roles that the provider's groups give now, and no more those of before.
async fn tell_others(account: &str, session: &SessionRecord) -> Result<(), Problem> {
    for (name, known) in of(account).await? {
        if !known.clone().take_roles(session) {
            continue;
        }
        let place = keys::session(&name);
        transact(async |unit| {
            let Some(mut known) = unit.read::<SessionRecord>(&place).await? else { return Ok(()) };
            if known.take_roles(session) { unit.write(&place, &known) } else { Ok(()) }
        })
        .await?;
    }
    Ok(())
}

/// Ends the oldest sessions of an account that has as many as are kept.
async fn make_room(account: &str) -> Result<(), Problem> {
    let mut sessions = of(account).await?;
    sessions.sort_by_key(|(_, session)| session.begun_at);
    let too_many = (sessions.len() + 1).saturating_sub(limits::SESSIONS);
    for (name, _) in sessions.into_iter().take(too_many) {
        sessions::end(&name).await?;
    }
    Ok(())
}

/// Returns the sessions in an index, with their names.
async fn of(index: &str) -> Result<Vec<(String, SessionRecord)>, Problem> {
    let page = store::scan(index.to_owned(), store::end_of(index), limits::SESSIONS_READ).await?;
    let names: Vec<_> = page.entries.iter().map(|entry| keys::id_of(&entry.key).to_owned()).collect();
    let places: Vec<_> = names.iter().map(|name| keys::session(name)).collect();
    let found = Unit::default().look_at_many::<SessionRecord>(&places).await?;
    Ok(names.into_iter().zip(found).filter_map(|(name, session)| Some((name, session?))).collect())
}

/// Ends the sessions that the provider says it has ended.
///
/// # Errors
/// When the store does not answer: then the provider sends it again.
pub async fn end(issuer: &str, logout: Logout<'_>) -> Result<(), Problem> {
    let index = match logout.provider_session {
        Some(session) => keys::provider_session(issuer, session),
        None => keys::sessions_of(issuer, logout.subject),
    };
    for (name, session) in of(&index).await? {
        if session.is_ended_by(logout) {
            eprintln!("the provider ended a session of {}", session.person);
            sessions::end(&name).await?;
        }
    }
    Ok(())
}

/// Returns what a session's token says.
///
/// # Errors
/// 401 when there is no such session any more, or its person has left.
pub async fn claims(token: &str, times: SessionTimes) -> Result<Claims, Problem> {
    let name = secret::hash(token);
    let at = now();
    let over = || refused(&"its session is over: it was not used for long, or the provider ended it");
    let place = keys::session(&name);
    let session = Unit::default().look_at::<SessionRecord>(&place).await?;
    let session = session.filter(|session| !session.is_over(times, at)).ok_or_else(over)?;
    let key = keys::person(&Identity::read(&session.person));
    let record = Unit::default().look_at::<PersonRecord>(&key).await?.filter(|record| record.left.is_none());
    let record = record.ok_or_else(|| refused(&"its person has left"))?;
    if session.is_news(at) {
        transact(async |unit| match unit.read::<SessionRecord>(&place).await? {
            Some(known) => unit.write(&place, &SessionRecord { seen_at: at.max(known.seen_at), ..known }),
            None => Ok(()),
        })
        .await?;
    }
    Ok(Claims {
        iss: session.issuer.clone(),
        sub: record.name,
        roles: session.roles.iter().cloned().chain(record.roles).collect(),
        scopes: None,
        iat: session.begun_at.unix_ms() / 1000,
        exp: session.ends_at(times).unix_ms() / 1000,
        renew_from: Some(session.renew_from(times).unix_ms() / 1000),
    })
}
