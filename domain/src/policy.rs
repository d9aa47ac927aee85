//! The policy is data: a versioned TOML document. Every decision records the version and the rule that made it.
//!
//! ```
//! use contraflow_domain::money::{Currency, Money};
//! use contraflow_domain::policy::{DEFAULT, Policy};
//! use contraflow_domain::request::ask::Kind;
//!
//! let policy = Policy::parse(DEFAULT)?;
//! let who = |kind, value| Ok::<_, Box<dyn std::error::Error>>(policy.rule(kind, Money::parse(value, Currency::EUR)?));
//! let rule = who(Kind::Refund, "700.00")?.ok_or("no rule")?;
//! assert_eq!(rule.name, "medium");
//! assert_eq!(rule.deciders().required, ["manager"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod automatic;
mod business_hours;
mod check;
mod checks;
mod choice;
pub mod condition;
mod diff;
mod eligibility;
mod exceptions;
mod facts;
mod making;
mod missing_backup;
mod notifications;
mod place;
mod reasons;
mod retention;
mod risk;
mod rule;
mod sla;
mod spending;
mod version;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

pub use automatic::{AutomaticLimit, AutomaticPolicy, Per};
pub use business_hours::{BusinessHours, Holiday};
pub use checks::{CheckOutcome, CheckRule};
pub use choice::{Choice, PassedOver};
pub use diff::{Change, ChangeKind, DiffLine, LineChange, PolicyDiff};
pub use eligibility::{EligibilityRule, Term};
pub use exceptions::ExceptionRule;
pub use facts::{Facts, Past, Surroundings};
pub use making::{EVENT_FIELDS, FieldType, MakingRule, Part, RuleLimit, RulePer, Template, parts};
pub use missing_backup::{MissingBackup, WhenGivenUp};
pub use notifications::{ArrivalPolicy, NotificationRule, Telling, Told, is_address};
pub use place::PolicyFault;
pub use reasons::{Category, FreeReasons, Reason, ReasonList};
pub use retention::RetentionPolicy;
pub use risk::{RiskPolicy, WeekDay, Weight};
pub use rule::{ApprovalRule, Decider, Deciders, NamedDecider};
pub use sla::{Awaited, SlaRule};
pub use spending::{SpendingLimit, SpendingPolicy, SpentPer};
pub use version::{
    Activated, Activation, ActivationError, FileView, InForceView, PolicyVersion, Standing, StandingView, VersionState,
    VersionView,
};

use crate::identity::People;
use crate::lifecycle::named;
use crate::limits;
use crate::money::{Currency, Money};
use crate::request::ask::Kind;
use crate::request::posting::Posting;
use crate::request::ruled::Ruled;
use crate::tender::TenderRule;
use crate::words;
use crate::zone::Zone;

/// The policy that contraflow ships.
pub const DEFAULT: &str = include_str!("../../policy/default.toml");

/// A policy document that can't be used, with all that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the policy can't be used: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct PolicyError(pub Vec<PolicyFault>);

/// The levels of authority, such as `team-lead`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// The levels from the lowest to the highest.
    pub order: Vec<String>,
    /// The level that decides on what stops for a person although a rule would let it pass.
    pub exceptions: String,
}

/// The spans of time that the policy sets, in days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// How old an invoice may be for a refund without a second look.
    pub refund_days: u32,
    /// How long a repetition of the same ask is suspected to be a duplicate.
    pub duplicate_days: u32,
    /// How long people have for a decision.
    pub decision_days: u32,
}

/// The policy's expectations of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EvidencePolicy {
    /// The reasons that should come with evidence.
    pub expected_for: Vec<String>,
}

/// The policy's choice of where money goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DestinationPolicy {
    /// The kinds that become store credit when nobody says otherwise.
    pub store_credit: Vec<Kind>,
    /// How a refund spreads over several payments.
    pub tenders: Tenders,
}

/// The policy's choice of how long store credit lasts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StoreCreditPolicy {
    /// After how many days it expires, by the kind that granted it; a kind that is not there never expires.
    #[serde(default)]
    pub expires_after_days: BTreeMap<Kind, u32>,
}

/// The way in which a refund spreads over several payments.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Tenders {
    /// `ratio`, `first_in` or `last_in`.
    Named(String),
    /// The payment methods in order: a gift card back to a gift card first.
    Methods(Vec<String>),
}

/// The policy's choice of how documents get into the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ErpPolicy {
    /// Whether the ERP posts documents at once or takes drafts.
    pub posting: Posting,
}

/// What the policy says of the business itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Business {
    /// The time zone by which its days begin and end: those of documents, of bookings, of windows and of schedules.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub time_zone: Zone,
    /// The language of letters to whom nobody knows another language, such as `de`; English, where it is left out.
    pub language: Option<String>,
}

