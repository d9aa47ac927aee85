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
            if let Some(wish) = &wish {
                unit.write(&keys::asked(wish), &asked)?;
            }
        }
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await
}

/// Reads the last requests that asked for the same without an invoice, without those that came to nothing.
async fn asked(unit: &mut Unit, wish: &Wish) -> Result<Asked, Problem> {
    let mut asked: Asked = unit.read(&keys::asked(wish)).await?.unwrap_or_default();
    let wanted: Vec<_> = asked.requests().map(keys::request).collect();
    let found: Vec<Option<Request>> = unit.read_many(&wanted).await?;
    let nothing = |request: &&Request| request.status.is_refused();
    let refused: Vec<_> = found.iter().flatten().filter(nothing).map(|request| request.id.as_str()).collect();
    asked.forget(|id| refused.contains(&id));
    Ok(asked)
}
