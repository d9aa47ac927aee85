//! Keeps the letters of a day: the news that wait for each person's, and when it is written. News are added without
//! looking at each other, so nobody waits for anybody.

use contraflow_domain::chain::Step;
use contraflow_domain::identity::Identity;
use contraflow_domain::letters::digest::{self, Digest, DigestLine};
use contraflow_domain::limits::{DIGEST_LINES, DRIVER_LEASE_MS};
use contraflow_domain::request::attempt::{Attempt, CallError, Effect};
use contraflow_domain::request::message::letter::{Letter, Recipient};
use contraflow_domain::time::Timestamp;

use crate::drive::call_once;
use crate::due::{self, Due, Moved};
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
    (person, to): (&Identity, &Recipient),
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
    let (person, to, attempt) = (person.to_string(), Some(to.clone()), Attempt::default());
    let digest = Digest { person, to, channel: channel.to_owned(), due, attempt };
    write(unit, &name, &digest, None)
}

fn write(unit: &mut Unit, name: &str, digest: &Digest, before: Option<Timestamp>) -> Result<(), Problem> {
    Due::Digest(name.to_owned()).store(unit, digest, Moved { before, then: Some(digest.due) })
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
        Err(why) => record_failure(name, None, &CallError::not_sent(why)).await,
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
    /// Returns the name of the letter that tells them, the same on every try: that of the message that came first.
    #[must_use]
    pub fn letter(&self) -> String {
        format!("digest-{}", self.keys.first().map_or("", |key| keys::id_of(key)))
    }

    /// Keeps the older half, for a letter that would become too long; `false` where there is but one left.
    pub fn halve(&mut self) -> bool {
        let half = self.lines.len() / 2;
        if half > 0 {
            self.lines.truncate(half);
            self.keys.truncate(half);
            self.more = true;
        }
        half > 0
    }

    async fn read(name: &str) -> Result<Self, Problem> {
        let prefix = keys::digest_lines(name);
        let page = store::scan(prefix.clone(), store::end_of(&prefix), DIGEST_LINES).await?;
        let lines = page.entries.iter().map(|entry| decode(&entry.key, &entry.value)).collect::<Result<_, _>>()?;
        let keys = page.entries.into_iter().map(|entry| entry.key).collect();
        Ok(Self { lines, more: page.next.is_some(), keys })
    }
}

/// Reads a letter of a day with its news; `None` where there is none any more.
///
/// # Errors
/// When the store does not answer, or what is stored can't be read.
pub async fn read(name: &str) -> Result<Option<(Digest, News)>, Problem> {
    let digest = Unit::default().look_at::<Digest>(&Due::Digest(name.to_owned()).key()).await?;
    let Some(digest) = digest else { return Ok(None) };
    Ok(Some((digest, News::read(name).await?)))
}

/// Takes away the news that a letter told, or that nobody is to be told of any more. The letter is made anew by the
/// next piece of news; where some are left, it is written again at `next`.
///
/// # Errors
/// When the store does not answer.
pub async fn done(name: &str, news: &News, next: Timestamp) -> Result<(), Problem> {
    transact(async |unit| match unit.read::<Digest>(&Due::Digest(name.to_owned()).key()).await? {
        Some(digest) => take_away(unit, (name, digest), news, next).await,
        None => Ok(()),
    })
    .await
}

async fn take_away(
    unit: &mut Unit,
    (name, mut digest): (&str, Digest),
    news: &News,
    next: Timestamp,
) -> Result<(), Problem> {
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
    Due::Digest(name.to_owned()).forget(unit, Some(before));
    Ok(())
}

/// A letter of a day as it was written.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// Whom it was to reach.
    pub to: &'a Recipient,
    /// Its words.
    pub letter: &'a Letter,
    /// The news that it tells.
    pub news: &'a News,
}

/// Records that a letter of a day could not be sent; `written` is `None` where it was not even written. It is tried
/// again, until it was tried too often or was refused. Then it stands in the outbox like any other letter, with the
/// first of the requests that it tells of which has room for it.
///
/// # Errors
/// When the store does not answer.
pub async fn record_failure(name: &str, written: Option<Written<'_>>, error: &CallError) -> Result<(), Problem> {
    transact(async |unit| {
        let at = crate::now();
        let Some(mut digest) = unit.read::<Digest>(&Due::Digest(name.to_owned()).key()).await? else { return Ok(()) };
        let (before, tried) = (digest.due, digest.attempt.clone());
        if digest.attempt.fail(Effect::Message, error, name, at).is_none() {
            digest.due = digest.attempt.not_before.unwrap_or_else(|| at.plus_ms(DRIVER_LEASE_MS));
            return write(unit, name, &digest, Some(before));
        }
        digest.attempt = tried;
        let (news, words) = match written {
            Some(written) => {
                digest.to = Some(written.to.clone());
                (written.news.clone(), written.letter.clone())
            }
            None => {
                let news = News::read(name).await?;
                let words = digest::plain(&news.lines);
                (news, words)
            }
        };
        if !hand_over(unit, &digest, &news, (&words, error)).await? {
            eprintln!("the letter of the day for {} could not be sent, and no outbox has room for it", digest.person);
        }
        take_away(unit, (name, digest), &news, at.plus_ms(DRIVER_LEASE_MS)).await
    })
    .await
}

async fn hand_over(
    unit: &mut Unit,
    digest: &Digest,
    news: &News,
    lost: (&Letter, &CallError),
) -> Result<bool, Problem> {
    let at = crate::now();
    for line in &news.lines {
        let mut request = match unit.request(&line.request).await {
            Ok(request) => request,
            Err(problem) if problem.is_not_found() => continue,
            Err(problem) => return Err(problem),
        };
        if digest::hand_over(&mut request, (&news.letter(), digest, line.kind), lost, at) {
            unit.save(&mut request, at)?;
            return Ok(true);
        }
    }
    Ok(false)
}
