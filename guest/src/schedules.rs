//! Keeps schedules in the store. Each has an entry of its own, and the index of what is due leads the clock to it.

use contraflow_domain::approval::automatic::Origin;
use contraflow_domain::chronicle::Happening;
use contraflow_domain::request::{Request, Source};
use contraflow_domain::schedule::{PassedOver, Period, Schedule};
use contraflow_domain::time::Timestamp;
use serde_json::json;

use crate::due::{Due, Moved};
use crate::problem::Problem;
use crate::receive::{Checked, Kept};
use crate::unit::{Unit, transact};
use crate::{chronicle, keys};

/// Reads the schedule of that id.
///
/// # Errors
/// 404 when there is no such schedule.
pub async fn find(unit: &mut Unit, id: &str) -> Result<Schedule, Problem> {
    unit.read(&keys::schedule(id)).await?.ok_or_else(|| Problem::not_found("schedule of that id"))
}

/// Names what the record calls a schedule.
#[must_use]
pub fn subject(id: &str) -> String {
    format!("schedule:{id}")
}

/// Says whether a schedule made the request, and whether a second person has confirmed what it then asked for.
///
/// # Errors
/// When the store does not answer.
pub async fn origin(unit: &mut Unit, request: &Request) -> Result<Origin, Problem> {
    if request.source.channel != keys::SCHEDULE {
        return Ok(Origin::Asked);
    }
    let id = request.source.reference.as_deref().and_then(|reference| reference.split('/').next()).unwrap_or_default();
    let schedule: Option<Schedule> = unit.read(&keys::schedule(id)).await?;
    let confirmed = schedule.is_some_and(|schedule| schedule.is_confirmed_for(request.created_at));
    Ok(if confirmed { Origin::Confirmed } else { Origin::Unconfirmed })
}

/// Writes a schedule in the commit, and moves the index entry that leads the clock to it; `before` is the instant at
/// which that entry stood.
///
/// # Errors
/// When it can't be written as JSON.
pub fn store(unit: &mut Unit, schedule: &Schedule, before: Option<Timestamp>) -> Result<(), Problem> {
    Due::schedule(&schedule.id).store(unit, schedule, Moved { before, then: schedule.due() })
}

/// What became of a schedule whose time has come.
pub enum Ran {
    /// Nothing is due.
    Rest,
    /// Runs that were missed were passed over, and none was made.
    PassedOver,
    /// A request was made.
    Made(Box<Request>),
}

/// Makes the request of the period that is due first, in the commit that moves the schedule on. Of two callers at once,
/// one starts anew and finds the request made. Runs that are passed over are told in the record.
///
/// # Errors
/// When the store does not answer.
pub async fn run(id: &str) -> Result<Ran, Problem> {
    transact(async |unit| {
        let at = crate::now();
        let mut schedule = find(unit, id).await?;
        let before = schedule.due();
        let Some(turn) = schedule.turn(at) else { return Ok(Ran::Rest) };
        let request = match turn.made {
            Some(period) => Some(make(unit, &schedule, period).await?),
            None => None,
        };
        schedule.ran(&turn, request.as_ref().map(|request| request.id.as_str()), at);
        if let Some(passed) = PassedOver::of(&turn.passed_over, at) {
            tell_passed_over(unit, &schedule, &passed, "contraflow").await?;
        }
        store(unit, &schedule, before)?;
        Ok(request.map_or(Ran::PassedOver, |request| Ran::Made(Box::new(request))))
    })
    .await
}

/// Makes the request of a period, or finds the one that was made.
async fn make(unit: &mut Unit, schedule: &Schedule, period: Period) -> Result<Request, Problem> {
    let reference = Some(format!("{}/{period}", schedule.id));
    let source = Source { channel: keys::SCHEDULE.into(), reference, link: None };
    let receipt_key = keys::inbound(keys::SCHEDULE, &schedule.id, &period.to_string());
    let hands = schedule.other_hands().map(str::to_owned).collect();
    let asked = Checked::of(source, schedule.ask.clone())?.with_hands(hands);
    match asked.keep(unit, &receipt_key, schedule.keeper()).await? {
        Kept::New(request) => Ok(*request),
        Kept::Known(id) => unit.request(&id).await,
    }
}

/// Tells in the record, in the commit of the unit, which runs of a schedule were passed over.
///
/// # Errors
/// When the store does not answer.
pub async fn tell_passed_over(
    unit: &mut Unit,
    schedule: &Schedule,
    passed: &PassedOver,
    actor: &str,
) -> Result<(), Problem> {
    let data = json!({"first": passed.first, "last": passed.last, "count": passed.count, "missed": schedule.missed});
    let happened = Happening { actor, what: "schedule_runs_passed_over", why: "", data };
    chronicle::note(unit, &subject(&schedule.id), happened).await
}
