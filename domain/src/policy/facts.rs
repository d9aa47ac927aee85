//! Facts: what the conditions of the policy can know of a request.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Policy;
use super::condition::{Field, Value};
use crate::money::Money;
use crate::request::Request;
use crate::request::ask::{Destination, Kind};
use crate::request::leg::Target;
use crate::request::parts::Involving as _;
use crate::time::{Day, Timestamp};
use crate::words;

/// The other requests of the last days for a customer, or of a requester, as far as they were not refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Past {
    /// How many there were; beyond [`crate::limits::HISTORY_REQUESTS`] they are not counted.
    pub requests: u32,
    /// What they were worth, in hundredths of the unit of the policy's bounds; `None` where nobody knows of one of
    /// them.
    pub worth: Option<i64>,
}

impl Past {
    /// Adds one request up.
    pub fn add(&mut self, request: &Request, policy: &Policy) {
        let worth = request.amount.and_then(|amount| policy.worth(amount));
        let before = if self.requests == 0 { Some(0) } else { self.worth };
        self.requests += 1;
        self.worth = before.zip(worth).map(|(sum, one)| sum.saturating_add(one));
    }
}

/// What is known of a request beside what stands in it. What nobody looked up is not known, and a condition that asks
/// for it leaves the request to a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The other requests for the same customer.
    pub customer: Option<Past>,
    /// The other requests of the same requester.
    pub requester: Option<Past>,
}

/// What the policy knows of a request when it decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The kind of the request.
    pub kind: Kind,
    /// What it comes to; `None` where that is not known.
    pub amount: Option<Money>,
    values: BTreeMap<Field, Value>,
}

impl Facts {
    /// Gathers what is known of a checked request.
    #[must_use]
    pub fn of(request: &Request, around: &Surroundings, policy: &Policy) -> Self {
        let mut facts = Self::about(request.ask.kind, request.amount, policy);
        facts.of_request(request, policy);
        facts.of_invoice(request, policy);
        facts.of_customer(request);
        let asker = request.asker();
        facts.text(Field::RequesterName, &policy.people.resolve(&asker).to_string());
        facts.put(Field::RequesterKnown, Value::Flag(policy.people.knows(&asker)));
        facts.past(around.customer, Field::HistoryCustomerRequests, Field::HistoryCustomerWorth);
        facts.past(around.requester, Field::HistoryRequesterRequests, Field::HistoryRequesterWorth);
        if let Some(risk) = &request.risk {
            facts.put(Field::RiskScore, Value::Number(Decimal::from(risk.score)));
        }
        facts
    }

    /// Gathers what is known of any request of that kind and amount.
    #[must_use]
    pub fn about(kind: Kind, amount: Option<Money>, policy: &Policy) -> Self {
        let mut facts = Self { kind, amount, values: BTreeMap::new() };
        facts.text(Field::RequestKind, kind.name());
        if let Some(amount) = amount {
            facts.money(Field::RequestAmount, amount);
            facts.text(Field::RequestCurrency, amount.currency.code());
            if let Some(worth) = policy.worth(amount) {
                facts.put(Field::RequestWorth, Value::Number(Decimal::new(worth, 2)));
            }
        }
        facts
    }

