//! Runs `contraflow archive`: writes requests that ended long ago into a file, checks that file, and only then removes
//! them.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, BufWriter, IsTerminal as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use contraflow_audit::verify::Export;
use contraflow_host::limits::ARCHIVED_AT_ONCE;
use contraflow_host::record::{Signer, record_key};
use serde::{Deserialize, Serialize};

use super::record_token;
use super::stored::{Opened, Stored};

/// Names the route that shows what may leave.
const SHOW: &str = "/v1/archive";
/// Names the route that removes what was kept.
const REMOVE: &str = "/v1/archive/remove";
/// Names the role that both of them want.
const ROLE: &str = "admin";

/// It may run beside the host that serves.
#[derive(Args)]
#[command(after_help = "\
A request leaves after it has ended, once the policy's time is over ([retention] requests_after_days). The file holds it as it was
stored, with its events. Keep it: `contraflow audit verify record.ndjson FILE` proves what left beside what is still there.")]
pub(super) struct Archive {
    /// The file to write. There must be none of that name yet.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Write the file and remove nothing.
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    stored: Stored,
}

/// Holds what is needed of a line: events have no `record`.
#[derive(Deserialize)]
struct Line {
    record: Option<String>,
    #[serde(default)]
    request: serde_json::Value,
    #[serde(default)]
    first: u64,
    #[serde(default)]
    number: u64,
}

/// Names a request as the file has it.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Kept {
    id: String,
    head: String,
}

/// Names what a file holds, a part of it at a time.
#[derive(Default, Serialize)]
struct Part {
    requests: Vec<Kept>,
    heads: Vec<u64>,
    checkpoints: Vec<u64>,
}

/// Says what became of a request.
#[derive(Deserialize)]
struct Gone {
    id: String,
    outcome: String,
    why: Option<String>,
}

#[derive(Deserialize)]
struct Removed {
    items: Vec<Gone>,
    record: u64,
}

impl Archive {
    pub(super) fn run(self) -> Result<()> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.archive())
    }

    async fn archive(self) -> Result<()> {
        let target = self.to.display();
        ensure!(!self.to.exists(), "{target} is there already: name a new file, so that no archive is overwritten");
        let opened = self.stored.open()?;
        // What is not sealed does not leave.
        let signer = Signer::new(record_key(&self.stored.state)?, &self.stored.state);
        signer.checkpoint(&opened.host, || record_token(&opened.key)).await.context("no checkpoint was made")?;
        let part = part_of(&self.to);
        let written = write(&opened, &part).await;
        let (count, record) = match written.and_then(|()| examine(&part)) {
            Ok(found) => found,
            Err(error) => {
                _ = std::fs::remove_file(&part);
                return Err(error.context("nothing was removed"));
            }
        };
        if count == 0 && record == 0 {
            _ = std::fs::remove_file(&part);
            println!("Nothing may leave yet: no request ended as long ago as the policy wants.");
            return Ok(());
        }
        settle(&part, &self.to).with_context(|| format!("nothing was removed: cannot keep {target}"))?;
        println!("{count} requests, and {record} parts of the record of requests that left before, are in {target}.");
        if self.keep {
            return Ok(());
        }
        let removed = remove(&opened, &self.to, count).await?;
        println!("{removed} requests were removed.");
        let freed =
            opened.host.give_space_back().await.context("the requests were removed; no space was given back")?;
        if freed > 0 {
            println!("{freed} bytes were given back to the disk.");
        }
        Ok(())
    }
}

/// Returns the name that the file has until it is whole.
fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Writes all pages into a file that only its owner may read, and waits until they are on the disk.
async fn write(opened: &Opened, file: &Path) -> Result<()> {
    let create = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file);
    let mut out = BufWriter::new(create.with_context(|| format!("cannot write {}", file.display()))?);
    let mut cursor = None;
    loop {
        let page = opened.page("archive", ROLE, SHOW, cursor.as_deref()).await?;
        out.write_all(page.body())?;
        cursor = page.headers().get("next-cursor").map(|next| next.to_str().map(str::to_owned)).transpose()?;
        if cursor.is_none() {
            break;
        }
    }
    out.flush()?;
    Ok(out.get_ref().sync_all()?)
}

/// Gives a whole file its name, so that it survives the loss of power.
fn settle(part: &Path, file: &Path) -> Result<()> {
    // A link fails where the name is taken, and so overwrites nothing.
    std::fs::hard_link(part, file)?;
    std::fs::remove_file(part)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}

/// Reads a file, and hands out what it holds in parts that the application takes at once.
fn parts(file: &Path, mut each: impl FnMut(Part)) -> Result<()> {
    let mut part = Part::default();
    for line in BufReader::new(File::open(file)?).lines() {
        let line: Line = serde_json::from_str(&line?)?;
        match line.record.as_deref() {
            Some("request/1") => part.requests.push(serde_json::from_value(line.request)?),
            Some("heads/1") => part.heads.push(line.first),
            Some("checkpoint/1") => part.checkpoints.push(line.number),
            _ => continue,
        }
        if [part.requests.len(), part.heads.len(), part.checkpoints.len()].contains(&ARCHIVED_AT_ONCE) {
            each(std::mem::take(&mut part));
        }
    }
    each(part);
    Ok(())
}

/// Reads the file back, and checks that it has every event of every request in it. Returns how many requests it has,
/// and how much of the record.
fn examine(file: &Path) -> Result<(usize, usize)> {
    let mut export = Export::default();
    for (index, line) in BufReader::new(File::open(file)?).lines().enumerate() {
        export.read(index + 1, &line?)?;
    }
    let (mut requests, mut record, mut broken) = (0, 0, None);
    parts(file, |part| {
        requests += part.requests.len();
        record += part.heads.len() + part.checkpoints.len();
        let whole = |kept: &Kept| export.last_hash(&kept.id).is_some_and(|hash| hash.to_string() == kept.head);
        broken = broken.take().or_else(|| part.requests.iter().find(|kept| !whole(kept)).cloned());
    })?;
    match broken {
        Some(kept) => bail!("events of request {} are missing: ask `contraflow doctor`", kept.id),
        None => Ok((requests, record)),
    }
}

/// Removes what is in the file, and tells of requests that stay. Returns how many were removed.
async fn remove(opened: &Opened, file: &Path, count: usize) -> Result<u64> {
    let mut waiting = Vec::new();
    parts(file, |part| waiting.push(part))?;
    let mut removed = 0;
    for part in waiting {
        let answer = opened.post("archive", ROLE, REMOVE, serde_json::to_vec(&part)?).await?;
        let answer: Removed = serde_json::from_slice(answer.body())
            .map_err(|error| anyhow!("the application gave an answer that can't be read: {error}"))?;
        for gone in &answer.items {
            match &gone.why {
                Some(why) => println!("request {} stays: {why}", gone.id),
                None => removed += u64::from(gone.outcome == "removed"),
            }
        }
        tracing::debug!(record = answer.record, "removed what the record had of requests that had left");
        if std::io::stderr().is_terminal() {
            eprint!("\rremoved {removed} of {count} requests");
        }
    }
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    Ok(removed)
}
