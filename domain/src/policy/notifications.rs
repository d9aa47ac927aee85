//! Who is told what: whom letters go to, which words a person reads before they go, and by when money arrives.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::Policy;
use super::checks::is_later;
use super::condition::Condition;
use super::facts::Facts;
use super::place::Mistake;
use crate::catalogue::MessageKind;
use crate::hours::{Span, Unit};
use crate::limits;
use crate::request::leg::Leg;
use crate::request::message::letter::Audience;
use crate::time::{Day, Timestamp};

/// Whom a rule tells: people by their part in the request, or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// People by their part, or the ticket.
    Part(Audience),
    /// An e-mail address.
    Address(String),
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if is_address(&text) {
            return Ok(Self::Address(text));
        }
        match Audience::named(&text) {
            Some(part) if part != Audience::Address => Ok(Self::Part(part)),
            _ => Err(D::Error::custom(format!(
                "`{text}` is nobody who is told: use requester, deciders, finance, customer, ticket or an e-mail address"
            ))),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Told {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Told".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "requester, deciders, finance, customer, ticket, or an e-mail address.",
            "pattern": "^(requester|deciders|finance|customer|ticket|[^@\\s]+@[^@\\s]+)$",
        })
    }
}

/// Tells whether a text is an e-mail address that a letter may go to.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_plain = |part: &str| {
        let fits = |char: char| !char.is_control() && !char.is_whitespace() && !"<>()[],;:\\\"@".contains(char);
        !part.is_empty() && part.chars().all(fits)
    };
    text.chars().count() <= limits::ADDRESS_CHARS && is_plain(local) && is_plain(domain) && !domain.starts_with('.')
}

/// A rule that says who is told what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NotificationRule {
    /// The rule's name.
    pub name: String,
    /// The news that it is about.
    pub news: Vec<MessageKind>,
    /// Who is told: `requester`, `deciders` (whoever is waited for), `finance`, `customer`, `ticket`, or addresses.
    pub to: Vec<Told>,
    /// What else must be true of the request, in CEL. Where nobody can say whether it is, they are told; what a
    /// customer may read is then held for a person.
    pub when: Option<Condition>,
    /// Whether a person reads the words before they go, may change them, and sends or drops them.
    #[serde(default)]
    pub hold: bool,
    /// The couriers that it is about, by their names; all that reach people, where this is left out.
    pub over: Option<Vec<String>>,
}

/// By when money arrives after it was sent, in days on which the business is open.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ArrivalPolicy {
    /// For each method of payment that has a time of its own.
    pub days: BTreeMap<String, u32>,
    /// For every other.
    pub otherwise_days: u32,
}

impl Default for ArrivalPolicy {
    /// Card refunds take 5 to 10 business days at the customer's bank (Stripe, “Refund and cancel payments”).
    fn default() -> Self {
        Self { days: BTreeMap::new(), otherwise_days: 10 }
    }
}

impl ArrivalPolicy {
    fn days(&self, method: &str) -> u32 {
        self.days.get(method).copied().unwrap_or(self.otherwise_days)
    }
}

/// Whether a rule is about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    Unsure,
}

/// What the policy wants for one piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling<'a> {
    /// Who is told.
    pub to: &'a Told,
    /// Whether a person reads the words before they go.
    pub hold: bool,
    /// The rule that says so.
    pub rule: &'a str,
}

impl NotificationRule {
    fn fits(&self, news: MessageKind, channel: &str, facts: &Facts) -> Fit {
        let is_about = self.news.contains(&news)
            && self.over.as_ref().is_none_or(|over| over.iter().any(|courier| courier == channel));
        match &self.when {
            _ if !is_about => Fit::No,
            None => Fit::Yes,
            Some(condition) => match condition.holds(&|field| facts.get(field)) {
                Ok(true) => Fit::Yes,
                Ok(false) => Fit::No,
                Err(_) => Fit::Unsure,
            },
        }
    }

