//! Serves schedules: adjustments that come again, or once at a later time, made, changed and ended by finance, and
//! confirmed by somebody else.

mod asked;
mod hand_on;

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Happening;
use contraflow_domain::limits::SCHEDULE_SHOWN;
use contraflow_domain::schedule::{ChangeError, ConfirmError, Content, Missed, Schedule, ScheduleView};
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::receive::REUSED;
use contraflow_guest::unit::{Unit, decode, transact};
use contraflow_guest::view::Page;
use contraflow_guest::{auth, chronicle, keys, limits, new_id, now, policy, schedules, store};
use http::{HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use self::hand_on::{leave, take_over};
use crate::change::body;
use crate::{bounded, people};
use asked::Asked;

/// Records what an idempotency key was used for.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    schedule: String,
    fingerprint: String,
}

/// Serves `GET` and `POST /v1/schedules`.
pub async fn all(incoming: &Incoming) -> Result<Answer, Problem> {
    if !matches!(incoming.method, Method::GET | Method::POST) {
        return Err(Problem::method("GET, POST"));
    }
    let person = auth::person(&incoming.headers).await?;
    people::see(&person).await?;
    if incoming.method == Method::GET { list(incoming, &person).await } else { make(incoming, &person).await }
}

/// Returns how many of the times to come are shown.
fn upcoming(incoming: &Incoming) -> Result<usize, Problem> {
    let Some(text) = incoming.parameter("upcoming") else { return Ok(limits::UPCOMING) };
    let most = text.parse().ok().filter(|most| *most <= SCHEDULE_SHOWN);
    most.ok_or_else(|| Problem::parameter("upcoming", format!("`upcoming` must be 0 to {SCHEDULE_SHOWN}.")))
}

/// Hashes what is asked for. A schedule that makes up what it missed hashes as it did before there was a choice.
fn fingerprint(content: &Content) -> Result<String, Problem> {
    let Content { name, plan, ask, missed } = content;
    let hash = match missed {
        Missed::Each => contraflow_audit::canonical_hash(&(name, plan, ask)),
        other => contraflow_audit::canonical_hash(&(name, plan, ask, other)),
    };
    hash.map_err(|error| Problem::internal(error.to_string()))
}

/// Tells in the record, in the commit of the unit, what somebody did to a schedule.
async fn note(unit: &mut Unit, id: &str, happened: Happening<'_>) -> Result<(), Problem> {
    chronicle::note(unit, &schedules::subject(id), happened).await
}

/// Makes a schedule for finance, and answers 201 with it; the same key and body get the same answer again. With
/// `?check=true` it stores nothing, and answers 200 with when it would come.
async fn make(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepSchedules)?;
    let (is_check, upcoming) = (incoming.flag("check")?, upcoming(incoming)?);
    let key = if is_check { "" } else { incoming.idempotency_key()? };
    let asked: Asked = incoming.json()?;
    if asked.revision.is_some() {
        return Err(Problem::field("/revision", "is for a change: a new schedule is revision 1"));
    }
    let content = asked.checked(policy::in_force().await?.business.time_zone)?;
    // The dates are checked against today, so only for a new schedule: the same body sent tomorrow is the same
    // schedule.
    let new = |content: Content| {
        let at = now();
        let faults = content.plan.faults(content.plan.zone().day(at));
        if faults.is_empty() {
            Ok(Schedule::new(new_id(), content, person.name.clone(), at))
        } else {
            Err(Problem::invalid(faults))
        }
    };
    if is_check {
        return Ok(json(StatusCode::OK, &new(content)?.preview(upcoming, now())));
    }
    let fingerprint = fingerprint(&content)?;
    let receipt_key = keys::inbound("schedules", &person.name, key);
    let schedule = transact(async |unit| {
        if let Some(known) = unit.read::<Receipt>(&receipt_key).await? {
            if known.fingerprint != fingerprint {
                let detail = format!(
                    "This key was used for another schedule ({}). Use a new key for a new schedule.",
                    known.schedule
                );
                return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, REUSED, detail));
            }
            return schedules::find(unit, &known.schedule).await;
        }
        let schedule = new(content.clone())?;
        schedules::store(unit, &schedule, None)?;
        let receipt = Receipt { schedule: schedule.id.clone(), fingerprint: fingerprint.clone() };
        unit.write(&receipt_key, &receipt)?;
        let happened = Happening { actor: &person.name, what: "schedule_made", why: "", data: told(&schedule) };
        note(unit, &schedule.id, happened).await?;
        Ok(schedule)
    })
    .await?;
    let mut answer = json(StatusCode::CREATED, &schedule.view(upcoming));
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/schedules/{}", schedule.id)) {
        answer.headers_mut().insert(http::header::LOCATION, location);
    }
    Ok(answer)
}

