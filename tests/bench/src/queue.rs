//! How fast a long queue is paged through. One request comes the usual way; the others are copies of it in the store,
//! so that a hundred thousand of them are there in seconds.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::report::{Quantiles, Report};
use crate::served::Served;
use crate::{limits, state, world};

/// The ranges in which a request stands that are read for a queue, or written when it moves on.
const RANGES: [&str; 9] =
    ["request/", "all/", "status/", "requester/", "customer/", "queue/", "due/", "exception/", "term/"];

/// Copies the only request of a store so many times.
fn multiply(state: &Path, count: usize) -> Result<()> {
    let mut database = rusqlite::Connection::open(state.join(world::DATABASE))?;
    let id: String = database.query_row(
        "SELECT substr(key, 9) FROM contraflow_kv WHERE key >= 'request/' AND key < 'request0'",
        [],
        |row| row.get(0),
    )?;
    let (start, _) = id.split_at_checked(24).context("an id is a UUID")?;
    let entries: Vec<(String, u64, Vec<u8>)> = database
        .prepare("SELECT key, version, value FROM contraflow_kv WHERE instr(key, ?1) > 0")?
        .query_map([&id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let change = database.transaction()?;
    let mut written = change.prepare("INSERT INTO contraflow_kv (key, version, value) VALUES (?1, ?2, ?3)")?;
    for number in 1..count {
        let copy = format!("{start}{number:012x}");
        for (key, version, value) in
            entries.iter().filter(|(key, ..)| RANGES.iter().any(|range| key.starts_with(range)))
        {
            let value = String::from_utf8_lossy(value).replace(&id, &copy);
            written.execute((key.replace(&id, &copy), version, value.into_bytes()))?;
        }
    }
    drop(written);
    change.commit()?;
    Ok(())
}

/// Fills a state folder with a queue of so many requests.
pub async fn fill(state: &Path, count: usize) -> Result<()> {
    let mut host = Served::start(state).await?;
    let file = "kind;customer;amount;currency;reason\naccount_credit;CUST-1;600,00;EUR;late\n";
    host.connect().await?.import(file).await?;
    host.idle().await?;
    host.stop().await?;
    eprintln!("a queue of {count} requests");
    multiply(state, count)
}

/// Pages through a queue of so many requests, and adds the lines.
pub async fn add_to(report: &mut Report, count: usize) -> Result<()> {
    let folder = state()?;
    fill(folder.path(), count).await?;
    let host = Served::start(folder.path()).await?;
    let mut client = host.connect().await?.of(&world::decider()?);
    let (mut times, mut seen, mut cursor) = (Vec::new(), 0, String::new());
    client.get("/v1/queue").await?;
    loop {
        let (time, page) = client.timed(&format!("/v1/queue?limit={}{cursor}", limits::PAGE)).await?;
        times.push(time);
        seen += page.get("items").and_then(Value::as_array).map_or(0, Vec::len);
        let Some(next) = page.get("next").and_then(Value::as_str) else { break };
        cursor = format!("&cursor={}", next.replace('%', "%25"));
    }
    host.stop().await?;
    ensure!(seen == count, "the queue shows {seen} of {count} requests");
    report.quantiles(&format!("queue of {count} requests, a page of {}", limits::PAGE), Quantiles::of(times));
    Ok(())
}
