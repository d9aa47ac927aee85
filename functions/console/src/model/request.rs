//! A request.

use serde::Deserialize;
use serde_json::Value;

use super::{Invoice, Money, or_default};

/// Everything about one ask, as the caller may see it. In a list only its head is there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RequestView {
    /// A UUID.
    pub id: String,
    /// What kind of adjustment.
    pub kind: String,
    /// Where it stands.
    pub status: String,
    /// Who asked.
    pub requester: String,
    /// Where it came from.
    #[serde(deserialize_with = "or_default")]
    pub source: Source,
    /// `credit`, or `debit`: the customer owes more.
    #[serde(deserialize_with = "or_default")]
    pub direction: String,
    /// The invoice that it corrects.
    pub invoice: Option<String>,
    /// Who gets it.
    pub customer: Option<String>,
    /// A short word for why.
    #[serde(deserialize_with = "or_default")]
    pub reason: String,
    /// The story.
    #[serde(deserialize_with = "or_default")]
    pub note: String,
    /// Where the money is to go.
    #[serde(deserialize_with = "or_default")]
    pub destination: String,
    /// What supports it.
    #[serde(deserialize_with = "or_default")]
    pub evidence: Vec<Evidence>,
    /// What it comes to, once checked.
    pub amount: Option<Money>,
    /// How it spreads over the invoice's lines.
    #[serde(deserialize_with = "or_default")]
    pub lines: Vec<Line>,
    /// Where the money goes.
    #[serde(deserialize_with = "or_default")]
    pub legs: Vec<Leg>,
    /// The document.
    pub credit_memo: Option<CreditMemo>,
    /// Who must decide and who has.
    #[serde(deserialize_with = "or_default")]
    pub approvals: Approvals,
    /// What the checks found.
    #[serde(deserialize_with = "or_default")]
    pub findings: Vec<Finding>,
    /// What a decider looks at.
    pub packet: Option<Packet>,
    /// What only a person can do.
    #[serde(deserialize_with = "or_default")]
    pub tasks: Vec<Task>,
    /// When the decision is due.
    pub deadline: Option<String>,
    /// When it was stored.
    #[serde(deserialize_with = "or_default")]
    pub created_at: String,
    /// When it last changed.
    #[serde(deserialize_with = "or_default")]
    pub updated_at: String,
    /// What a decision is bound to.
    #[serde(deserialize_with = "or_default")]
    pub content_hash: String,
}

impl RequestView {
    /// Whether people are to decide now.
    pub fn awaits_decision(&self) -> bool {
        matches!(self.status.as_str(), "pending_approval" | "escalated" | "info_requested")
    }

    /// The approvals that hold for the content as it is.
    pub fn holding(&self) -> impl Iterator<Item = &Decision> {
        self.approvals
            .decisions
            .iter()
            .filter(|made| made.decision == "approve" && made.content_hash == self.content_hash)
    }
}

/// Where it came from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Source {
    /// `api`, `zendesk`, …
    pub channel: String,
    /// The ticket's number.
    pub reference: Option<String>,
    /// Where a person finds it there.
    pub link: Option<String>,
}

/// A document that supports it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// `photo`, …
    pub kind: String,
    /// Where it is.
    pub url: String,
}

/// What one line comes to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Line {
    /// The line's id on the invoice.
    pub line: String,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
}

/// One part of the money on its way.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Leg {
    /// `l1`, …
    pub id: String,
    /// `original_tender`, `store_credit`, `invoice_balance`, `manual`, `out_of_band`.
    pub to: String,
    /// Through which gateway.
    pub gateway: Option<String>,
    /// The payment that it goes back to.
    pub payment: Option<String>,
    /// `card`, `store_credit`, …
    pub method: String,
    /// How much, in the currency that it is paid out in.
    pub amount: Money,
    /// How much of the memo that is.
    pub settles: Option<Money>,
    /// Where it stands.
    pub status: String,
    /// The gateway's name for the refund.
    pub gateway_reference: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
    /// The leg that replaces it.
    pub replaced_by: Option<String>,
    /// A dispute keeps it from being sent.
    #[serde(deserialize_with = "or_default")]
    pub frozen: bool,
    /// The customer may be paid twice.
    #[serde(deserialize_with = "or_default")]
    pub dual_payout_risk: bool,
    /// The gateway contradicts itself and is being asked.
    #[serde(deserialize_with = "or_default")]
    pub doubted: bool,
    /// So much of it was more than its payment had left.
    pub excess: Option<Money>,
}

impl Leg {
    /// What it settles, where that is in another currency than what is paid out.
    pub fn in_another_currency(&self) -> Option<&Money> {
        self.settles.as_ref().filter(|settles| settles.currency != self.amount.currency)
    }
}

/// The document.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CreditMemo {
    /// The printed number, once issued.
    pub number: Option<String>,
    /// Where it stands.
    pub status: String,
    /// The ERP's id.
    pub erp_reference: Option<String>,
    /// The day it bears.
    pub issued_on: String,
    /// What it comes to.
    pub total: Option<Money>,
    /// Where its hand-off to the ERP stands.
    pub hand_off: Option<String>,
    /// Why the ERP refused it.
    pub refusal: Option<String>,
}

/// Who must decide and who has.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Approvals {
    /// The levels, in order.
    pub required: Vec<String>,
    /// The level that is next; none when all have agreed.
    pub next: Option<String>,
    /// The rule that named them.
    #[serde(deserialize_with = "or_default")]
    pub rule: String,
    /// The policy that the rule stands in.
    #[serde(deserialize_with = "or_default")]
    pub policy: String,
    /// What was decided, also before the content changed.
    pub decisions: Vec<Decision>,
}

/// One person's decision.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// Who.
    pub by: String,
    /// For which level.
    pub level: String,
    /// `approve`, …
    pub decision: String,
    /// Their words.
    pub note: String,
    /// When.
    pub at: String,
    /// The content that they decided on.
    pub content_hash: String,
}

/// Something that the checks found.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Finding {
    /// Stable.
    pub code: String,
    /// `info`, `warning`, `blocking`.
    pub severity: String,
    /// For a person.
    pub message: String,
}

/// What a decider looks at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Packet {
    /// When it was put together.
    pub built_at: String,
    /// The invoice as the ERP had it.
    pub invoice: Option<Invoice>,
}

/// What only a person can do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Task {
    /// `leg.reroute`, …
    pub code: String,
    /// A leg's id, or empty.
    pub subject: String,
    /// What happened, and what to do.
    pub detail: String,
    /// Since when.
    pub since: String,
}

/// One thing that happened.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Event {
    /// 1, 2, 3, …
    pub sequence: u64,
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
    /// The facts.
    pub data: Value,
    /// Its seal.
    pub hash: String,
}
