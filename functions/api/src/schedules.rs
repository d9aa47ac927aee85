//! Serves schedules: adjustments that come again every month, made and ended by finance, and confirmed by somebody
//! else.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::limits::SCHEDULE_NAME_CHARS;
use contraflow_domain::request::ask::{Ask, Kind};
use contraflow_domain::request::draft::{self, Draft, FieldError};
use contraflow_domain::schedule::{ConfirmError, Every, Plan, Schedule};
use contraflow_domain::time::Day;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::receive::REUSED;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{auth, keys, new_id, now, policy, schedules, store};
use http::{HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::change::body;
use crate::{bounded, people};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    name: String,
    every: Every,
    day: u32,
    from: Day,
    #[serde(default)]
    until: Option<Day>,
    /// What is asked in every period. It is for a customer and not for an invoice, because what remains of an invoice
    /// is not the same in two periods.
    request: Draft,
}

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

/// Makes a schedule for finance, and answers 201 with it; the same key and body get the same answer again.
async fn make(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepSchedules)?;
    let key = incoming.idempotency_key()?;
    let asked: Asked = incoming.json()?;
    let name = asked.name;
    let zone = policy::in_force().await?.business.time_zone;
    let plan = Plan { every: asked.every, day: asked.day, from: asked.from, until: asked.until, zone };
    let strange = out_of_place(&asked.request);
    if !strange.is_empty() {
        return Err(Problem::malformed(strange));
    }
    let ask = checked(&name, &asked.request)?;
    let fingerprint = contraflow_audit::canonical_hash(&(&name, &plan, &ask))
        .map_err(|error| Problem::internal(error.to_string()))?;
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
        let at = now();
        // The dates are checked against today, so only for a new schedule: the same body sent tomorrow is the same
        // schedule.
        let faults = plan.faults(zone.day(at));
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let schedule = Schedule::new(new_id(), name.clone(), plan.clone(), ask.clone(), person.name.clone(), at);
        schedules::store(unit, &schedule, None)?;
        let receipt = Receipt { schedule: schedule.id.clone(), fingerprint: fingerprint.clone() };
        unit.write(&receipt_key, &receipt)?;
        Ok(schedule)
    })
    .await?;
    let mut answer = json(StatusCode::CREATED, &view(&schedule));
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/schedules/{}", schedule.id)) {
        answer.headers_mut().insert(http::header::LOCATION, location);
    }
    Ok(answer)
}

/// Returns errors for the fields that a request may have and a schedule may not.
fn out_of_place(asked: &Draft) -> Vec<FieldError> {
    let given = [
        ("invoice", asked.invoice.is_some()),
        ("lines", !asked.lines.is_empty()),
        ("evidence", !asked.evidence.is_empty()),
    ];
    let refused = given.into_iter().filter(|(_, is_given)| *is_given).map(|(field, _)| FieldError {
        pointer: format!("/request/{field}"),
        detail: "a schedule asks for a customer and an amount: leave this out".into(),
    });
    refused.collect()
}

/// Returns the ask, or everything that is wrong with it and with the name.
fn checked(name: &str, asked: &Draft) -> Result<Ask, Problem> {
    let mut errors = Vec::new();
    let length = name.chars().count();
    if !(1..=SCHEDULE_NAME_CHARS).contains(&length) || name.chars().any(char::is_control) {
        let detail = format!("must be 1 to {SCHEDULE_NAME_CHARS} characters without control characters");
        errors.push(FieldError { pointer: "/name".into(), detail });
    }
    match draft::check(asked) {
        Ok(ask) if errors.is_empty() => return Ok(ask),
        Ok(_) => {}
        Err(wrong) => errors.extend(Problem::invalid(wrong).below("/request").errors.into_iter().map(|error| {
            // A schedule has no invoice that could be missing.
            if error.pointer != "/request/invoice" {
                return error;
            }
            let kind = Kind::named(&asked.kind).map_or(asked.kind.as_str(), |kind| kind.title());
            let detail = format!("“{kind}” corrects an invoice: a schedule asks for what needs none");
            FieldError { pointer: "/request/kind".into(), detail }
        })),
    }
    Err(Problem::invalid(errors))
}