/// Returns what the record tells of what a schedule asks for, and when.
fn told(schedule: &Schedule) -> Value {
    let ScheduleView { name, plan, missed, request, revision, .. } = schedule.row();
    json!({"revision": revision, "name": name, "plan": plan, "missed": missed, "request": request})
}

/// Returns a page of the schedules, oldest first; with `?waiting=true` only of those that wait for a person.
async fn list(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadSchedules)?;
    let waiting = incoming.flag("waiting")?;
    let is_id = |text: &str| text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let after = incoming.cursor(|cursor| is_id(cursor).then(|| cursor.to_owned()))?.unwrap_or_default();
    let prefix = keys::schedule("");
    let limit = incoming.page_limit()?;
    let mut start = format!("{prefix}{after}");
    let mut items = Vec::new();
    let mut read = 0;
    let next = loop {
        let left = limit.saturating_sub(u32::try_from(items.len()).unwrap_or(limit));
        let page = store::scan(start, store::end_of(&prefix), left).await?;
        read += page.entries.len();
        for entry in &page.entries {
            let schedule: Schedule = decode(&entry.key, &entry.value)?;
            if !waiting || !schedule.waits_for().is_empty() {
                items.push(schedule.row());
            }
        }
        match page.next {
            Some(next) if items.len() < limit as usize && read < limits::LIST_SCAN => start = next,
            next => break next,
        }
    };
    let next = next.as_deref().and_then(|next| next.strip_prefix(&prefix)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

/// Serves `GET /v1/schedules/{id}?upcoming=…`: returns the schedule with the times at which it comes next.
async fn one(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadSchedules)?;
    let schedule = schedules::find(&mut Unit::default(), id).await?;
    Ok(json(StatusCode::OK, &schedule.view(upcoming(incoming)?)))
}

/// Serves `GET` and `PUT /v1/schedules/{id}`.
pub async fn at(incoming: &Incoming, id: &str) -> Result<Answer, Problem> {
    if !matches!(incoming.method, Method::GET | Method::PUT) {
        return Err(Problem::method("GET, PUT"));
    }
    let person = auth::person(&incoming.headers).await?;
    people::see(&person).await?;
    if incoming.method == Method::GET { one(incoming, id, &person).await } else { replace(incoming, id, &person).await }
}

/// Serves `GET /v1/schedules/{id}/events`: what happened to a schedule, as it stands in the record.
pub async fn events(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadSchedules)?;
    schedules::find(&mut Unit::default(), id).await?;
    crate::directory::entries(incoming, &schedules::subject(id)).await
}

/// Changes a schedule in one commit, and returns it.
async fn change(
    id: &str,
    work: impl AsyncFn(&mut Unit, &mut Schedule) -> Result<(), Problem>,
) -> Result<Answer, Problem> {
    let schedule = transact(async |unit| {
        let mut schedule = schedules::find(unit, id).await?;
        let before = schedule.due();
        work(unit, &mut schedule).await?;
        schedules::store(unit, &schedule, before)?;
        Ok(schedule)
    })
    .await?;
    Ok(json(StatusCode::OK, &schedule.view(limits::UPCOMING)))
}

fn not_changed(error: ChangeError) -> Problem {
    let kind = match error {
        ChangeError::Over => "schedule-over",
        ChangeError::OtherRevision(_) => "schedule-changed",
        ChangeError::TooManyHands => "too-many-hands",
        ChangeError::HasKeeper => "schedule-has-keeper",
        ChangeError::Never => return Problem::field("/rule", error.to_string()),
    };
    Problem::conflict(kind, format!("{error}."))
}