named! {
    /// What becomes of a request for a customer whom the ERP does not know.
    UnknownCustomer {
        /// A person decides.
        Person = "person",
        /// It passes as any other, and the decider is told.
        Pass = "pass",
    }
}

/// The policy's trust in names of customers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CustomerPolicy {
    /// What becomes of a request for a customer whom the ERP does not know.
    pub unknown: UnknownCustomer,
}

impl Default for CustomerPolicy {
    fn default() -> Self {
        Self { unknown: UnknownCustomer::Person }
    }
}

/// A policy: who must approve what, how long things take, and where money goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The name under which decisions record the policy.
    pub version: String,
    /// The business itself.
    #[serde(default)]
    pub business: Business,
    /// How many of a currency stand for one unit of the bounds. What a currency without a factor is worth nobody knows.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, crate::schema::DecimalText>"))]
    pub factors: BTreeMap<String, Decimal>,
    /// The rules that say who decides; the first that fits counts.
    pub approval: Vec<ApprovalRule>,
    /// The categories of reasons.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// The reasons for which a credit is given.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Whether reasons may be given that are in no list.
    #[serde(default)]
    pub free_reasons: FreeReasons,
    /// The conditions on which a request is refused or goes before a person.
    #[serde(default)]
    pub checks: Vec<CheckRule>,
    /// The terms by country, product, kind and reason: how old an invoice may be, where money may go, which evidence is
    /// needed. Of each the first row counts that fits.
    #[serde(default)]
    pub eligibility: Vec<EligibilityRule>,
    /// The hours of the business; Monday to Friday, 09:00 to 17:00, where the document says nothing of them.
    #[serde(default)]
    pub business_hours: BusinessHours,
    /// The days on which the business is closed.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    /// The rules that say by when people must have done a step; the first that fits counts.
    #[serde(default)]
    pub sla: Vec<SlaRule>,
    /// The rules that put requests into queues of exceptions, with those who look after them.
    #[serde(default)]
    pub exceptions: Vec<ExceptionRule>,
    /// The rules that say who is told what.
    #[serde(default)]
    pub notifications: Vec<NotificationRule>,
    /// By when money arrives after it was sent.
    #[serde(default)]
    pub arrival: ArrivalPolicy,
    /// The bounds on what passes by itself; those that are shipped, where the document says nothing of them.
    #[serde(default = "automatic::shipped")]
    pub automatic: AutomaticPolicy,
    /// The bounds on what people approve; none, where the document says nothing of them.
    #[serde(default)]
    pub spending: SpendingPolicy,
    /// The templates of requests that rules make.
    #[serde(default)]
    pub templates: Vec<Template>,
    /// The rules that make requests when something happens.
    #[serde(default)]
    pub rules: Vec<MakingRule>,
    /// The weights of the risk score; those that are shipped, where the document says nothing of them.
    #[serde(default)]
    pub risk: RiskPolicy,
    /// The trust in names of customers.
    #[serde(default)]
    pub customers: CustomerPolicy,
    /// The levels of authority.
    pub levels: Levels,
    /// Spans of time.
    pub windows: Windows,
    /// Expectations of evidence.
    pub evidence: EvidencePolicy,
    /// When whoever asked is reminded of what is missing; nobody is asked, where the document says nothing of that.
    pub missing_backup: Option<MissingBackup>,
    /// Where money goes.
    pub destination: DestinationPolicy,
    /// How long store credit lasts.
    #[serde(default)]
    pub store_credit: StoreCreditPolicy,
    /// How documents get into the ERP.
    pub erp: ErpPolicy,
    /// Who signs in under which name, for those whom a helpdesk names.
    #[serde(default)]
    pub people: People,
    /// How long things stay that nobody works on any more.
    #[serde(default)]
    pub retention: RetentionPolicy,
    /// The particulars of gateways, by the gateway's name.
    #[serde(default)]
    pub gateways: BTreeMap<String, GatewayPolicy>,
    /// The number of its version in the store; `None` for a file.
    #[serde(skip)]
    pub number: Option<u32>,
    /// SHA-256 of the text that it was read from, in hex.
    #[serde(skip)]
    pub hash: String,
}

/// The particulars of one gateway.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GatewayPolicy {
    /// The step, in minor units, of which amounts in three-decimal currencies must be multiples.
    pub three_decimal_step: i64,
}

