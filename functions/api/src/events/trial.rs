//! Tries the rules of a policy on events: which requests they would make, and what would be decided on each. Nothing is
//! stored.

use contraflow_domain::dry_run::{EventTrial, RuleTrial};
use contraflow_domain::limits::TRIED_REQUESTS;
use contraflow_domain::making::{self, Event};
use contraflow_domain::policy::Policy;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::quote::Quoted;
use contraflow_domain::request::ruled::PolicyText;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::Unit;
use contraflow_guest::{now, quotes};

use super::make::{self, Making, Wanted};
use super::sent;

/// Says what the rules of a policy would make of events that come one after the other, were it in force: by the same
/// steps as when they are taken in. What a rule makes of one counts against its bounds for those after it.
///
/// # Errors
/// 422 where more requests would be made than are tried at once, 503 where a step, the ERP or the store does not
/// answer.
pub async fn of(
    events: Vec<Result<Event, Vec<FieldError>>>,
    policy: (PolicyText, &Policy),
    sender: &str,
) -> Result<Vec<EventTrial>, Problem> {
    let read: Vec<_> =
        events.iter().map(|event| event.as_ref().map(|event| (event, wanted(policy.1, event)))).collect();
    let asks: usize = read.iter().flatten().flat_map(|(_, wanted)| wanted).map(|wanted| wanted.asks.len()).sum();
    if asks > TRIED_REQUESTS {
        let detail = format!(
            "These events would make {asks} requests, and at most {TRIED_REQUESTS} are tried at once: send fewer events."
        );
        return Err(Problem::too_many("", detail));
    }
    // What is counted stays in this unit, which is never committed.
    let mut unit = Unit::default();
    let author = make::author(&mut unit, policy.1).await?;
    let mut items = Vec::with_capacity(read.len());
    for one in read {
        items.push(match one {
            Err(wrong) => EventTrial { errors: wrong.clone(), ..EventTrial::default() },
            Ok((event, wanted)) => {
                let hands = author.clone().into_iter().collect();
                let making = Making { policy: policy.1, event, sender, hands };
                tried(&mut unit, &making, wanted, policy.0).await?
            }
        });
    }
    Ok(items)
}

fn wanted<'a>(policy: &'a Policy, event: &Event) -> Result<Wanted<'a>, Vec<FieldError>> {
    make::wanted(policy, event).map_err(sent::errors)
}

async fn tried(
    unit: &mut Unit,
    making: &Making<'_>,
    wanted: Result<Wanted<'_>, Vec<FieldError>>,
    text: PolicyText,
) -> Result<EventTrial, Problem> {
    let (event, policy) = (making.event, making.policy);
    let known = make::is_known(unit, event).await?;
    let (id, kind) = (Some(event.id.clone()), Some(event.kind.clone()));
    let trial = EventTrial { id, kind, known, ..EventTrial::default() };
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(errors) => return Ok(EventTrial { errors, ..trial }),
    };
    let why = wanted.takes_none().then(|| make::taken_by_none(&policy.title(), event));
    let mut made = Vec::with_capacity(wanted.asks.len());
    for (rule, ask) in wanted.asks {
        let prepared = making.prepare(unit, rule, ask).await?;
        prepared.count(unit)?;
        let request = prepared.asked.request(&making::asker(&rule.name), now()).await;
        let quoted = quotes::hand_round(Quoted::new(request, Some(text))).await?;
        made.push(RuleTrial { rule: rule.name.clone(), over: prepared.over, simulation: quoted.into() });
    }
    Ok(EventTrial { made, nothing: wanted.nothing, why, ..trial })
}
