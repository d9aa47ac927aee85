//! Lends authority: to whom, and until when.

use contraflow_domain::approval::delegation::{Delegation, lendable};
use contraflow_domain::limits as bounds;
use contraflow_domain::time::Timestamp;
use contraflow_guest::problem::Problem;
use maud::{Markup, html};
use serde_json::json;

use crate::api_client;
use crate::form::Form;
use crate::locale::{current, say};
use crate::moment::end_of;
use crate::parts::fields::{self, Faults, Field};
use crate::parts::layout::csrf;
use crate::parts::time;
use crate::parts::words::role;
use crate::session::Session;

/// Lends what the form says, and returns the sentence that the page says afterwards.
///
/// # Errors
/// When something is wrong, which is told at its field.
pub async fn lend(session: &Session, typed: &Form, faults: &mut Faults) -> Result<String, Problem> {
    let until = end_of(typed.get("until"), current().zone);
    if typed.some("to").is_none() {
        faults.add("to", say!("loans-to-missing"));
    }
    if until.is_none() {
        faults.add("until", say!("loans-until-missing"));
    }
    let Some(until) = until.filter(|_| faults.is_empty()) else { return Err(Problem::invalid(Vec::new())) };
    let body = json!({"to": typed.get("to"), "until": until});
    let lent: Delegation = api_client::ask(session, "/v1/delegations", &body).await?;
    Ok(say!("loans-done-lent", name = lent.to.as_str(), until = time::absolute(lent.until)))
}

/// Draws the form.
pub fn form(session: &Session, typed: &Form, faults: &Faults, now: Timestamp) -> Markup {
    let roles: Vec<_> = lendable(&session.person).iter().map(|name| role(name)).collect();
    let zone = current().zone;
    let last = zone.day(now.plus_ms(u64::from(bounds::DELEGATION_DAYS) * bounds::DAY_MS));
    let to = Field {
        hint: say!("loans-to-hint"),
        most: bounds::PERSON_CHARS,
        is_required: true,
        ..Field::new("to", say!("loans-to-whom"))
    };
    let until = Field {
        kind: "date",
        hint: say!("loans-until-hint", day = time::day(last)),
        is_required: true,
        ..Field::new("until", say!("loans-until-when"))
    };
    html! {
        form.card method="post" action="/delegations" {
            (csrf(session))
            h2 { (say!("loans-lend")) }
            p { (say!("loans-lend-hint")) }
            (fields::text(&to, typed, faults))
            (fields::text(&until, typed, faults))
            p.quiet { (say!("loans-what", roles = roles.join(", "))) }
            button.primary { (say!("loans-lend-now")) }
        }
    }
}
