//! Runs one round of the clock, which drives whatever is due. It takes only a machine's token, and is called every few
//! seconds.

mod far;
mod old;
mod patterns;
mod sweep;
mod watch;

use contraflow_domain::chain;
use contraflow_domain::request::attempt::CallError;
use contraflow_guest::drive::{call_once, drive};
use contraflow_guest::due::Due;
use contraflow_guest::http_io::{Answer, Incoming, answered, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::schedules::Ran;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{
    auth, batches, credit, credit_changes, decision_links, digests, dry_runs, ended, follow, imports, keys, limits,
    losses, now, policy_versions, schedules, sessions, store, unread,
};
use futures::StreamExt as _;
use http::StatusCode;
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(answered(round(request).await))
}

async fn round(request: spin_sdk::http::Request) -> Result<Answer, Problem> {
    let incoming = Incoming::read(request, limits::BODY_BYTES).await?;
    if incoming.segments() != ["clock"] {
        return Err(Problem::not_found("such address"));
    }
    incoming.only("POST")?;
    auth::machine(&incoming.headers).await?;
    if let watch::Round::Hold(from, to) = watch::round().await? {
        eprintln!("the clock has jumped from {from} to {to}: this round does nothing, and the next goes on");
        return Ok(json(StatusCode::OK, &serde_json::json!({"due": 0, "failed": [], "more": true})));
    }
    let mut failed = Vec::new();
    if let Some(put_off) = watch::put_off().await?
        && look_at(&put_off.keys, &mut failed).await
    {
        put_off.done().await?;
    }
    if let Some(far) = far::next().await?
        && look_at(&far.keys, &mut failed).await
    {
        far.done().await?;
    }
    failed.extend(old::enter().await.err().map(|problem| problem.detail));
    failed.extend(policy_versions::settle().await.err().map(|problem| problem.detail));
    failed.extend(sweep::go_on().await.err().map(|problem| problem.detail));
    failed.extend(patterns::go_on().await.err().map(|problem| problem.detail));
    let (start, end) = keys::due_until(now());
    let page = store::scan(start, end, limits::CLOCK_ROUND).await?;
    let due: Vec<_> = page.entries.iter().map(|entry| entry.key.clone()).collect();
    let outcomes: Vec<_> =
        futures::stream::iter(&due).map(|key| resume(key)).buffer_unordered(limits::CLOCK_WIDTH).collect().await;
    let goes_on = outcomes.iter().any(|outcome| matches!(outcome, Ok(true)));
    failed.extend(outcomes.into_iter().filter_map(Result::err).map(|problem| problem.detail));
    let body = serde_json::json!({"due": due.len(), "failed": failed, "more": page.next.is_some() || goes_on});
    Ok(json(StatusCode::OK, &body))
}

/// Takes up what is due. Returns whether there is more of it to be done right away.
async fn resume(key: &str) -> Result<bool, Problem> {
    let id = keys::id_of(key);
    match Due::read(id) {
        Due::Loss { .. } => book_loss(id).await,
        due @ Due::Follow { .. } => tell(&due).await,
        Due::Schedule(schedule) => catch_up(&schedule).await,
        Due::Unread(message) => unread::resume(&message).await,
        Due::EndedToken(name) => ended::forget(&name, key).await,
        Due::Session(name) => sessions::forget(&name, key).await,
        Due::DryRun(id) => dry_runs::resume(&id, key).await,
        Due::Batch(id) => batches::forget(&id, key).await,
        Due::Credit { .. } => tell_of_credit(id).await,
        Due::CreditExpiry { .. } => expire_credit(key).await,
        Due::DecisionLink(name) => decision_links::forget(&name, key).await,
        Due::Digest(person) => digests::resume(&person).await,
        Due::Import(id) => return imports::resume(&id, key).await,
        Due::Request(id) => carry_on(&id, key).await,
    }
    .map(|()| false)
}

/// Drives a request, unless another clock does.
async fn carry_on(id: &str, key: &str) -> Result<(), Problem> {
    let next = transact(async |unit| {
        let at = now();
        let mut request = match unit.request(id).await {
            Ok(request) => request,
            Err(problem) if problem.is_not_found() => return forget(unit, key).await,
            Err(problem) => return Err(problem),
        };
        if request.due.is_none_or(|due| due > at) {
            return Ok(chain::Next::Rest);
        }
        // Saving marks the request as taken up: another clock leaves it alone for as long as a driver needs.
        unit.save(&mut request, at)?;
        Ok(chain::next(&request, at))
    })
    .await?;
    drive(id, next).await
}

