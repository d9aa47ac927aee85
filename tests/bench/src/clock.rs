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
    cpu: Duration,
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
    let cpu = host.cpu()?;
    let begun = Instant::now();
    let mut rounds = 0;
    let (wall, cpu) = loop {
        let more = client.tick().await?;
        host.idle().await?;
        rounds += 1;
        if load::completed(state)? == rows {
            break (begun.elapsed(), host.cpu()?.saturating_sub(cpu));
        }
        ensure!(begun.elapsed() < limits::ANSWER, "after {rounds} rounds of the clock rows of the file still wait");
        if !more {
            tokio::time::sleep(limits::CLOCK_PAUSE).await;
        }
    };
    host.stop().await?;
    Ok(Worked { wall, cpu, rounds, rows: rows - driven })
}

/// What several turns took together.
#[derive(Default)]
struct Sum {
    wall: Duration,
    cpu: Duration,
    rounds: usize,
    rows: usize,
}

impl Sum {
    fn add(&mut self, worked: &Worked) {
        self.wall += worked.wall;
        self.cpu += worked.cpu;
        self.rounds += worked.rounds;
        self.rows += worked.rows;
    }

    /// Adds the lines.
    fn report(&self, report: &mut Report, what: &str) {
        let rows = self.rows as f64;
        report.add(format!("{what}: complete requests"), rows / self.wall.as_secs_f64(), "per second");
        report.add(format!("{what}: CPU"), self.cpu.as_secs_f64() * 1000.0 / rows, "ms per request");
        report.add(format!("{what}: requests that a round of the clock completes"), rows / self.rounds as f64, "");
    }

    /// Returns the time that a row took.
    fn row(&self) -> f64 {
        self.wall.as_secs_f64() / self.rows as f64
    }
}

/// Measures both, in turns, and adds the lines.
pub async fn add_to(report: &mut Report, rows: usize) -> Result<()> {
    let rows = rows.min(limits::IMPORT_ROWS);
    let (mut many, mut one) = (Sum::default(), Sum::default());
    for round in 1..=limits::ROUNDS {
        eprintln!("a file of {rows} rows, round {round} of {}", limits::ROUNDS);
        many.add(&work_off(state()?.path(), rows, |row| format!("CUST-{row}")).await?);
        one.add(&work_off(state()?.path(), rows, |_| "CUST".into()).await?);
    }
    many.report(report, &format!("file of {rows} rows, many customers"));
    one.report(report, &format!("file of {rows} rows, one customer"));
    report.add("time for one customer to time for many", one.row() / many.row(), "times");
    Ok(())
}
