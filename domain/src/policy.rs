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
//! assert_eq!(rule.levels, ["manager"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod automatic;
mod retention;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

pub use automatic::{AutomaticLimit, AutomaticPolicy, Per};
pub use retention::RetentionPolicy;

use crate::identity::People;
use crate::lifecycle::named;
use crate::money::{Currency, Money};
use crate::request::ask::Kind;
use crate::request::posting::Posting;
use crate::tender::TenderRule;
use crate::words;
use crate::zone::Zone;

/// The policy that contraflow ships.
pub const DEFAULT: &str = include_str!("../../policy/default.toml");

/// A policy document that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the policy can't be used: {0}")]
pub struct PolicyError(String);

/// A rule that says who decides.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRule {
    /// The rule's name, which is recorded with every decision that it made.
    pub name: String,
    /// The kinds that the rule is for; empty means all.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Up to which amount the rule holds, in major units; `None` means any amount.
    pub up_to: Option<Decimal>,
    /// The levels that decide, in order; empty means that the request passes by itself.
    pub levels: Vec<String>,
}

/// The levels of authority, such as `team-lead`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    /// The levels from the lowest to the highest.
    pub order: Vec<String>,
    /// The level that decides on what stops for a person although a rule would let it pass.
    pub exceptions: String,
}

/// The spans of time that the policy sets, in days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub struct EvidencePolicy {
    /// The reasons that should come with evidence.
    pub expected_for: Vec<String>,
}

/// The policy's choice of where money goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationPolicy {
    /// The kinds that become store credit when nobody says otherwise.
    pub store_credit: Vec<Kind>,
    /// How a refund spreads over several payments.
    pub tenders: Tenders,
}

/// The policy's choice of how long store credit lasts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreCreditPolicy {
    /// After how many days it expires, by the kind that granted it; a kind that is not there never expires.
    #[serde(default)]
    pub expires_after_days: BTreeMap<Kind, u32>,
}

/// The way in which a refund spreads over several payments.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Tenders {
    /// `ratio`, `first_in` or `last_in`.
    Named(String),
    /// The payment methods in order: a gift card back to a gift card first.
    Methods(Vec<String>),
}

/// The policy's choice of how documents get into the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErpPolicy {
    /// Whether the ERP posts documents at once or takes drafts.
    pub posting: Posting,
}

/// What the policy says of the business itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Business {
    /// The time zone by which its days begin and end: those of documents, of bookings, of windows and of schedules.
    pub time_zone: Zone,
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
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The name under which decisions record the policy.
    pub version: String,
    /// The business itself.
    #[serde(default)]
    pub business: Business,
    /// How many of a currency stand for one unit of the bounds. What a currency without a factor is worth nobody knows.
    #[serde(default)]
    pub factors: BTreeMap<String, Decimal>,
    /// The rules that say who decides; the first that fits counts.
    pub approval: Vec<ApprovalRule>,
    /// The bounds on what passes by itself; those that are shipped, where the document says nothing of them.
    #[serde(default = "automatic::shipped")]
    pub automatic: AutomaticPolicy,
    /// The trust in names of customers.
    #[serde(default)]
    pub customers: CustomerPolicy,
    /// The levels of authority.
    pub levels: Levels,
    /// Spans of time.
    pub windows: Windows,
    /// Expectations of evidence.
    pub evidence: EvidencePolicy,
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
}

/// The particulars of one gateway.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayPolicy {
    /// The step, in minor units, of which amounts in three-decimal currencies must be multiples.
    pub three_decimal_step: i64,
}