/// Returns a page of the schedules, oldest first.
async fn list(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadSchedules)?;
    let is_id = |text: &str| text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let after = incoming.cursor(|cursor| is_id(cursor).then(|| cursor.to_owned()))?.unwrap_or_default();
    let prefix = keys::schedule("");
    let page = store::scan(format!("{prefix}{after}"), store::end_of(&prefix), incoming.page_limit()?).await?;
    let mut items = Vec::with_capacity(page.entries.len());
    for entry in &page.entries {
        let schedule: Schedule = serde_json::from_slice(&entry.value).map_err(|error| {
            Problem::internal(format!("What is stored under {} can't be read: {error}.", entry.key))
        })?;
        items.push(view(&schedule));
    }
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(&prefix));
    Ok(json(StatusCode::OK, &json!({"items": items, "next": next})))
}

/// Serves `GET /v1/schedules/{id}`: returns the schedule.
pub async fn one(id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ReadSchedules)?;
    let schedule = schedules::find(&mut Unit::default(), id).await?;
    Ok(json(StatusCode::OK, &view(&schedule)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    #[serde(default)]
    note: String,
}

/// Serves `POST /v1/schedules/{id}/end`: finance ends the schedule, and no request is made from now on. A second time
/// changes nothing.
pub async fn end(incoming: &Incoming, id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepSchedules)?;
    let asked: Ending = body(incoming)?;
    bounded(&asked.note)?;
    let schedule = transact(async |unit| {
        let mut schedule = schedules::find(unit, id).await?;
        let before = schedule.due();
        schedule.end(&person.name, &asked.note, now());
        schedules::store(unit, &schedule, before)?;
        Ok(schedule)
    })
    .await?;
    Ok(json(StatusCode::OK, &view(&schedule)))
}

/// Serves `POST /v1/schedules/{id}/confirm`: somebody else than its maker confirms the schedule, so that its requests
/// may pass by themselves. A second time changes nothing.
pub async fn confirm(id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::ConfirmSchedules)?;
    let policy = policy::in_force().await?;
    let level = &policy.levels.exceptions;
    if !person.holds(level, &policy) {
        let detail = format!("This needs the role approver:{level} or higher: whoever may decide on exceptions.");
        return Err(Problem::forbidden(detail));
    }
    let schedule = transact(async |unit| {
        let mut schedule = schedules::find(unit, id).await?;
        match schedule.confirm(&person.name, now()) {
            Ok(()) => {}
            Err(own @ ConfirmError::OwnSchedule) => return Err(Problem::forbidden(format!("{own}."))),
            Err(over @ ConfirmError::Over) => return Err(Problem::conflict("schedule-over", format!("{over}."))),
        }
        let before = schedule.due();
        schedules::store(unit, &schedule, before)?;
        Ok(schedule)
    })
    .await?;
    Ok(json(StatusCode::OK, &view(&schedule)))
}

fn view(schedule: &Schedule) -> Value {
    let next = schedule.next.map(|period| json!({"period": period, "on": period.on(schedule.plan.day)}));
    json!({
        "id": schedule.id,
        "name": schedule.name,
        "every": schedule.plan.every,
        "day": schedule.plan.day,
        "from": schedule.plan.from,
        "until": schedule.plan.until,
        "time_zone": schedule.plan.zone,
        "request": {
            "kind": schedule.ask.kind,
            "direction": schedule.ask.direction(),
            "customer": schedule.ask.customer,
            "amount": schedule.ask.amount,
            "reason": schedule.ask.reason,
            "note": schedule.ask.note,
            "destination": schedule.ask.destination,
        },
        "made_by": schedule.made_by,
        "created_at": schedule.created_at,
        "next": next,
        "last": schedule.last,
        "ended": schedule.ended,
        "confirmed": schedule.confirmed,
    })
}
