//! Hands on the schedules of whoever left: they wait for another keeper, and their requests for a person meanwhile.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::chronicle::Happening;
use contraflow_domain::identity::Identity;
use contraflow_domain::schedule::Schedule;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{decode, transact};
use contraflow_guest::{keys, limits, now, schedules, store};
use serde_json::{Value, json};

use super::{change, not_changed, note};

/// Serves `POST /v1/schedules/{id}/take-over`: somebody in finance takes over a schedule whose keeper has left. Their
/// requests are theirs from then on, and somebody else confirms it anew.
pub async fn take_over(id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::KeepSchedules)?;
    change(id, async |unit, schedule| {
        let before = schedule.keeper().to_owned();
        schedule.take_over(&person.name, now()).map_err(not_changed)?;
        let data = json!({"from": before, "revision": schedule.revision()});
        note(unit, id, Happening { actor: &person.name, what: "schedule_taken_over", why: "", data }).await
    })
    .await
}

/// Lets the schedules wait for another keeper that somebody kept who left, and returns the ids of those that do; of
/// many the first. A second time finishes what the first did not.
///
/// # Errors
/// When the store does not answer.
pub async fn leave(who: &Identity, by: &str) -> Result<Vec<String>, Problem> {
    let prefix = keys::schedule("");
    let mut start = prefix.clone();
    let mut found = Vec::new();
    loop {
        let page = store::scan(start, store::end_of(&prefix), limits::PAGE_MOST).await?;
        for entry in &page.entries {
            // The doctor tells of what can't be read.
            let Ok(schedule) = decode::<Schedule>(&entry.key, &entry.value) else { continue };
            let is_theirs = schedule.next.is_some() && Identity::read(schedule.keeper()).is(who);
            if is_theirs && (schedule.left.is_some() || hand_on(&schedule.id, who, by).await?) {
                found.push(schedule.id);
            }
        }
        match page.next {
            Some(next) => start = next,
            None => break,
        }
    }
    found.truncate(limits::WAITING_SHOWN as usize);
    Ok(found)
}

async fn hand_on(id: &str, who: &Identity, by: &str) -> Result<bool, Problem> {
    transact(async |unit| {
        let mut schedule = schedules::find(unit, id).await?;
        let before = schedule.due();
        let is_news = schedule.leave(who, now());
        if is_news {
            schedules::store(unit, &schedule, before)?;
            let happened = Happening { actor: by, what: "schedule_keeper_left", why: "", data: Value::Null };
            note(unit, id, happened).await?;
        }
        Ok(is_news)
    })
    .await
}
