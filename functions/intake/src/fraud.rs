//! Applies a card network's early warning of fraud: from then on, a person must look at everything on the payment.

use contraflow_domain::account::{FraudWarning as Warning, PaymentAccount};
use contraflow_domain::dispute;
use contraflow_domain::follow::Topic;
use contraflow_guest::problem::Problem;

use crate::bindings::contraflow::intake::source::FraudWarning;
use crate::once::Moved;
use crate::{once, payment};

/// Applies a warning, or news of an earlier one, once.
///
/// # Errors
/// When the message could not be stored; then the gateway tries again.
pub async fn apply_news(gateway: &str, id: &str, message: &FraudWarning) -> Result<(), Problem> {
    let warning = Warning { id: message.warning.clone(), actionable: message.actionable, kind: message.kind.clone() };
    once::take(gateway, id, async |unit| {
        let mut moved = Moved::default();
        for payment in std::iter::once(&message.payment).chain(&message.payment_aliases) {
            let apply = |account: &mut PaymentAccount| dispute::fraud_warning::apply_news(account, &warning);
            payment::apply_news(unit, (gateway, payment), Topic::Fraud, apply, &mut moved).await?;
        }
        Ok(moved)
    })
    .await
}