    /// Returns the value of a field; `None` where it is not known.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.values.get(&field)
    }

    /// Returns the text of a field; `None` where it is not known, or no text.
    #[must_use]
    pub fn text_of(&self, field: Field) -> Option<&str> {
        match self.get(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Tells whether the request is one that a row of the policy names: by its kind, its reason and its category. An
    /// empty list names all.
    pub(super) fn are_named(&self, kinds: &[Kind], reasons: &[String], categories: &[String]) -> bool {
        let is_named = |names: &[String], field| {
            let given = self.text_of(field).unwrap_or_default();
            names.is_empty() || names.iter().any(|name| words::same(name, given))
        };
        (kinds.is_empty() || kinds.contains(&self.kind))
            && is_named(reasons, Field::RequestReason)
            && is_named(categories, Field::RequestCategory)
    }

    fn put(&mut self, field: Field, value: Value) {
        self.values.insert(field, value);
    }

    fn text(&mut self, field: Field, text: &str) {
        self.put(field, Value::Text(text.to_owned()));
    }

    fn count(&mut self, field: Field, count: usize) {
        self.put(field, Value::Number(Decimal::from(count)));
    }

    fn money(&mut self, field: Field, money: Money) {
        self.put(field, Value::Number(Decimal::new(money.minor, money.currency.exponent())));
    }

    fn of_request(&mut self, request: &Request, policy: &Policy) {
        let ask = &request.ask;
        self.text(Field::RequestDirection, ask.direction().name());
        self.text(Field::RequestReason, &ask.reason);
        if let Some(reason) = policy.reason(&ask.reason) {
            self.text(Field::RequestCategory, &reason.category);
        }
        self.text(Field::RequestNote, &ask.note);
        self.text(Field::RequestDestination, ask.destination.name());
        self.text(Field::RequestChannel, &request.source.channel);
        self.count(Field::RequestLines, ask.lines.len());
        self.count(Field::RequestEvidence, ask.evidence.len());
        self.put(Field::RequestHasInvoice, Value::Flag(ask.invoice.is_some()));
        let findings = request.findings.iter().map(|finding| finding.code).filter(|code| !code.is_of_routing());
        self.put(Field::RequestFindings, Value::Texts(findings.map(|code| code.name().to_owned()).collect()));
        let targets = request.legs.iter().map(|leg| target(&leg.target).to_owned()).collect();
        self.put(Field::RequestTargets, Value::Texts(targets));
        let (hour, weekday) = policy.business.time_zone.hour_and_weekday(request.created_at);
        self.put(Field::RequestHour, Value::Number(Decimal::from(hour)));
        self.put(Field::RequestWeekday, Value::Number(Decimal::from(weekday)));
    }

    fn of_invoice(&mut self, request: &Request, policy: &Policy) {
        let Some(invoice) = request.packet.as_ref().and_then(|packet| packet.invoice.as_ref()) else { return };
        self.text(Field::InvoiceNumber, &invoice.number);
        self.text(Field::InvoiceCurrency, invoice.currency.code());
        if let Ok(issued) = invoice.issued_on.parse::<Day>() {
            let at: Timestamp = request.created_at;
            let days = policy.business.time_zone.days_since(issued, at);
            self.put(Field::InvoiceAgeDays, Value::Number(Decimal::from(days)));
        }
        self.money(Field::InvoiceTotal, invoice.totals.gross);
        if let Ok(paid) = invoice.paid() {
            self.money(Field::InvoicePaid, paid);
        }
        self.count(Field::InvoiceLines, invoice.lines.len());
        let methods = invoice.payments.iter().map(|payment| payment.method.clone()).collect();
        self.put(Field::InvoiceMethods, Value::Texts(methods));
        let gateways = invoice.payments.iter().map(|payment| payment.gateway.clone());
        self.put(Field::InvoiceGateways, Value::Texts(gateways.filter(|gateway| !gateway.is_empty()).collect()));
        let credited = request.lines.iter().filter_map(|line| invoice.line(&line.line));
        self.put(Field::InvoiceProducts, Value::Texts(credited.map(|line| line.description.clone()).collect()));
    }

    fn of_customer(&mut self, request: &Request) {
        if let Some(id) = &request.customer {
            self.text(Field::CustomerId, id);
        }
        let Some(packet) = &request.packet else { return };
        if let Some(invoice) = &packet.invoice {
            self.put(Field::CustomerKnown, Value::Flag(true));
            self.text(Field::CustomerTier, &invoice.customer.tier);
            if !invoice.customer.country.is_empty() {
                self.text(Field::CustomerCountry, &invoice.customer.country);
            }
        } else if let Some(customer) = &packet.customer {
            self.put(Field::CustomerKnown, Value::Flag(customer.known));
        }
    }

    fn past(&mut self, past: Option<Past>, requests: Field, worth: Field) {
        let Some(past) = past else { return };
        self.put(requests, Value::Number(Decimal::from(past.requests)));
        let sum = if past.requests == 0 { Some(0) } else { past.worth };
        if let Some(sum) = sum {
            self.put(worth, Value::Number(Decimal::new(sum, 2)));
        }
    }
}

/// Returns the word for where a leg's money goes.
fn target(target: &Target) -> &'static str {
    match target {
        Target::Tender { .. } => Destination::OriginalTender.name(),
        Target::StoreCredit { .. } => Destination::StoreCredit.name(),
        Target::InvoiceOffset => Destination::InvoiceBalance.name(),
        Target::Manual { .. } => Destination::Manual.name(),
        Target::OutOfBand => "out_of_band",
    }
}
