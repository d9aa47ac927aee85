//! Computes what a request comes to, checks whether it can be granted, and sets the money aside.

use contraflow_domain::dispute;
use contraflow_domain::eligibility::{self, Asked, Wish};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::{accounts, keys, losses, now, policy, step, variable};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve(request, async |task| check(task.request).await).await)
}

async fn check(id: &str) -> Result<Request, Problem> {
    let policy = policy::in_force().await?;
    let gateways = variable("gateways").await;
    let gateways: Vec<&str> = gateways.split_whitespace().collect();
    transact(async |unit| {
        let at = now();
        let mut request = unit.request(id).await?;
        if request.stage() != RequestStatus::Received || request.packet.is_none() {
            return Ok(request);
        }
        let refused = |refused: contraflow_domain::lifecycle::TransitionError| Problem::internal(refused.to_string());
        let mut held = accounts::load(unit, &request).await?;
        request.resume("eligibility", at).map_err(refused)?;
        let wish = Wish::of(&request);
        let mut asked = match &wish {
            Some(wish) => asked(unit, wish).await?,
            None => Asked::default(),
        };
        eligibility::check(&mut request, &mut held, &mut asked, &gateways, &policy, at).map_err(refused)?;
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
            accounts::store(unit, &held)?;
            if let Some(wish) = wish.as_ref().filter(|_| asked.is_readable()) {
                unit.write(&keys::asked(wish), &asked)?;
            }
        }
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await
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