impl Policy {
    /// Reads and checks a policy document.
    ///
    /// # Errors
    /// When it is no TOML, has an unknown member, or contradicts itself; each fault says its line and column.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let one = |byte, message: String| PolicyError(vec![PolicyFault::at_byte(text, byte, message)]);
        if text.len() > limits::POLICY_BYTES {
            return Err(one(limits::POLICY_BYTES, format!("a policy has at most {} bytes", limits::POLICY_BYTES)));
        }
        let mut policy: Self = toml::from_str(text).map_err(|error| {
            let byte = error.span().map_or(0, |span| span.start);
            one(byte, error.message().lines().collect::<Vec<_>>().join(" "))
        })?;
        policy.hash = Self::hash_of(text);
        policy.settle_levels();
        let mistakes = policy.mistakes();
        if mistakes.is_empty() { Ok(policy) } else { Err(PolicyError(place::locate(text, &mistakes))) }
    }

    /// Returns the SHA-256 of a text of the policy, in hex.
    #[must_use]
    pub fn hash_of(text: &str) -> String {
        contraflow_audit::Hash::of(text.as_bytes()).to_string()
    }

    /// Returns the same policy as the version of that number in the store.
    #[must_use]
    pub fn numbered(self, number: Option<u32>) -> Self {
        Self { number, ..self }
    }

    /// Returns what a decision by one of its rules records.
    #[must_use]
    pub fn ruled(&self, rule: &str) -> Ruled {
        Ruled { policy: self.version.clone(), number: self.number, hash: self.hash.clone(), rule: rule.to_owned() }
    }

    /// Returns the name that it gives itself, with its number where it has one: `2026-1 (7)`.
    #[must_use]
    pub fn title(&self) -> String {
        self.number.map_or_else(|| self.version.clone(), |number| format!("{} ({number})", self.version))
    }

    /// Writes every level as the order of levels does, however a rule writes it.
    fn settle_levels(&mut self) {
        let order = self.levels.order.clone();
        let named = self.approval.iter_mut().flat_map(|rule| rule.deciders_mut().map(Decider::level_mut));
        let timed = self.sla.iter_mut().flat_map(|rule| {
            let escalation = rule.escalate_to.iter_mut().map(Decider::level_mut);
            rule.levels.iter_mut().chain(escalation)
        });
        let owners = self.exceptions.iter_mut().flat_map(|rule| rule.owners.iter_mut().map(Decider::level_mut));
        let answering = self.rules.iter_mut().map(|rule| rule.owner.level_mut());
        let spent = self.spending.limits.iter_mut().filter_map(|limit| limit.level.as_mut());
        let named = named.chain(timed).chain(owners).chain(answering).chain(spent);
        for level in named.chain([&mut self.levels.exceptions]) {
            if let Some(known) = order.iter().find(|known| words::same(known, level)) {
                level.clone_from(known);
            }
        }
    }

    /// Returns how many of a currency stand for one unit of the bounds; none where the policy does not say.
    #[must_use]
    pub fn factor(&self, currency: Currency) -> Option<Decimal> {
        self.factors.get(currency.code()).copied()
    }

    /// Returns the rule that says who decides on a request of which no more is known than its kind and amount.
    #[must_use]
    pub fn rule(&self, kind: Kind, amount: Money) -> Option<&ApprovalRule> {
        self.choose(&Facts::about(kind, Some(amount), self)).rule
    }

    /// Returns the reason of that code, however it is written; none where it is in no list.
    #[must_use]
    pub fn reason(&self, code: &str) -> Option<&Reason> {
        self.reasons.iter().find(|reason| words::same(&reason.code, code))
    }

    /// Returns which of these codes of reasons, which were in a list before, are in none now. A code is retired, and
    /// never taken out: requests that name it are still read by it.
    #[must_use]
    pub fn dropped_reasons<'a>(&self, used: &[&'a str]) -> Vec<&'a str> {
        used.iter().copied().filter(|code| self.reason(code).is_none()).collect()
    }

    /// Returns how a refund spreads over several payments; none where the document names no such way.
    #[must_use]
    pub fn tender_rule(&self) -> Option<TenderRule> {
        match &self.destination.tenders {
            Tenders::Methods(methods) => Some(TenderRule::MethodOrder(methods.clone())),
            Tenders::Named(name) => match name.as_str() {
                "ratio" => Some(TenderRule::Ratio),
                "first_in" => Some(TenderRule::FirstIn),
                "last_in" => Some(TenderRule::LastIn),
                _ => None,
            },
        }
    }

    /// Returns the step, in minor units, of which an amount through this gateway must be a multiple.
    #[must_use]
    pub fn step_minor(&self, gateway: &str, currency: Currency) -> i64 {
        match self.gateways.get(gateway) {
            Some(particular) if currency.exponent() == 3 => particular.three_decimal_step.max(1),
            _ => 1,
        }
    }

    /// Returns how high a level stands, counted from 0; `None` for a level that the policy does not know.
    #[must_use]
    pub fn rank(&self, level: &str) -> Option<usize> {
        self.levels.order.iter().position(|known| words::same(known, level))
    }
}

#[cfg(test)]
mod tests;
