//! Commits statements in groups: one writer takes what waits, and one sync to disk makes all of it durable.

use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::connection::{self, Outcome};
use super::database::Database;
use super::queue::Job;
use crate::limits::GROUP_COMMIT_STATEMENTS;
use crate::sql::{Error, Value};

/// Writes one statement; it is durable when this returns.
pub(super) async fn write(
    database: &Arc<Database>,
    statement: String,
    parameters: Vec<Value>,
) -> Result<Outcome, Error> {
    let (reply, answer) = oneshot::channel();
    let call_writer = {
        let mut waiting = database.queue.lock();
        waiting.jobs.push_back(Job { statement, parameters, reply });
        !std::mem::replace(&mut waiting.writer_called, true)
    };
    if call_writer {
        match database.write_permit.clone().try_acquire_owned() {
            Ok(permit) => start_writer(database, permit),
            // A transaction is open, and its end hands the permit on. The wait is a task of its own, so that it goes on
            // when the caller is gone.
            Err(_) => _ = tokio::spawn(await_permit(database.clone())),
        }
    }
    answer.await.unwrap_or(Err(Error::Closed))
}

async fn await_permit(database: Arc<Database>) {
    if let Ok(permit) = database.write_permit.clone().acquire_owned().await {
        start_writer(&database, permit);
    }
}

fn start_writer(database: &Arc<Database>, permit: OwnedSemaphorePermit) {
    let writer = database.clone();
    database.start(move || drain(&writer, permit));
}

/// Commits group after group until nobody waits.
fn drain(database: &Arc<Database>, permit: OwnedSemaphorePermit) {
    loop {
        let jobs: Vec<Job> = {
            let mut waiting = database.queue.lock();
            if waiting.jobs.is_empty() {
                waiting.writer_called = false;
                drop(permit);
                return;
            }
            let count = waiting.jobs.len().min(GROUP_COMMIT_STATEMENTS);
            waiting.jobs.drain(..count).collect()
        };
        let outcomes = match commit(database, &jobs) {
            Ok(outcomes) => outcomes,
            Err(error) => jobs.iter().map(|_| Err(error.clone())).collect(),
        };
        for (job, outcome) in jobs.into_iter().zip(outcomes) {
            // A caller that is gone does not need the answer; the effect stands.
            _ = job.reply.send(outcome);
        }
    }
}

type Outcomes = Vec<Result<Outcome, Error>>;

fn commit(database: &Database, jobs: &[Job]) -> Result<Outcomes, Error> {
    let _door = database.enter()?;
    let connection = database.take_writer()?;
    let outcomes = match jobs {
        [_, _, ..] => match commit_group(&connection, jobs) {
            Some(outcomes) => outcomes,
            None => commit_singly(&connection, jobs),
        },
        _ => commit_singly(&connection, jobs),
    };
    database.give_back_writer(connection);
    Ok(outcomes)
}

/// Commits all jobs in one transaction. Returns `None` when the transaction as a whole failed and left nothing behind.
fn commit_group(connection: &Connection, jobs: &[Job]) -> Option<Outcomes> {
    execute(connection, "BEGIN IMMEDIATE").ok()?;
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        let outcome = run_in_savepoint(connection, job);
        // Some errors, such as a full disk or ON CONFLICT ROLLBACK, end the transaction that all jobs share.
        if connection.is_autocommit() {
            return None;
        }
        match outcome {
            Ok(outcome) => outcomes.push(outcome),
            Err(_) => {
                _ = execute(connection, "ROLLBACK");
                return None;
            }
        }
    }
    if execute(connection, "COMMIT").is_err() {
        if !connection.is_autocommit() {
            _ = execute(connection, "ROLLBACK");
        }
        return None;
    }
    Some(outcomes)
}

/// Runs one job in a savepoint. The inner error is the statement's own; the outer one means that the savepoint itself
/// failed.
fn run_in_savepoint(connection: &Connection, job: &Job) -> Result<Result<Outcome, Error>, Error> {
    execute(connection, "SAVEPOINT statement")?;
    let outcome = connection::run(connection, &job.statement, &job.parameters);
    if connection.is_autocommit() {
        return Ok(outcome);
    }
    if outcome.is_err() {
        execute(connection, "ROLLBACK TO statement")?;
    }
    execute(connection, "RELEASE statement")?;
    Ok(outcome)
}

fn commit_singly(connection: &Connection, jobs: &[Job]) -> Outcomes {
    jobs.iter().map(|job| connection::run(connection, &job.statement, &job.parameters)).collect()
}

fn execute(connection: &Connection, statement: &str) -> Result<(), Error> {
    connection
        .prepare_cached(statement)
        .and_then(|mut prepared| prepared.execute([]))
        .map(drop)
        .map_err(connection::translate)
}