/// Replaces what a schedule asks for and when. Whoever does so keeps it from then on, and somebody else confirms it
/// anew. The same body changes nothing.
async fn replace(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepSchedules)?;
    let asked: Asked = incoming.json()?;
    let revision = asked.revision;
    let content = asked.checked(policy::in_force().await?.business.time_zone)?;
    change(id, async |unit, schedule| {
        let at = now();
        let known = schedule.clone();
        if !schedule.change(content.clone(), revision, &person.name, at).map_err(not_changed)? {
            return Ok(());
        }
        if known.plan.recurring() != schedule.plan.recurring() {
            let faults = schedule.plan.faults(schedule.plan.zone().day(at));
            // Its start may lie as far back as it does: nothing of before is made.
            let faults: Vec<_> = faults.into_iter().filter(|fault| fault.pointer != "/start").collect();
            if !faults.is_empty() {
                return Err(Problem::invalid(faults));
            }
        }
        let data = json!({"before": told(&known), "after": told(schedule)});
        let happened = Happening { actor: &person.name, what: "schedule_changed", why: "", data };
        note(unit, id, happened).await?;
        match &schedule.passed_over {
            Some(passed) if known.passed_over.as_ref() != Some(passed) => {
                schedules::tell_passed_over(unit, schedule, passed, &person.name).await
            }
            _ => Ok(()),
        }
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Noted {
    #[serde(default)]
    note: String,
}

/// Serves `POST /v1/schedules/{id}/end`: finance ends the schedule, and no request is made from now on. A second time
/// changes nothing.
pub async fn end(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepSchedules)?;
    let asked: Noted = body(incoming)?;
    bounded(&asked.note)?;
    change(id, async |unit, schedule| {
        if schedule.ended.is_some() {
            return Ok(());
        }
        schedule.end(&person.name, &asked.note, now());
        let happened = Happening { actor: &person.name, what: "schedule_ended", why: &asked.note, data: Value::Null };
        note(unit, id, happened).await
    })
    .await
}

/// Serves `POST /v1/schedules/{id}/missed/close`: finance has looked at the runs that were passed over. A second time
/// changes nothing.
pub async fn close_missed(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepSchedules)?;
    let asked: Noted = body(incoming)?;
    bounded(&asked.note)?;
    change(id, async |unit, schedule| {
        let Some(passed) = schedule.passed_over.take() else { return Ok(()) };
        let data = json!({"first": passed.first, "last": passed.last, "count": passed.count});
        let happened = Happening { actor: &person.name, what: "schedule_missed_closed", why: &asked.note, data };
        note(unit, id, happened).await
    })
    .await
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirming {
    #[serde(default)]
    revision: Option<u32>,
}

/// Serves `POST /v1/schedules/{id}/confirm`: somebody else than its makers confirms the schedule, so that its requests
/// may pass by themselves. A second time changes nothing.
pub async fn confirm(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ConfirmSchedules)?;
    let asked: Confirming = body(incoming)?;
    let policy = policy::in_force().await?;
    let level = &policy.levels.exceptions;
    if !person.holds(level, &policy) {
        let detail = format!("This needs the role approver:{level} or higher: whoever may decide on exceptions.");
        return Err(Problem::forbidden(detail));
    }
    change(id, async |unit, schedule| {
        let is_known = schedule.confirmed.is_some();
        schedule.confirm(&person.name, asked.revision, now()).map_err(not_confirmed)?;
        if is_known {
            return Ok(());
        }
        let data = json!({"revision": schedule.revision()});
        note(unit, id, Happening { actor: &person.name, what: "schedule_confirmed", why: "", data }).await
    })
    .await
}

fn not_confirmed(error: ConfirmError) -> Problem {
    let kind = match error {
        ConfirmError::OwnSchedule => return Problem::forbidden(format!("{error}.")),
        ConfirmError::Over => "schedule-over",
        ConfirmError::OtherRevision(_) => "schedule-changed",
        ConfirmError::NobodyKeepsIt => "schedule-has-no-keeper",
    };
    Problem::conflict(kind, format!("{error}."))
}
