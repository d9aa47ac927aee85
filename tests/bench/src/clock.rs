//! How fast the clock works off what waits: the rows of a file, each for a customer of its own, and all for one.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::report::Report;
use crate::served::Served;
use crate::{limits, load, state, world};

/// What the rows of a file took that wait for the clock.
struct Worked {
    wall: Duration,
    rounds: usize,
    /// The rows that the clock worked off; the first few were driven at once.
    rows: usize,
}

/// Takes a file of so many rows in, and lets the clock go round until all of them have come to their end.
async fn work_off(state: &Path, rows: usize, customer: fn(usize) -> String) -> Result<Worked> {
    let mut host = Served::start(state).await?;
    let mut client = host.connect().await?;
    client.import(&world::file(rows, customer)).await?;
    host.idle().await?;
    let driven = load::completed(state)?;
    // All rows count as taken up for a while, also those that nobody has begun with.
    tokio::time::sleep(limits::TAKEN_UP).await;
    // The host has closed a connection on which nothing came.
    let mut client = host.connect().await?;
    let begun = Instant::now();
    let mut rounds = 0;
    let wall = loop {
        let more = client.tick().await?;
        host.idle().await?;
        rounds += 1;
        if load::completed(state)? == rows {
            break begun.elapsed();
        }
        ensure!(begun.elapsed() < limits::ANSWER, "after {rounds} rounds of the clock rows of the file still wait");
        if !more {
            tokio::time::sleep(limits::CLOCK_PAUSE).await;
        }
    };
    host.stop().await?;
    Ok(Worked { wall, rounds, rows: rows - driven })
}

/// Measures both, in turns, and adds the lines.
pub async fn add_to(report: &mut Report, rows: usize) -> Result<()> {
    let rows = rows.min(limits::IMPORT_ROWS);
    let (mut many, mut one, mut rounds, mut worked_off) = (Duration::ZERO, Duration::ZERO, 0, 0);
    for round in 1..=limits::ROUNDS {
        eprintln!("a file of {rows} rows, round {round} of {}", limits::ROUNDS);
        let worked = work_off(state()?.path(), rows, |row| format!("CUST-{row}")).await?;
        many += worked.wall;
        rounds += worked.rounds;
        worked_off += worked.rows;
        one += work_off(state()?.path(), rows, |_| "CUST".into()).await?.wall;
    }
    let all = worked_off as f64;
    report.add(
        format!("file of {rows} rows, many customers: complete requests"),
        all / many.as_secs_f64(),
        "per second",
    );
    report.add(format!("file of {rows} rows: requests that a round of the clock completes"), all / rounds as f64, "");
    report.add(format!("file of {rows} rows, one customer: complete requests"), all / one.as_secs_f64(), "per second");
    report.add("time for one customer to time for many", one.as_secs_f64() / many.as_secs_f64(), "times");
    Ok(())
}
