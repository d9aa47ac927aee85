//! Makes checkpoints: lets the application seal what is new, signs, and hands the checkpoint back to be stored.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use contraflow_audit::{Checkpoint, Covered, PublicKey, RecordKey};
use http::header::AUTHORIZATION;
use http::{Request, StatusCode};
use serde::Deserialize;

use super::note::Note;
use crate::host::Host;

/// Names the route that seals a portion of what is new.
const SEAL: &str = "/v1/audit/seal";
/// Names the route that takes a signed checkpoint.
const CHECKPOINTS: &str = "/v1/audit/checkpoints";

/// Holds what the application says of its record.
#[derive(Debug, Deserialize)]
struct Sealed {
    /// Whether there is more to seal.
    more: bool,
    /// What the next checkpoint covers.
    covered: Covered,
    /// Whether more than that is sealed, because something was offered before and is not signed yet.
    beyond: bool,
    /// The last checkpoint that is stored.
    last: Option<Checkpoint>,
}

impl Sealed {
    fn read(answer: &str) -> Result<Self> {
        serde_json::from_str(answer).with_context(|| format!("this is not what POST {SEAL} answers: {answer}"))
    }
}

/// Says what a round of signing led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// A checkpoint was made.
    New(u64),
    /// Nothing has happened since the last one.
    Nothing,
}

/// Signs the record of one state folder. It signs only what goes on from the last checkpoint that it knows.
pub struct Signer {
    key: RecordKey,
    state: PathBuf,
}

impl Signer {
    /// Makes a signer that remembers the last checkpoint in the state folder.
    #[must_use]
    pub fn new(key: RecordKey, state: &Path) -> Self {
        Self { key, state: state.to_owned() }
    }

    /// Returns the key that checks what it signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.key.public()
    }

    /// Seals all that is new, in portions, and signs a checkpoint over it. `token` gives a machine's bearer token. It
    /// may be interrupted at any moment, and goes on the next time.
    ///
    /// # Errors
    /// The application refused; or its record does not go on from what was signed before, which is then not signed.
    pub async fn checkpoint(&self, host: &Host, token: impl Fn() -> Result<String>) -> Result<Signed> {
        let state = self.state.clone();
        // Waiting for another process blocks, so it has a thread of its own.
        let note = tokio::task::spawn_blocking(move || Note::take(&state)).await??;
        loop {
            let sealed = sealed(host, &token).await?;
            let Some(checkpoint) = self.next(&note, &sealed, host.now())? else { return Ok(Signed::Nothing) };
            let body = serde_json::to_vec(&checkpoint)?;
            let (status, body) = post(host, CHECKPOINTS, &token()?, body.into()).await?;
            match status {
                status if status.is_success() && sealed.beyond => {}
                status if status.is_success() => return Ok(Signed::New(checkpoint.number)),
                StatusCode::CONFLICT => bail!(
                    "checkpoint {} was signed, and the application no longer has what it covers ({body}). {}",
                    checkpoint.number,
                    restored(&note)
                ),
                _ => bail!("checkpoint {} was not stored: {status}: {body}", checkpoint.number),
            }
        }
    }

    /// Signs what an application elsewhere answered when it was told to seal its record. Returns `None` when nothing
    /// has happened since the last checkpoint.
    ///
    /// # Errors
    /// There is more to seal; or the record does not go on from what was signed before, which is then not signed.
    pub fn sign(&self, sealed: &str, now: SystemTime) -> Result<Option<Checkpoint>> {
        let sealed = Sealed::read(sealed)?;
        ensure!(!sealed.more, "there is more to seal: call POST {SEAL} until it answers `\"more\": false`");
        self.next(&Note::take(&self.state)?, &sealed, now)
    }

    /// Returns the checkpoint that is to be stored; `None` when nothing has happened since the last one.
    fn next(&self, note: &Note, sealed: &Sealed, now: SystemTime) -> Result<Option<Checkpoint>> {
        let last = self.last(note, sealed)?;
        if last.is_some() && last != sealed.last {
            // It was signed, and was not stored: another one of that number would be a fork.
            return Ok(last);
        }
        if last.as_ref().is_some_and(|last| last.covered() == sealed.covered) {
            return Ok(None);
        }
        let at = DateTime::<Utc>::from(now).to_rfc3339_opts(SecondsFormat::Millis, true);
        let checkpoint = self.key.sign(last.as_ref(), &sealed.covered, at);
        note.write(&checkpoint)?;
        Ok(Some(checkpoint))
    }

    /// Returns the checkpoint that the next one follows: the last one that was signed, here or by another process with
    /// the same key.
    fn last(&self, note: &Note, sealed: &Sealed) -> Result<Option<Checkpoint>> {
        let noted = note.read()?;
        let number = |one: &Option<Checkpoint>| one.as_ref().map_or(0, |one| one.number);
        let (stored, known) = (number(&sealed.last), number(&noted));
        let last = match (&noted, &sealed.last) {
            (None, last) => last.clone(),
            (Some(noted), Some(last)) if stored == known => {
                ensure!(noted == last, "checkpoint {stored} is not the one that was signed here. {}", restored(note));
                Some(noted.clone())
            }
            (Some(_), Some(last)) if stored > known => {
                ensure!(
                    self.public().signed(last),
                    "checkpoint {stored} was not signed by this host's key {}. {}",
                    self.public(),
                    restored(note)
                );
                note.write(last)?;
                Some(last.clone())
            }
            (Some(noted), last) if stored + 1 == known && noted.previous == last.as_ref().map(Checkpoint::hash) => {
                return Ok(Some(noted.clone()));
            }
            (Some(_), _) => {
                bail!("the last checkpoint is number {stored}, and {known} were signed here. {}", restored(note))
            }
        };
        if let Some(last) = &last {
            let (now, then) = (&sealed.covered, last.covered());
            let grown = now.heads > then.heads && now.requests >= then.requests && now.events >= then.events;
            ensure!(
                grown || *now == then,
                "the record has {} heads, and {} were signed, or others than these. {}",
                now.heads,
                then.heads,
                restored(note)
            );
        }
        Ok(last)
    }
}

/// Says what to do when the record does not go on from where it was.
fn restored(note: &Note) -> String {
    format!(
        "The record was cut back or replaced, so nothing is signed. If a backup was restored on purpose, tell the auditors, \
         and remove {} to go on from there",
        note.file().display()
    )
}

/// Lets the application seal all that is new, in portions.
async fn sealed(host: &Host, token: impl Fn() -> Result<String>) -> Result<Sealed> {
    loop {
        let (status, body) = post(host, SEAL, &token()?, Bytes::new()).await?;
        ensure!(status.is_success(), "the application did not seal the record: {status}: {body}");
        let sealed = Sealed::read(&body)?;
        if !sealed.more {
            return Ok(sealed);
        }
    }
}

async fn post(host: &Host, path: &str, token: &str, body: Bytes) -> Result<(StatusCode, String)> {
    let request = Request::post(path)
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .body(body)?;
    let response = host.handle(request).await?;
    Ok((response.status(), String::from_utf8_lossy(response.body()).into_owned()))
}
