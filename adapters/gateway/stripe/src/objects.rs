//! Stripe's objects, as far as they matter here (<https://docs.stripe.com/api/refunds/object>,
//! <https://docs.stripe.com/api/disputes/object>).

use serde::Deserialize;

use crate::amounts;
use crate::bindings::contract::{DisputeStatus, IdempotencyKey, Money, Refund, RefundStatus};

/// A reference to another object: its id, or the object itself where it was expanded.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Link {
    /// The id alone.
    Id(String),
    /// The object.
    Object {
        /// Its id.
        id: String,
    },
}

impl Link {
    /// Returns the other object's id.
    pub fn into_id(self) -> String {
        match self {
            Self::Id(id) | Self::Object { id } => id,
        }
    }
}

/// A payment under all of its names: a payment intent and a charge name the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentNames {
    /// The payment intent where there is one, or else the charge; empty where neither is named.
    pub first: String,
    /// The others.
    pub aliases: Vec<String>,
}

impl PaymentNames {
    /// Reads the payment's names from the two fields that refunds and disputes have.
    pub fn of(payment_intent: Option<Link>, charge: Option<Link>) -> Self {
        let mut names = payment_intent.into_iter().chain(charge).map(Link::into_id);
        Self { first: names.next().unwrap_or_default(), aliases: names.collect() }
    }
}

/// A refund.
#[derive(Clone, Debug, Deserialize)]
pub struct RefundObject {
    /// `re_…` or `pyr_…`.
    pub id: String,
    amount: i64,
    currency: String,
    charge: Option<Link>,
    payment_intent: Option<Link>,
    status: Option<String>,
    failure_reason: Option<String>,
    metadata: Option<Metadata>,
}

/// What contraflow keeps with a refund so that it can be found again.
#[derive(Clone, Debug, Deserialize)]
struct Metadata {
    contraflow_key: Option<String>,
}

impl RefundObject {
    /// Returns the key that contraflow made it under; `None` for a refund that something else made.
    pub fn key(&self) -> Option<&str> {
        self.metadata.as_ref()?.contraflow_key.as_deref()
    }

    /// Returns the payment that it belongs to.
    pub fn payment(&self) -> PaymentNames {
        PaymentNames::of(self.payment_intent.clone(), self.charge.clone())
    }

    /// Returns where it stands. Only the words that Stripe documents as final are final; anything else is pending.
    pub fn status(&self) -> RefundStatus {
        match self.status.as_deref() {
            Some("succeeded") => RefundStatus::Succeeded,
            Some("failed") => RefundStatus::Failed,
            Some("canceled") => RefundStatus::Canceled,
            Some("requires_action") => RefundStatus::RequiresAction,
            _ => RefundStatus::Pending,
        }
    }

    /// Returns Stripe's word for a failure.
    pub fn failure(&self) -> Option<String> {
        match self.status() {
            RefundStatus::Failed | RefundStatus::Canceled => self.failure_reason.clone(),
            _ => None,
        }
    }

    /// Returns the refunded amount.
    pub fn amount(&self) -> Result<Money, String> {
        amounts::from_stripe(self.amount, &self.currency)
    }

    /// Turns it into the contract's refund. `asked_for` is the caller's name for the payment, which stays the name in
    /// the answer.
    pub fn into_refund(self, asked_for: &str) -> Result<Refund, String> {
        let names = self.payment();
        let is_known =
            names.first.is_empty() || names.first == asked_for || names.aliases.iter().any(|name| name == asked_for);
        Ok(Refund {
            amount: self.amount()?,
            status: self.status(),
            failure: self.failure(),
            key: self.key().map(|value| IdempotencyKey { value: value.to_owned() }),
            payment: if is_known { asked_for.to_owned() } else { names.first },
            reference: self.id,
        })
    }
}

/// A list of refunds, or one page of it.
#[derive(Clone, Debug, Deserialize)]
pub struct RefundList {
    /// The newest first.
    pub data: Vec<RefundObject>,
    /// Whether another page follows.
    pub has_more: bool,
}

/// A dispute.
#[derive(Clone, Debug, Deserialize)]
pub struct DisputeObject {
    /// `du_…` or `dp_…`.
    pub id: String,
    amount: i64,
    currency: String,
    charge: Option<Link>,
    payment_intent: Option<Link>,
    status: String,
    /// The cardholder's reason: `fraudulent`, `product_not_received`, …
    pub reason: Option<String>,
}

impl DisputeObject {
    /// Returns the disputed payment.
    pub fn payment(&self) -> PaymentNames {
        PaymentNames::of(self.payment_intent.clone(), self.charge.clone())
    }

    /// Returns the disputed amount.
    pub fn amount(&self) -> Result<Money, String> {
        amounts::from_stripe(self.amount, &self.currency)
    }

    /// Returns where it stands. A word that Stripe did not document counts as open, because an open dispute pays
    /// nothing out twice.
    pub fn status(&self) -> DisputeStatus {
        match self.status.as_str() {
            // An inquiry takes no money, also while its evidence is read.
            "warning_needs_response" | "warning_under_review" => DisputeStatus::Inquiry,
            "warning_closed" => DisputeStatus::WarningClosed,
            "under_review" => DisputeStatus::UnderReview,
            "won" => DisputeStatus::Won,
            "lost" => DisputeStatus::Lost,
            "prevented" => DisputeStatus::Prevented,
            _ => DisputeStatus::Open,
        }
    }
}

/// A charge, as `charge.refunded` carries it. Since version 2022-11-15 it comes without its refunds.
#[derive(Clone, Debug, Deserialize)]
pub struct ChargeObject {
    /// `ch_…` or `py_…`.
    pub id: Option<String>,
    /// The payment intent that it is of.
    pub payment_intent: Option<Link>,
    /// Its refunds, where they are embedded.
    pub refunds: Option<RefundList>,
    amount_refunded: Option<i64>,
    currency: Option<String>,
}

impl ChargeObject {
    /// Returns all that has gone back of it; `None` where it does not say.
    pub fn total(&self) -> Option<Result<Money, String>> {
        Some(amounts::from_stripe(self.amount_refunded?, self.currency.as_deref()?))
    }
}

/// A card network's early warning of fraud (<https://docs.stripe.com/api/radar/early_fraud_warnings/object>).
#[derive(Clone, Debug, Deserialize)]
pub struct FraudWarningObject {
    /// `issfr_…`.
    pub id: String,
    charge: Link,
    payment_intent: Option<Link>,
    /// Whether the charge is neither disputed nor refunded in full.
    pub actionable: bool,
    /// `made_with_stolen_card`, …
    pub fraud_type: Option<String>,
}

impl FraudWarningObject {
    /// Returns the payment that it is about.
    pub fn payment(&self) -> PaymentNames {
        PaymentNames::of(self.payment_intent.clone(), Some(self.charge.clone()))
    }
}

/// What Stripe answers where it refuses.
#[derive(Clone, Debug, Deserialize)]
pub struct ErrorAnswer {
    /// Why.
    pub error: ErrorObject,
}

/// Why Stripe refused.
#[derive(Clone, Debug, Deserialize)]
pub struct ErrorObject {
    /// `card_error`, `invalid_request_error`, `idempotency_error`, `api_error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short word, where it has one: `charge_already_refunded`, …
    pub code: Option<String>,
    /// Its words.
    pub message: Option<String>,
}
