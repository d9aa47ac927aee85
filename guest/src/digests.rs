//! Keeps the letters of a day: the news that wait for each person's, and when it is written. News are added without
//! looking at each other, so nobody waits for anybody.

use contraflow_domain::chain::Step;
use contraflow_domain::identity::Identity;
use contraflow_domain::letters::{Digest, DigestLine};
use contraflow_domain::limits::{DIGEST_LINES, DRIVER_LEASE_MS};
use contraflow_domain::request::attempt::{Attempt, CallError, Effect};
use contraflow_domain::time::Timestamp;

use crate::drive::call_once;
use crate::due::{self, Due};
use crate::problem::Problem;
use crate::unit::{Unit, decode, transact};
use crate::{keys, store};

/// Adds a piece of news to somebody's letter of a day in the commit, under the message's id. The letter is made where
/// there is none; it is then written at `due`.
///
/// # Errors
/// When the store does not answer.
pub async fn keep(
    unit: &mut Unit,
    person: &Identity,
    (message, line): (&str, &DigestLine),
    channel: &str,
    due: Timestamp,
) -> Result<(), Problem> {
    let name = keys::segment(&person.key());
    unit.write(&format!("{}{message}", keys::digest_lines(&name)), line)?;
    // A letter that is sent meanwhile takes its news with it: this commit then starts anew.
    if unit.read::<Digest>(&keys::digest(person)).await?.is_some() {
        return Ok(());
    }
    let (person, attempt) = (person.to_string(), Attempt::default());
    let digest = Digest { person, channel: channel.to_owned(), due, attempt };
    write(unit, &name, &digest, None)
}

fn write(unit: &mut Unit, name: &str, digest: &Digest, before: Option<Timestamp>) -> Result<(), Problem> {
    let id = Due::Digest(name.to_owned()).to_string();
    if let Some(before) = before.filter(|before| *before != digest.due) {
        unit.remove(&keys::due(before, &id));
    }
    unit.write(&keys::due(digest.due, &id), &())?;
    unit.write(&Due::Digest(name.to_owned()).key(), digest)
}

/// Has a letter of a day written that is due. Another caller leaves it alone meanwhile.
///
/// # Errors
/// When the store does not answer.
pub async fn resume(name: &str) -> Result<(), Problem> {
    let taken = transact(async |unit| {
        let at = crate::now();
        let Some(mut digest) = unit.read::<Digest>(&Due::Digest(name.to_owned()).key()).await? else {
            return Ok(None);
        };
        let before = digest.due;
        if before > at {
            return Ok(None);
        }
        digest.due = at.plus_ms(DRIVER_LEASE_MS);
        write(unit, name, &digest, Some(before))?;
        Ok(Some(digest))
    })
    .await?;
    let Some(digest) = taken else { return Ok(()) };
    let step = Step::Notification { channel: digest.channel };
    match call_once(&Due::Digest(name.to_owned()).to_string(), &step).await {
        Ok(()) => Ok(()),
        Err(why) => record_failure(name, &CallError::not_sent(why)).await,
    }
}

/// Lets a letter of a day be tried soon that waits for its next try: a clock that was wrong may have put it off.
///
/// # Errors
/// When the store does not answer.
pub async fn look_again(name: &str) -> Result<(), Problem> {
    transact(async |unit| {
        let Some(mut digest) = unit.read::<Digest>(&Due::Digest(name.to_owned()).key()).await? else { return Ok(()) };
        let before = digest.due;
        if digest.attempt.tries > 0 {
            digest.due = due::soon(before);
        }
        if digest.due == before { Ok(()) } else { write(unit, name, &digest, Some(before)) }
    })
    .await
}

/// The news of a letter of a day, with the keys that they are stored under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// The news, oldest first.
    pub lines: Vec<DigestLine>,
    /// Whether there are more than go into one letter.
    pub more: bool,
    keys: Vec<String>,
}

impl News {
    /// Returns the id of the message that came first: a letter of a day is named after it, on every try.
    #[must_use]
    pub fn first(&self) -> &str {
        self.keys.first().map_or("", |key| keys::id_of(key))
    }
}

/// Reads a letter of a day with its news; `None` where there is none any more.
///
/// # Errors
/// When the store does not answer, or what is stored can't be read.
pub async fn read(name: &str) -> Result<Option<(Digest, News)>, Problem> {
    let digest = Unit::default().look_at::<Digest>(&Due::Digest(name.to_owned()).key()).await?;
    let Some(digest) = digest else { return Ok(None) };
    let prefix = keys::digest_lines(name);
    let page = store::scan(prefix.clone(), store::end_of(&prefix), DIGEST_LINES).await?;
    let lines = page.entries.iter().map(|entry| decode(&entry.key, &entry.value)).collect::<Result<_, _>>()?;
    let keys = page.entries.into_iter().map(|entry| entry.key).collect();
    Ok(Some((digest, News { lines, more: page.next.is_some(), keys })))
}

/// Takes away the news that a letter told, or that nobody is to be told of any more. The letter is made anew by the
/// next piece of news; where some are left, it is written again at `next`.
///
/// # Errors
/// When the store does not answer.
pub async fn done(name: &str, news: &News, next: Timestamp) -> Result<(), Problem> {
    transact(async |unit| {
        let key = Due::Digest(name.to_owned()).key();
        let Some(mut digest) = unit.read::<Digest>(&key).await? else { return Ok(()) };
        for line in &news.keys {
            unit.remove(line);
        }
        let prefix = keys::digest_lines(name);
        let there = store::scan(prefix.clone(), store::end_of(&prefix), DIGEST_LINES + 1).await?;
        let left = there.entries.iter().any(|entry| !news.keys.contains(&entry.key));
        let before = digest.due;
        if left {
            digest.due = next;
            digest.attempt = Attempt::default();
            return write(unit, name, &digest, Some(before));
        }
        unit.remove(&key);
        unit.remove(&keys::due(before, &Due::Digest(name.to_owned()).to_string()));
        Ok(())
    })
    .await
}

/// Records that a letter of a day could not be sent: it is tried again, until it was tried too often. Its news are then
/// left for the queue, where they stand anyway.
///
/// # Errors
/// When the store does not answer.
pub async fn record_failure(name: &str, error: &CallError) -> Result<(), Problem> {
    let given_up = transact(async |unit| {
        let at = crate::now();
        let key = Due::Digest(name.to_owned()).key();
        let Some(mut digest) = unit.read::<Digest>(&key).await? else { return Ok(false) };
        let before = digest.due;
        if digest.attempt.fail(Effect::Message, error, name, at).is_some() {
            eprintln!("the letter of the day for {} could not be sent: {error}", digest.person);
            return Ok(true);
        }
        digest.due = digest.attempt.not_before.unwrap_or_else(|| at.plus_ms(DRIVER_LEASE_MS));
        write(unit, name, &digest, Some(before))?;
        Ok(false)
    })
    .await?;
    if given_up && let Some((_, news)) = read(name).await? {
        return done(name, &news, crate::now().plus_ms(DRIVER_LEASE_MS)).await;
    }
    Ok(())
}
