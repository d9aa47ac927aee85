//! Asks the policy who must decide and by when, reminds people, and ends what nobody decided in time.

use contraflow_domain::approval;
use contraflow_domain::approval::automatic::{Circumstances, Count, Origin, Passing, Tally};
use contraflow_domain::backup;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::quote::Quoted;
use contraflow_domain::request::wait::Watch;
use contraflow_domain::sla;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{accounts, follow, history, keys, now, policy, schedules, spending, step};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve_quoting(request, async |task| route(task.request).await, quote).await)
}

/// Asks the policy about a request that is not stored, and says how much is left of each bound that it would count
/// against.
async fn quote(Quoted { mut request, under, .. }: Quoted) -> Result<Quoted, Problem> {
    let policy = policy::under(under).await?;
    let (mut unit, at) = (Unit::default(), now());
    let around = history::around(&request, &policy).await?;
    let circumstances = Circumstances { origin: Origin::Asked, around };
    let passing = passing(&mut unit, &request, circumstances, &policy, at).await?;
    let mut limits = Vec::new();
    for count in &passing.counts {
        let parts: Vec<_> = count.parts().map(|part| key_of(count, part)).collect();
        let tallies: Vec<Option<Tally>> = unit.look_at_many(&parts).await?;
        limits.extend(count.uses(&tallies.into_iter().flatten().collect::<Vec<_>>()));
    }
    let passed_over = approval::simulate(&request, &passing, &policy).passed_over;
    approval::route(&mut request, &passing, &policy, at).map_err(|refused| Problem::internal(refused.to_string()))?;
    // Nobody knows yet who will decide.
    let spending = spending::left(&mut unit, &request, None, &policy, at).await?;
    Ok(Quoted { request, limits, spending, under, passed_over })
}

async fn route(id: &str) -> Result<Request, Problem> {
    transact(async |unit| {
        let at = now();
        unit.prefetch(&[keys::POLICY.to_owned(), keys::request(id), keys::packet(id)]).await?;
        // The news of its payments may not have come to the request yet.
        let (mut request, has_heard) = follow::informed(unit, id, at).await?;
        let refused = |refused: contraflow_domain::lifecycle::TransitionError| Problem::internal(refused.to_string());
        if request.is_routed_anew() {
            let policy = policy::for_commit(unit).await?;
            approval::revise(&mut request, &policy, at).map_err(refused)?;
        }
        if request.stage() == RequestStatus::Validated {
            request.resume("approval", at).map_err(refused)?;
            let policy = policy::for_commit(unit).await?;
            let origin = schedules::origin(unit, &request).await?;
            let around = history::around(&request, &policy).await?;
            let passing = passing(unit, &request, Circumstances { origin, around }, &policy, at).await?;
            if approval::route(&mut request, &passing, &policy, at).map_err(refused)? {
                count(unit, &passing)?;
            }
        } else if !request.status.awaits_people() && !has_heard && request.watch(at) != Watch::Now {
            return Ok(request);
        } else if request.status.awaits_people() && approval::rejection::is_over(&mut request, at) {
            let mut held = accounts::load(unit, &request).await?;
            approval::rejection::expire(&mut request, at).map_err(refused)?;
            approval::rejection::release(&mut request, &mut held, at)?;
            accounts::store(unit, &held)?;
        }
        if request.watch(at) == Watch::Now {
            // While the policy can't be read, the time that people have holds up nothing else.
            match policy::for_commit(unit).await {
                Ok(policy) => sla::keep(&mut request, &policy, at),
                Err(_) => sla::put_off(&mut request, at),
            }
        }
        if request.ends_for_backup() {
            let policy = policy::for_commit(unit).await?;
            let mut held = accounts::load(unit, &request).await?;
            backup::reject(&mut request, &policy, at).map_err(refused)?;
            approval::rejection::release(&mut request, &mut held, at)?;
            accounts::store(unit, &held)?;
        }
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await
}

/// Reads the sums that the request would be added to, part by part, as far as they are needed.
async fn passing<'a>(
    unit: &mut Unit,
    request: &Request,
    circumstances: Circumstances,
    policy: &'a Policy,
    at: Timestamp,
) -> Result<Passing<'a>, Problem> {
    let mut passing = Passing::of(request, circumstances, policy, at);
    let first = passing.counts.iter().flat_map(|count| count.first_parts().into_iter().map(|part| key_of(count, part)));
    unit.prefetch(&first.collect::<Vec<_>>()).await?;
    for count in &mut passing.counts {
        while let Some(part) = count.next() {
            count.look(part, unit.read(&key_of(count, part)).await?.unwrap_or_default());
        }
    }
    Ok(passing)
}

fn key_of(count: &Count<'_>, part: u32) -> String {
    keys::tally(count.per.name(), &count.who, part)
}

/// Adds the request to the sums of what passed by itself, in the commit that lets it pass.
fn count(unit: &mut Unit, passing: &Passing<'_>) -> Result<(), Problem> {
    for count in &passing.counts {
        for (part, tally) in count.changed() {
            unit.write(&key_of(count, part), &tally)?;
        }
    }
    Ok(())
}
