//! Keeps schedules in the store. Each has an entry of its own, and the index of what is due leads the clock to it.

use contraflow_domain::approval::automatic::Origin;
use contraflow_domain::request::{Request, Source};
use contraflow_domain::schedule::Schedule;
use contraflow_domain::time::Timestamp;

use crate::due::Due;
use crate::keys;
use crate::problem::Problem;
use crate::receive::{Checked, Driver, Kept};
use crate::unit::{Unit, transact};

/// Reads the schedule of that id.
///
/// # Errors
/// 404 when there is no such schedule.
pub async fn find(unit: &mut Unit, id: &str) -> Result<Schedule, Problem> {
    unit.read(&keys::schedule(id)).await?.ok_or_else(|| Problem::not_found("schedule of that id"))
}

/// Says whether a schedule made the request, and whether a second person has confirmed it.
///
/// # Errors
/// When the store does not answer.
pub async fn origin(unit: &mut Unit, request: &Request) -> Result<Origin, Problem> {
    if request.source.channel != keys::SCHEDULE {
        return Ok(Origin::Asked);
    }
    let id = request.source.reference.as_deref().and_then(|reference| reference.split('/').next()).unwrap_or_default();
    let schedule: Option<Schedule> = unit.read(&keys::schedule(id)).await?;
    let confirmed = schedule.is_some_and(|schedule| schedule.confirmed.is_some());
    Ok(if confirmed { Origin::Confirmed } else { Origin::Unconfirmed })
}

/// Writes a schedule in the commit, and moves the index entry that leads the clock to it; `before` is the instant at
/// which that entry stood.
///
/// # Errors
/// When it can't be written as JSON.
pub fn store(unit: &mut Unit, schedule: &Schedule, before: Option<Timestamp>) -> Result<(), Problem> {
    let id = Due::schedule(&schedule.id).to_string();
    if let Some(before) = before.filter(|before| schedule.due() != Some(*before)) {
        unit.remove(&keys::due(before, &id));
    }
    if let Some(due) = schedule.due() {
        unit.write(&keys::due(due, &id), &())?;
    }
    unit.write(&keys::schedule(&schedule.id), schedule)
}

/// Makes the request of the oldest period that is due, in the commit that moves the schedule on. Of two callers at
/// once, one starts anew and finds the request made. Returns `None` when nothing is due.
///
/// # Errors
/// When the store does not answer.
pub async fn run(id: &str) -> Result<Option<Request>, Problem> {
    transact(async |unit| {
        let mut schedule = find(unit, id).await?;
        let before = schedule.due();
        let Some(period) = schedule.due_period(crate::now()) else { return Ok(None) };
        let reference = Some(format!("{}/{period}", schedule.id));
        let source = Source { channel: keys::SCHEDULE.into(), reference, link: None };
        let receipt_key = keys::inbound(keys::SCHEDULE, &schedule.id, &period.to_string());
        let asked = Checked::of(source, schedule.ask.clone())?;
        let kept = asked.keep(unit, &receipt_key, &schedule.made_by, Driver::Caller).await?;
        let request = match kept {
            Kept::New(request) => *request,
            Kept::Known(id) => unit.request(&id).await?,
        };
        schedule.ran(period, &request.id);
        store(unit, &schedule, before)?;
        Ok(Some(request))
    })
    .await
}