/// Looks again at what a wrong clock may have put off, and adds what could not be looked at to `failed`. What can't be
/// read holds up no other. Returns whether the store has answered for each: where it has not, all of these are to be
/// looked at once more.
async fn look_at(keys: &[String], failed: &mut Vec<String>) -> bool {
    let mut answered = true;
    for key in keys {
        let looked = match Due::read(keys::id_of(key)) {
            Due::Request(id) => look_again(&id).await,
            due @ Due::Follow { .. } => follow::look_again(&due).await,
            due @ Due::Loss { .. } => losses::look_again(&due).await,
            Due::Unread(id) => unread::look_again(&id).await,
            Due::Import(id) => imports::look_again(&id).await,
            // These wait for a date of their own and never for a next try: the day of a period, the end of a token.
            // Store credit is told of whenever the clock comes by.
            Due::Schedule(_) | Due::EndedToken(_) | Due::Session(_) | Due::Batch(_) | Due::DecisionLink(_) => Ok(()),
            Due::Credit { .. } => Ok(()),
            Due::CreditExpiry { .. } => credit_changes::look_again(key).await,
            Due::Digest(person) => digests::look_again(&person).await,
            // Nobody waits for money by it, and whoever waits for its numbers can begin another.
            Due::DryRun(_) => Ok(()),
        };
        if let Err(problem) = looked {
            answered &= problem.status != StatusCode::SERVICE_UNAVAILABLE.as_u16();
            failed.push(problem.detail);
        }
    }
    answered
}

/// Works out anew when a request is due: a clock that was wrong may have put it off.
async fn look_again(id: &str) -> Result<(), Problem> {
    transact(async |unit| {
        let at = now();
        let mut request = match unit.request(id).await {
            Ok(request) => request,
            Err(problem) if problem.is_not_found() => return Ok(()),
            Err(problem) => return Err(problem),
        };
        let known = request.clone();
        request.forget_wrong_times(at);
        let is_late = chain::due(&request, at).is_some_and(|due| request.due.is_none_or(|known| due < known));
        if is_late || request != known { unit.save(&mut request, at) } else { Ok(()) }
    })
    .await
}

/// Makes the requests that a schedule has due, the oldest period first, and drives them. What is left is done in the
/// next rounds.
async fn catch_up(schedule: &str) -> Result<(), Problem> {
    for _ in 0..limits::SCHEDULE_RUNS {
        match schedules::run(schedule).await? {
            Ran::Rest => return Ok(()),
            Ran::PassedOver => {}
            Ran::Made(request) => drive(&request.id, chain::next(&request, now())).await?,
        }
    }
    Ok(())
}

/// Lets requests hear the news of their payment, and drives those that they moved.
async fn tell(due: &Due) -> Result<(), Problem> {
    let mut outcome = Ok(());
    for (request, next) in follow::resume(due, limits::FOLLOW_PORTIONS).await? {
        outcome = outcome.and(drive(&request, next).await);
    }
    outcome
}

/// Tells requests what became of the store credit that they granted, and drives them, because it is to be booked.
async fn tell_of_credit(id: &str) -> Result<(), Problem> {
    let mut outcome = Ok(());
    for _ in 0..limits::TELLINGS {
        let told = credit::tell(id).await?;
        if told.is_empty() {
            break;
        }
        for request in told {
            outcome = outcome.and(drive(&request.id, chain::next(&request, now())).await);
        }
    }
    outcome
}

/// Lets store credit expire that came from another customer, and has that booked.
async fn expire_credit(key: &str) -> Result<(), Problem> {
    let mut outcome = Ok(());
    for request in credit_changes::expire(key).await? {
        outcome = outcome.and(drive(&request.id, chain::next(&request, now())).await);
    }
    outcome
}

async fn book_loss(id: &str) -> Result<(), Problem> {
    if !losses::resume(id).await? {
        return Ok(());
    }
    match call_once(id, &chain::Step::ErpHandoff).await {
        Ok(()) => Ok(()),
        Err(why) => losses::record_outcome(id, None, &Err(CallError::not_sent(why))).await.map(|_| ()),
    }
}

/// Removes an index entry that leads to nothing.
async fn forget(unit: &mut Unit, key: &str) -> Result<chain::Next, Problem> {
    unit.remove(key);
    Ok(chain::Next::Rest)
}