    fn check(&self, place: usize, mistakes: &mut Vec<Mistake>) {
        let (name, place) = (&self.name, place.to_string());
        let mut mistake = |member: &str, message: String| {
            mistakes.push(Mistake::at(&["notifications", &place, member], format!("rule `{name}` {message}")));
        };
        if name.trim().is_empty() {
            mistake("name", "needs a name, by which changes of it are told".into());
        }
        if self.news.is_empty() {
            mistake("news", "is about nothing: name the news, such as request.completed".into());
        }
        if self.to.is_empty() {
            mistake("to", "tells nobody: name who is told, such as requester".into());
        }
        if self.to.len() > limits::NOTIFICATION_ADDRESSES {
            mistake("to", format!("tells more than {} at once", limits::NOTIFICATION_ADDRESSES));
        }
        let Some(condition) = &self.when else { return };
        if let Some(field) = condition.fields().into_iter().find(|field| is_later(*field)) {
            mistake("when", format!("asks for {}, which is known when the deciders are chosen only", field.name()));
        }
        mistakes.extend(Mistake::in_condition(
            &["notifications", &place, "when"],
            &format!("rule `{name}`"),
            condition,
        ));
    }
}

impl Policy {
    /// Tells whether any rule is about that news.
    #[must_use]
    pub fn tells(&self, news: MessageKind) -> bool {
        self.notifications.iter().any(|rule| rule.news.contains(&news))
    }

    /// Returns who is told that news over that channel, each once; where one rule wants it held, it is.
    #[must_use]
    pub fn telling(&self, news: MessageKind, channel: &str, facts: &Facts) -> Vec<Telling<'_>> {
        let mut telling: Vec<Telling<'_>> = Vec::new();
        for rule in &self.notifications {
            let fit = rule.fits(news, channel, facts);
            for to in rule.to.iter().filter(|_| fit != Fit::No) {
                let may_be_customer = matches!(to, Told::Part(part) if part.may_be_customer());
                let hold = rule.hold || fit == Fit::Unsure && may_be_customer;
                match telling.iter_mut().find(|known| known.to == to) {
                    Some(known) => known.hold |= hold,
                    None => telling.push(Telling { to, hold, rule: &rule.name }),
                }
            }
        }
        telling
    }

    /// Tells whether a person reads a comment for the ticket before it is written there.
    #[must_use]
    pub fn holds_on_ticket(&self, news: MessageKind, channel: &str, facts: &Facts) -> bool {
        let is_ticket = |told: &Telling<'_>| *told.to == Told::Part(Audience::Ticket);
        self.telling(news, channel, facts).iter().any(|told| is_ticket(told) && told.hold)
    }

    /// Returns the day by which money of a leg arrives that was sent; `None` before it is sent, and where it goes to no
    /// bank.
    #[must_use]
    pub fn arrives_by(&self, leg: &Leg) -> Option<Day> {
        let sent = leg.sent_at.filter(|_| leg.gateway().is_some())?;
        self.arrival_after(&leg.method, sent)
    }

    fn arrival_after(&self, method: &str, sent: Timestamp) -> Option<Day> {
        let calendar = self.calendar();
        let span = Span { count: self.arrival.days(method).max(1), unit: Unit::BusinessDays };
        Some(calendar.zone.day(calendar.after(sent, span)))
    }

    /// Finds what is wrong with who is told.
    pub(super) fn check_notifications(&self, mistakes: &mut Vec<Mistake>) {
        if self.notifications.len() > limits::NOTIFICATION_RULES {
            let message = format!("[[notifications]] has more than {} rules", limits::NOTIFICATION_RULES);
            mistakes.push(Mistake::at(&["notifications"], message));
        }
        for (place, rule) in self.notifications.iter().enumerate() {
            rule.check(place, mistakes);
        }
        let days = self.arrival.days.iter().map(|(method, days)| (["arrival", "days", method.as_str()], *days));
        let all = days.map(|(path, days)| (path.to_vec(), days));
        for (path, days) in all.chain([(vec!["arrival", "otherwise_days"], self.arrival.otherwise_days)]) {
            if !(1..=limits::ARRIVAL_DAYS).contains(&days) {
                let message = format!("[arrival] takes 1 to {} days", limits::ARRIVAL_DAYS);
                mistakes.push(Mistake::at(&path, message));
            }
        }
    }
}
