//! A card network's early warning of fraud: nothing on the payment passes by itself any more.

use contraflow_domain::account::{FraudWarning as Warning, PaymentAccount};
use contraflow_domain::request::Request;
use contraflow_domain::warnings;
use contraflow_guest::drive::drive_later;
use contraflow_guest::keys;
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::transact;

use crate::bindings::contraflow::intake::source::FraudWarning;
use crate::payment;

/// Takes a warning, or news of one, once.
///
/// # Errors
/// When it could not be stored: the gateway tries again.
pub async fn hear(gateway: &str, id: &str, message: &FraudWarning) -> Result<(), Problem> {
    let seen = keys::inbound(gateway, "", id);
    let warning = Warning { id: message.warning.clone(), actionable: message.actionable, kind: message.kind.clone() };
    let moved = transact(async |unit| {
        if unit.read::<bool>(&seen).await?.is_some() {
            return Ok(Vec::new());
        }
        unit.write(&seen, &true)?;
        let mut moved = Vec::new();
        for payment in std::iter::once(&message.payment).chain(&message.payment_aliases) {
            let hear = |account: &mut PaymentAccount| warnings::hear(account, &warning);
            let follow = |request: &mut Request, account: &mut PaymentAccount, at| {
                warnings::follow(request, account, gateway, at);
            };
            moved.extend(payment::hear(unit, gateway, payment, hear, follow).await?.1);
        }
        Ok(moved)
    })
    .await?;
    for (request, next) in moved {
        drive_later(request, next);
    }
    Ok(())
}
