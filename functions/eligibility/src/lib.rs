//! Computes what a request comes to, checks whether it can be granted, and sets the money aside.

use std::sync::Arc;

use contraflow_domain::dispute;
use contraflow_domain::eligibility::{self, Asked, Wish};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::Request;
use contraflow_domain::request::quote::Quoted;
use contraflow_domain::risk::{self, Basis, Counter, History};
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{accounts, keys, losses, now, policy, reasons, step, variable};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve_quoting(request, async |task| check(task.request).await, quote).await)
}

async fn check(id: &str) -> Result<Request, Problem> {
    transact(async |unit| {
        let at = now();
        unit.prefetch(&[keys::POLICY.to_owned(), keys::request(id), keys::packet(id)]).await?;
        let mut request = unit.request(id).await?;
        if request.stage() != RequestStatus::Received || request.packet.is_none() {
            return Ok(request);
        }
        let rules = Rules::by(policy::for_commit(unit).await?).await;
        judge(unit, &mut request, &rules, at).await?;
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await
}

/// Judges a request that is not stored: what would be set aside for it is not.
async fn quote(mut quoted: Quoted) -> Result<Quoted, Problem> {
    let rules = Rules::by(policy::under(quoted.under).await?).await;
    judge(&mut Unit::default(), &mut quoted.request, &rules, now()).await?;
    Ok(quoted)
}

/// What a request is judged by.
struct Rules {
    policy: Arc<Policy>,
    gateways: String,
}

impl Rules {
    async fn by(policy: Arc<Policy>) -> Self {
        Self { policy, gateways: variable("gateways").await }
    }
}

/// Checks a request by what is stored around it, and lets the unit write what changes there.
async fn judge(unit: &mut Unit, request: &mut Request, rules: &Rules, at: Timestamp) -> Result<(), Problem> {
    let refused = |refused: contraflow_domain::lifecycle::TransitionError| Problem::internal(refused.to_string());
    let gateways: Vec<&str> = rules.gateways.split_whitespace().collect();
    let mut held = accounts::load(unit, request).await?;
    request.resume("eligibility", at).map_err(refused)?;
    let wish = Wish::of(request);
    let mut asked = match &wish {
        Some(wish) => asked(unit, wish).await?,
        None => Asked::default(),
    };
    let is_first = held.invoice.is_none();
    eligibility::check(request, &mut held, &mut asked, &gateways, &rules.policy, at).map_err(refused)?;
    let is_granted = request.status == RequestStatus::Validated;
    // The captured amount may have been unknown when a dispute took the money.
    for account in &mut held.payments {
        let named = dispute::case::name_amounts(account);
        for dispute in &named {
            losses::reconcile(unit, account, dispute, at).await?;
        }
        if !named.is_empty() && !is_granted {
            unit.write(&accounts::key_of(account), account)?;
        }
    }
    if is_granted {
        reasons::record(unit, request, &rules.policy).await?;
        let mut history = history(unit, request).await?;
        risk::assess(request, &mut history, Basis { held: &held, is_first, policy: &rules.policy }, at);
        for (place, counter) in history.changed() {
            unit.write(&keys::risk(place), counter)?;
        }
        accounts::store(unit, &held)?;
        if let Some(wish) = wish.as_ref().filter(|_| asked.is_readable()) {
            unit.write(&keys::asked(wish), &asked)?;
        }
    }
    Ok(())
}

/// Reads what the risk score is worked out from. Only the parts that the request adds to must not change before the
/// commit: those of others are only counted.
async fn history(unit: &mut Unit, request: &Request) -> Result<History, Problem> {
    let mut history = History::of(request);
    let all: Vec<_> = history.places().map(keys::risk).collect();
    let own: Vec<_> = history.changed().map(|(place, _)| keys::risk(place)).collect();
    history.fill(unit.look_at_many::<Counter>(&all).await?);
    unit.read_many::<Counter>(&own).await?;
    Ok(history)
}

/// Reads the last requests that asked for the same without an invoice, without those that came to nothing. What can't
/// be read holds this one up no longer than a person needs to compare it.
async fn asked(unit: &mut Unit, wish: &Wish) -> Result<Asked, Problem> {
    let key = keys::asked(wish);
    let known = unit.read_each::<Asked>(std::slice::from_ref(&key)).await?.pop();
    let mut asked = match known {
        Some(Ok(known)) => known.unwrap_or_default(),
        Some(Err(problem)) => {
            eprintln!("{}", problem.detail);
            Asked::unreadable()
        }
        None => Asked::default(),
    };
    let ids: Vec<String> = asked.requests().map(str::to_owned).collect();
    let wanted: Vec<_> = ids.iter().map(|id| keys::request(id)).collect();
    let found = unit.read_each::<Request>(&wanted).await?;
    let mut refused = Vec::new();
    for (id, request) in ids.into_iter().zip(found) {
        match request {
            Ok(Some(request)) if request.status.is_refused() => refused.push(id),
            Ok(_) => {}
            Err(problem) => {
                eprintln!("{}", problem.detail);
                asked.cannot_read(&id);
            }
        }
    }
    asked.forget(|id| refused.iter().any(|known| known == id));
    Ok(asked)
}
