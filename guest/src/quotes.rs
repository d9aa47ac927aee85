//! Hands a request that is stored nowhere round the steps that say what would become of it.

use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::request::quote::Quoted;

use crate::drive::component_of;
use crate::http_io::ask;
use crate::problem::Problem;
use crate::{limits, now};

/// Lets each step do its work on the request, as far as the chain goes without any effect.
///
/// # Errors
/// 503 when a step, the ERP or the policy can't be asked.
pub async fn hand_round(mut quoted: Quoted) -> Result<Quoted, Problem> {
    for _ in 0..limits::HOPS {
        let Next::Do(step @ (Step::InvoiceLookup | Step::Eligibility | Step::Approval)) =
            chain::next(&quoted.request, now())
        else {
            break;
        };
        let step = component_of(&step);
        quoted = ask(&step, &format!("/quotes/{step}"), &quoted).await?;
    }
    Ok(quoted)
}