impl Policy {
    /// Reads and checks a policy document.
    ///
    /// # Errors
    /// When it is no TOML, has an unknown member, or contradicts itself; the message says where.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut policy: Self = toml::from_str(text).map_err(|error| PolicyError(error.to_string()))?;
        policy.settle_levels()?;
        let known = |level: &String| policy.levels.order.contains(level);
        for rule in &policy.approval {
            if let Some(level) = rule.levels.iter().find(|level| !known(level)) {
                let name = &rule.name;
                return Err(PolicyError(format!(
                    "rule `{name}` names level `{level}`, which [levels] order does not have"
                )));
            }
        }
        if !known(&policy.levels.exceptions) {
            return Err(PolicyError("[levels] exceptions names a level that order does not have".into()));
        }
        if !policy.approval.iter().any(|rule| rule.kinds.is_empty() && rule.up_to.is_none() && !rule.levels.is_empty())
        {
            return Err(PolicyError(
                "no [[approval]] rule takes what all others leave: add one with levels and without kinds and up_to"
                    .into(),
            ));
        }
        if let Some(code) = policy.factors.iter().find(|(_, factor)| **factor <= Decimal::ZERO).map(|(code, _)| code) {
            return Err(PolicyError(format!("the factor of {code} must be more than zero")));
        }
        if let Some(code) = policy.factors.keys().find(|code| code.parse::<Currency>().is_err()) {
            return Err(PolicyError(format!("[factors] {code} is no currency: write its ISO code, such as EUR")));
        }
        policy.automatic.check()?;
        if let Some((kind, _)) = policy.store_credit.expires_after_days.iter().find(|(_, days)| **days == 0) {
            return Err(PolicyError(format!("[store_credit] expires_after_days: {} takes 1 day or more", kind.name())));
        }
        policy.tender_rule()?;
        policy.retention.check()?;
        if let Some(fault) = policy.people.fault() {
            return Err(PolicyError(fault));
        }
        Ok(policy)
    }

    /// Writes every level as the order of levels does, however a rule writes it.
    fn settle_levels(&mut self) -> Result<(), PolicyError> {
        let order = self.levels.order.clone();
        let twice = |(place, level): (usize, &String)| order.iter().take(place).any(|known| words::same(known, level));
        if let Some((_, level)) = order.iter().enumerate().find(|(place, level)| twice((*place, level))) {
            return Err(PolicyError(format!("[levels] order names `{level}` twice")));
        }
        let named = self.approval.iter_mut().flat_map(|rule| rule.levels.iter_mut());
        for level in named.chain([&mut self.levels.exceptions]) {
            if let Some(known) = order.iter().find(|known| words::same(known, level)) {
                level.clone_from(known);
            }
        }
        Ok(())
    }

    /// Returns how many of a currency stand for one unit of the bounds; none where the policy does not say.
    #[must_use]
    pub fn factor(&self, currency: Currency) -> Option<Decimal> {
        self.factors.get(currency.code()).copied()
    }

    /// Returns the rule that says who decides. An amount in a currency without a factor may be of any worth: it fits no
    /// rule with a bound, and none that lets it pass by itself.
    #[must_use]
    pub fn rule(&self, kind: Kind, amount: Money) -> Option<&ApprovalRule> {
        let factor = self.factor(amount.currency);
        let major = Decimal::new(amount.minor, amount.currency.exponent());
        let fits = |rule: &ApprovalRule| match (factor, rule.up_to) {
            (Some(factor), Some(bound)) => bound.checked_mul(factor).is_some_and(|bound| major <= bound),
            (Some(_), None) => true,
            (None, bound) => bound.is_none() && !rule.levels.is_empty(),
        };
        self.approval.iter().find(|rule| (rule.kinds.is_empty() || rule.kinds.contains(&kind)) && fits(rule))
    }

    /// Returns how a refund spreads over several payments.
    ///
    /// # Errors
    /// When the document names none of the rules.
    pub fn tender_rule(&self) -> Result<TenderRule, PolicyError> {
        match &self.destination.tenders {
            Tenders::Methods(methods) => Ok(TenderRule::MethodOrder(methods.clone())),
            Tenders::Named(name) => match name.as_str() {
                "ratio" => Ok(TenderRule::Ratio),
                "first_in" => Ok(TenderRule::FirstIn),
                "last_in" => Ok(TenderRule::LastIn),
                _ => Err(PolicyError(format!(
                    "[destination] tenders = \"{name}\": use ratio, first_in, last_in or a list of methods"
                ))),
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
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn eur(value: &str) -> Money {
        Money::parse(value, "EUR".parse().unwrap()).unwrap()
    }

    fn rule_for(kind: Kind, value: &str) -> String {
        Policy::parse(DEFAULT).unwrap().rule(kind, eur(value)).unwrap().name.clone()
    }

    #[test]
    fn the_default_policy_draws_its_lines_to_the_cent() {
        assert_eq!(rule_for(Kind::GoodwillCredit, "50.00"), "small-goodwill");
        assert_eq!(rule_for(Kind::GoodwillCredit, "50.01"), "small");
        assert_eq!(rule_for(Kind::Refund, "50.00"), "small");
        assert_eq!(rule_for(Kind::Refund, "500.00"), "small");
        assert_eq!(rule_for(Kind::Refund, "500.01"), "medium");
        assert_eq!(rule_for(Kind::Refund, "5000.00"), "medium");
        assert_eq!(rule_for(Kind::Refund, "5000.01"), "large");
    }

    #[test]
    fn a_policy_without_a_last_rule_is_refused() {
        let text = DEFAULT.replace("levels = [\"manager\", \"finance\"]", "levels = []");
        assert!(Policy::parse(&text).unwrap_err().to_string().contains("takes what all others leave"));
    }

    #[test]
    fn the_business_has_a_time_zone_and_a_misspelt_one_is_refused_with_its_place() {
        assert_eq!(Policy::parse(DEFAULT).unwrap().business.time_zone, Zone::UTC);
        let berlin = DEFAULT.replace("time_zone = \"UTC\"", "time_zone = \"Europe/Berlin\"");
        assert_eq!(Policy::parse(&berlin).unwrap().business.time_zone.to_string(), "Europe/Berlin");
        let error = Policy::parse(&berlin.replace("Europe/Berlin", "Berlin")).unwrap_err().to_string();
        assert!(error.contains("line 6") && error.contains("`Berlin` is no time zone"), "{error}");
    }

    #[test]
    fn a_misspelt_member_is_refused() {
        assert!(Policy::parse(&DEFAULT.replace("refund_days", "refund_dayz")).is_err());
    }

    #[test]
    fn a_level_is_the_same_however_it_is_written() {
        let text = DEFAULT.replace("levels = [\"manager\"]", "levels = [\" Manager\"]");
        let policy = Policy::parse(&text.replace("exceptions = \"team-lead\"", "exceptions = \"Team-Lead\"")).unwrap();
        assert_eq!(policy.rule(Kind::Refund, eur("700.00")).unwrap().levels, ["manager"]);
        assert_eq!((policy.levels.exceptions.as_str(), policy.rank("MANAGER")), ("team-lead", Some(1)));
        let twice = DEFAULT.replace("order = [\"team-lead\"", "order = [\"Manager\", \"team-lead\"");
        assert!(Policy::parse(&twice).unwrap_err().to_string().contains("`manager` twice"));
    }

    #[test]
    fn store_credit_lasts_for_good_unless_its_kind_has_an_end() {
        assert_eq!(Policy::parse(DEFAULT).unwrap().store_credit.expires_after_days.len(), 0);
        let with = |days: &str| {
            DEFAULT.replace("[store_credit.expires_after_days]", &format!("[store_credit.expires_after_days]\n{days}"))
        };
        let policy = Policy::parse(&with("goodwill_credit = 365")).unwrap();
        assert_eq!(policy.store_credit.expires_after_days.get(&Kind::GoodwillCredit), Some(&365));
        assert_eq!(policy.store_credit.expires_after_days.get(&Kind::Refund), None);
        for wrong in ["goodwill_credit = 0", "goodwill = 365"] {
            assert!(Policy::parse(&with(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_currency_without_a_factor_needs_the_highest_rule() {
        let dinar = |value| Money::parse(value, "BHD".parse().unwrap()).unwrap();
        let passes = DEFAULT.replace("up_to = \"50.00\"\n", "");
        for text in [DEFAULT, &passes] {
            let policy = Policy::parse(text).unwrap();
            for value in ["0.001", "50.000", "1000000.000"] {
                assert_eq!(policy.rule(Kind::GoodwillCredit, dinar(value)).unwrap().name, "large", "{value}");
            }
        }
        let known = Policy::parse(&DEFAULT.replace("[factors]", "[factors]\nBHD = \"0.4\"")).unwrap();
        assert_eq!(known.rule(Kind::GoodwillCredit, dinar("20.000")).unwrap().name, "small-goodwill");
        assert_eq!(known.rule(Kind::GoodwillCredit, dinar("20.001")).unwrap().name, "small");
        let told = Policy::parse(&DEFAULT.replace("[factors]", "[factors]\neuro = \"1\"")).unwrap_err().to_string();
        assert!(told.contains("euro is no currency"), "{told}");
    }

    #[test]
    fn bounds_follow_the_worth_of_the_currency() {
        let policy = Policy::parse(DEFAULT).unwrap();
        let yen = Money::parse("7500", "JPY".parse().unwrap()).unwrap();
        assert_eq!(policy.rule(Kind::GoodwillCredit, yen).unwrap().name, "small-goodwill");
    }
}
