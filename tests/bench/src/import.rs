//! How fast a large file becomes requests that have come to their end, and how much memory that takes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::report::Report;
use crate::served::Served;
use crate::{limits, load, state, world};

/// What a file took.
struct Worked {
    /// From the first byte of the file to the end of the last row's chain.
    wall: Duration,
    cpu: Duration,
    /// From the first byte of the file to the answer.
    answer: Duration,
    /// From the wish for the result to its last row.
    result: Duration,
    /// Of the host, in bytes.
    peak_memory: u64,
}

/// Sends a file of so many rows, and lets the clock go round, as a host's own does, until all of them have come to
/// their end.
async fn work_off(state: &Path, rows: usize, customer: fn(usize) -> String) -> Result<Worked> {
    let mut host = Served::start(state).await?;
    let mut client = host.connect().await?;
    let file = world::file(rows, customer);
    let cpu = host.cpu()?;
    let begun = Instant::now();
    let (answer, import) = client.import(&file).await?;
    drop(file);
    let address = format!("/v1/imports/{}", import.get("id").and_then(Value::as_str).unwrap_or_default());
    let patience = limits::ANSWER + limits::ROW * u32::try_from(rows)?;
    loop {
        let import = client.get(&address).await?;
        if import.get("is_done") == Some(&Value::Bool(true)) {
            ensure!(import.get("accepted") == Some(&rows.into()), "not every row is a request: {import}");
            break;
        }
        ensure!(begun.elapsed() < patience, "rows still wait: {import}");
        if !client.tick().await? {
            tokio::time::sleep(limits::CLOCK_PAUSE).await;
        }
    }
    let (wall, cpu) = (begun.elapsed(), host.cpu()?.saturating_sub(cpu));
    let (result, lines) = client.lines(&format!("{address}/result")).await?;
    ensure!(lines == rows + 1, "the result has {lines} lines");
    host.idle().await?;
    let peak_memory = host.peak_memory()?;
    host.stop().await?;
    ensure!(load::completed(state, &["import"])? == rows, "not every request has come to its end");
    Ok(Worked { wall, cpu, answer, result, peak_memory })
}

/// Adds the lines of one file; gives the time that a row took.
fn add(report: &mut Report, what: &str, rows: usize, worked: &Worked) -> f64 {
    let seconds = worked.wall.as_secs_f64();
    report.add(format!("{what}: rows to the end of their chains"), rows as f64 / seconds, "per second");
    report.add(format!("{what}: CPU"), worked.cpu.as_secs_f64() * 1000.0 / rows as f64, "ms per row");
    report.add(format!("{what}: answer"), worked.answer.as_secs_f64(), "s");
    report.add(format!("{what}: result"), worked.result.as_secs_f64(), "s");
    report.add(format!("{what}: peak memory of the host"), worked.peak_memory as f64 / f64::from(1 << 20), "MiB");
    seconds / rows as f64
}

/// Measures a file of so many rows beside one of a tenth, and a small one whose rows are all for one customer.
pub async fn add_to(report: &mut Report, rows: usize) -> Result<()> {
    let many = |row| format!("CUST-{row}");
    let tenth = (rows / 10).max(1);
    eprintln!("a file of {tenth} rows");
    let small = work_off(state()?.path(), tenth, many).await?;
    let row = add(report, &format!("file of {tenth} rows"), tenth, &small);
    eprintln!("a file of {rows} rows");
    let large = work_off(state()?.path(), rows, many).await?;
    add(report, &format!("file of {rows} rows"), rows, &large);
    let memory = large.peak_memory as f64 / small.peak_memory as f64;
    report.add("peak memory for ten times the rows", memory, "times");
    let few = tenth.min(limits::ONE_CUSTOMER_ROWS);
    eprintln!("a file of {few} rows for one customer");
    let one = work_off(state()?.path(), few, |_| "CUST".into()).await?;
    let one = add(report, &format!("file of {few} rows, one customer"), few, &one);
    report.add("time for one customer to time for many", one / row, "times");
    Ok(())
}
