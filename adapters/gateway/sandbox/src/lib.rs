//! A gateway in a box. It pays nobody and keeps what it would have paid in the table `sandbox_refund`; how it behaves
//! is chosen by the payment's reference (see module `behaviour`). It caps nothing, unless the reference says what was
//! captured. What its messages tell of disputes is true of it, and kept in the table `sandbox_dispute`, unless the
//! reference says otherwise.

mod behaviour;
mod bindings;
mod ledger;
mod limits;
mod transform;
mod webhook;
mod words;

use bindings::contract::{
    Decline, Delivery, Fault, Inbound, Meaning, Outcome, Refund, RefundOrder, RefundQuery, Refusal, Retry, Standing,
    Terms,
};
use bindings::exports::contraflow::gateway::{disputes, refunds, refunds_read};
use bindings::exports::contraflow::intake::source;

use behaviour::{Behaviour, Fate};
use ledger::Call;

/// The component.
struct Sandbox;

impl refunds::Guest for Sandbox {
    async fn submit(order: RefundOrder) -> Result<Outcome, Fault> {
        transform::check(&order)?;
        let behaviour = Behaviour::of(&order.payment).map_err(Fault::InvalidArgument)?;
        if !behaviour.hangs.is_zero() {
            spin_sdk::time::sleep(behaviour.hangs).await;
        }
        if behaviour.unauthorized {
            return Err(Fault::Unauthorized("the sandbox was told to refuse these credentials".into()));
        }
        let fate = if behaviour.counts_orders() {
            behaviour.fate(ledger::count(&order.key.value, Call::Order).await?)
        } else {
            Fate::IsAnswered
        };
        match fate {
            Fate::Unavailable => return Err(not_taken(None)),
            Fate::Throttled => return Err(not_taken(Some(limits::THROTTLE_AFTER_MS))),
            Fate::Vanishes => return Err(no_answer()),
            Fate::IsLost | Fate::IsAnswered => {}
        }
        let outcome = take(&order, &behaviour).await?;
        if fate == Fate::IsLost {
            return Err(no_answer());
        }
        Ok(outcome)
    }
}

async fn take(order: &RefundOrder, behaviour: &Behaviour) -> Result<Outcome, Fault> {
    if behaviour.declines {
        return Ok(Outcome::Declined(Decline {
            code: "sandbox_declined".into(),
            detail: "the sandbox was told to refuse this refund".into(),
        }));
    }
    if let Some(made) = ledger::make(order, behaviour).await? {
        return Ok(Outcome::Accepted(made));
    }
    let first = ledger::first(&order.key.value).await?;
    if first.is_none() && behaviour.captured_minor.is_some() {
        return Ok(Outcome::Declined(Decline {
            code: "sandbox_exceeds_captured".into(),
            detail: "with what has gone back before, this is more than the sandbox was told was captured".into(),
        }));
    }
    let first = first.ok_or_else(|| {
        Fault::OutcomeUnknown("the refund under this key was removed from the sandbox meanwhile".into())
    })?;
    if transform::is_same(order, &first) {
        Ok(Outcome::AlreadyAccepted(first))
    } else {
        Err(Fault::KeyReusedWithDifferentInput(format!(
            "the key `{}` made the refund {} before, for another payment or amount",
            order.key.value, first.reference
        )))
    }
}

impl refunds_read::Guest for Sandbox {
    async fn promises(payment: String) -> Terms {
        let behaviour = Behaviour::of(&payment).unwrap_or_default();
        let known = behaviour.knows_keys_for.map(|known| u64::try_from(known.as_millis()).unwrap_or(u64::MAX));
        Terms {
            key_lifetime_ms: if behaviour.ignores_keys { Some(0) } else { known },
            absence_is_proof: !behaviour.no_search,
        }
    }

    async fn find(query: RefundQuery) -> Result<Option<Refund>, Fault> {
        let behaviour = Behaviour::of(&query.payment).map_err(Fault::InvalidArgument)?;
        if !behaviour.hangs.is_zero() {
            spin_sdk::time::sleep(behaviour.hangs).await;
        }
        if behaviour.counts_lookups() && behaviour.is_blind(ledger::count(&query.key.value, Call::LookUp).await?) {
            return Err(no_answer());
        }
        if behaviour.no_search && query.reference.is_none() {
            return Ok(None);
        }
        ledger::look_up(&query, &behaviour).await
    }
}

impl disputes::Guest for Sandbox {
    async fn look(dispute: String, payment: String) -> Result<Standing, Fault> {
        let behaviour = Behaviour::of(&payment).map_err(Fault::InvalidArgument)?;
        if !behaviour.hangs.is_zero() {
            spin_sdk::time::sleep(behaviour.hangs).await;
        }
        if behaviour.unauthorized {
            return Err(Fault::Unauthorized("the sandbox was told to refuse these credentials".into()));
        }
        if behaviour.no_disputes {
            return Ok(Standing::NotTold);
        }
        if behaviour.counts_lookups() && behaviour.is_blind(ledger::count(&dispute, Call::LookUp).await?) {
            return Err(no_answer());
        }
        match behaviour.disputes {
            Some(status) => Ok(Standing::Stands(status)),
            None => ledger::dispute(&dispute, &payment).await,
        }
    }
}

impl source::Guest for Sandbox {
    async fn read(delivery: Delivery) -> Result<Vec<Inbound>, Refusal> {
        let secret = contraflow_adapter_support::config::required("sandbox_webhook_secret")
            .await
            .map_err(Refusal::NotConfigured)?;
        let envelope = webhook::verify(&secret, &delivery)?;
        let inbound = transform::inbound(envelope, &delivery.body);
        if let (Meaning::Dispute(news), Some(at)) = (&inbound.meaning, inbound.occurred_at) {
            // Its sender tries again where it can't be kept.
            let kept = ledger::hear(news, at).await;
            kept.map_err(|_| Refusal::NotConfigured("the sandbox can't keep what it is told".into()))?;
        }
        Ok(vec![inbound])
    }
}

fn not_taken(after_ms: Option<u64>) -> Fault {
    Fault::NotSent(Retry { detail: "the sandbox was told to be unavailable".into(), after_ms })
}

fn no_answer() -> Fault {
    Fault::OutcomeUnknown("the sandbox was told to lose its answer".into())
}
