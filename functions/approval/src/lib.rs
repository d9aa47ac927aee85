//! Asks the policy who must decide, and ends what nobody decided in time.

use contraflow_domain::approval;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::Request;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;
use contraflow_guest::{accounts, now, policy, step};
use spin_sdk::http::IntoResponse;
use spin_sdk::http_service;

#[http_service]
async fn handle(request: spin_sdk::http::Request) -> anyhow::Result<impl IntoResponse> {
    Ok(step::serve(request, async |task| route(task.request).await).await)
}

async fn route(id: &str) -> Result<Request, Problem> {
    let policy = policy::in_force().await?;
    transact(async |unit| {
        let at = now();
        let mut request = unit.request(id).await?;
        let refused = |refused: contraflow_domain::lifecycle::TransitionError| Problem::internal(refused.to_string());
        if request.stage() == RequestStatus::Validated {
            request.resume("approval", at).map_err(refused)?;
            approval::route(&mut request, &policy, at).map_err(refused)?;
        } else if !request.status.awaits_people() {
            return Ok(request);
        } else if approval::rejection::is_over(&mut request, at) {
            let mut held = accounts::load(unit, &request).await?;
            approval::rejection::expire(&mut request, at).map_err(refused)?;
            approval::rejection::release(&mut request, &mut held, at)?;
            accounts::store(unit, &held)?;
        }
        unit.save(&mut request, at)?;
        Ok(request)
    })
    .await
}
