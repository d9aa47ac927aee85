//! Filters of lists: which requests somebody wants to see.

use rust_decimal::Decimal;

use super::Request;
use super::ask::Kind;
use super::parts::Involving as _;
use super::terms::{terms, words};
use crate::catalogue::TaskCode;
use crate::identity::Identity;
use crate::lifecycle::request::RequestStatus;
use crate::limits;
use crate::money::Money;
use crate::time::Day;
use crate::words::same;
use crate::zone::Zone;

/// What somebody wants to see of a list. Where a member says nothing, it leaves nothing out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The states of which one is wanted.
    pub statuses: Vec<RequestStatus>,
    /// The kinds of which one is wanted.
    pub kinds: Vec<Kind>,
    /// The code of the reason.
    pub reason: Option<String>,
    /// The currency of the amount.
    pub currency: Option<String>,
    /// The least amount, in whole units of its currency.
    pub min: Option<Decimal>,
    /// The largest amount, in whole units of its currency.
    pub max: Option<Decimal>,
    /// The first day on which it was stored.
    pub from: Option<Day>,
    /// The last day on which it was stored.
    pub until: Option<Day>,
    /// The ERP's id of the customer.
    pub customer: Option<String>,
    /// The number of the invoice.
    pub invoice: Option<String>,
    /// Who asked.
    pub requester: Option<String>,
    /// The channel that it came over.
    pub channel: Option<String>,
    /// The rule of the policy that made it.
    pub rule: Option<String>,
    /// What only a person can do.
    pub task: Option<TaskCode>,
    /// The words that begin what it is found by.
    pub words: Vec<String>,
}

/// Reads a list of names that commas separate.
fn cases<T: Copy>(what: &str, value: &str, all: &[T], name: fn(T) -> &'static str) -> Result<Vec<T>, String> {
    let one = |wanted: &str| {
        all.iter().copied().find(|case| name(*case) == wanted).ok_or_else(|| {
            let known: Vec<_> = all.iter().map(|case| name(*case)).collect();
            format!("`{wanted}` is no {what}; use one of {}.", known.join(", "))
        })
    };
    value.split(',').map(str::trim).filter(|wanted| !wanted.is_empty()).map(one).collect()
}

fn amount(value: &str) -> Result<Decimal, String> {
    Decimal::from_str_exact(value).map_err(|_| format!("`{value}` is no amount: write digits with a point, as 12.50."))
}

fn day(value: &str) -> Result<Day, String> {
    value.parse().map_err(|_| format!("`{value}` is no day: write it as 2026-11-30."))
}

/// Returns an amount in whole units of its currency.
fn whole(amount: Money) -> Decimal {
    Decimal::new(amount.minor, amount.currency.exponent())
}

impl Filter {
    /// Lists the names under which [`Filter::set`] takes something.
    pub const NAMES: [&'static str; 15] = [
        "status",
        "kind",
        "reason",
        "currency",
        "min",
        "max",
        "from",
        "until",
        "customer",
        "invoice",
        "requester",
        "channel",
        "rule",
        "task",
        "q",
    ];

    /// Sets what is wanted under one of [`Filter::NAMES`]; an empty value leaves nothing out.
    ///
    /// # Errors
    /// A sentence that says what the value must be.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let value = value.trim();
        if value.is_empty() {
            return Ok(());
        }
        if value.chars().count() > limits::FILTER_CHARS {
            return Err(format!("Write at most {} characters.", limits::FILTER_CHARS));
        }
        match name {
            "status" => self.statuses = cases("status", value, RequestStatus::ALL, RequestStatus::name)?,
            "kind" => self.kinds = cases("kind", value, Kind::ALL, Kind::name)?,
            "task" => self.task = cases("task", value, TaskCode::ALL, TaskCode::name)?.first().copied(),
            "reason" => self.reason = Some(value.to_owned()),
            "currency" => self.currency = Some(value.to_uppercase()),
            "min" => self.min = Some(amount(value)?),
            "max" => self.max = Some(amount(value)?),
            "from" => self.from = Some(day(value)?),
            "until" => self.until = Some(day(value)?),
            "customer" => self.customer = Some(value.to_owned()),
            "invoice" => self.invoice = Some(value.to_owned()),
            "requester" => self.requester = Some(Identity::read(value).to_string()),
            "channel" => self.channel = Some(value.to_lowercase()),
            "rule" => self.rule = Some(value.to_owned()),
            "q" => {
                self.words = words(value);
                if self.words.is_empty() {
                    return Err("Write at least two characters of what you look for.".into());
                }
            }
            _ => return Err(format!("Nothing is filtered by `{name}`.")),
        }
        Ok(())
    }

    /// Tells whether it leaves nothing out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Tells whether a request is wanted; days are those of the time zone.
    #[must_use]
    pub fn fits(&self, request: &Request, zone: Zone) -> bool {
        let is =
            |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|wanted| found == Some(wanted));
        let amount = request.amount.or(request.ask.amount);
        let stored_on = || zone.day(request.created_at);
        (self.statuses.is_empty() || self.statuses.contains(&request.status))
            && (self.kinds.is_empty() || self.kinds.contains(&request.ask.kind))
            && self.reason.as_deref().is_none_or(|reason| same(reason, &request.ask.reason))
            && is(&self.currency, amount.map(|amount| amount.currency.code()))
            && self.min.is_none_or(|min| amount.is_some_and(|amount| whole(amount) >= min))
            && self.max.is_none_or(|max| amount.is_some_and(|amount| whole(amount) <= max))
            && self.from.is_none_or(|from| stored_on() >= from)
            && self.until.is_none_or(|until| stored_on() <= until)
            && is(&self.customer, request.customer.as_deref())
            && is(&self.invoice, request.ask.invoice.as_deref())
            && is(&self.requester, Some(request.asker().to_string().as_str()))
            && is(&self.channel, Some(request.source.channel.as_str()))
            && is(&self.rule, request.rule.as_ref().map(|made| made.by.rule.as_str()))
            && self.task.is_none_or(|code| request.tasks.iter().any(|task| task.code == code))
            && self.has_words(request)
    }

    fn has_words(&self, request: &Request) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let terms = terms(request);
        self.words.iter().all(|word| terms.iter().any(|term| term.starts_with(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Source;
    use crate::request::ask::Ask;

    fn request() -> Request {
        let ask: Ask = serde_json::from_value(serde_json::json!({
            "kind": "goodwill_credit", "invoice": null, "customer": "CUST-7", "reason": "Late", "note": "",
            "amount": {"value": "600.00", "currency": "EUR"}, "lines": [], "evidence": [], "destination": "auto"
        }))
        .unwrap_or_else(|error| panic!("{error}"));
        let source = Source { channel: "api".into(), reference: None, link: None };
        let at = "2026-11-21T23:30:00.000Z".parse().unwrap_or_else(|_| panic!("an instant"));
        Request::receive("0199aaaa-bbbb-7ccc-8ddd-eeee12345678".into(), source, "alice".into(), ask, at)
    }

    fn fits(parameters: &[(&str, &str)], zone: Zone) -> bool {
        let mut filter = Filter::default();
        for (name, value) in parameters {
            filter.set(name, value).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        filter.fits(&request(), zone)
    }

    #[test]
    fn what_is_wanted_fits_and_what_is_not_does_not() {
        for (name, wanted, other) in [
            ("status", "completed,received", "completed"),
            ("kind", "goodwill_credit", "refund"),
            ("reason", "late", "damaged"),
            ("currency", "eur", "USD"),
            ("min", "600", "600.01"),
            ("max", "600.00", "599.99"),
            ("from", "2026-11-21", "2026-11-22"),
            ("until", "2026-11-21", "2026-11-20"),
            ("customer", "CUST-7", "cust-7"),
            ("requester", "Alice", "bob"),
            ("channel", "api", "zendesk"),
            ("q", "cust 12345678", "cust 99"),
        ] {
            assert!(fits(&[(name, wanted)], Zone::UTC), "{name}={wanted}");
            assert!(!fits(&[(name, other)], Zone::UTC), "{name}={other}");
        }
        assert!(!fits(&[("rule", "late parcels")], Zone::UTC), "no rule made it");
        assert!(!fits(&[("invoice", "INV-1")], Zone::UTC) && !fits(&[("task", "leg.pay_out")], Zone::UTC));
        let both = [("kind", "goodwill_credit"), ("status", "completed")];
        assert!(!fits(&both, Zone::UTC), "all of it is wanted");
    }

    #[test]
    fn days_are_those_of_the_time_zone() {
        let berlin = "Europe/Berlin".parse().unwrap_or_default();
        assert!(fits(&[("from", "2026-11-22")], berlin) && !fits(&[("until", "2026-11-21")], berlin));
    }

    #[test]
    fn what_can_not_be_wanted_is_refused_with_what_can() {
        let mut filter = Filter::default();
        for (name, value) in [
            ("status", "open"),
            ("kind", "refund,x"),
            ("min", "12,50"),
            ("from", "21.11.2026"),
            ("task", "x"),
            ("q", "a"),
            ("colour", "red"),
        ] {
            assert!(filter.set(name, value).is_err(), "{name}={value}");
        }
        assert!(filter.set("customer", &"x".repeat(limits::FILTER_CHARS + 1)).is_err());
        assert_eq!(filter.set("status", " "), Ok(()));
        assert!(filter.is_empty());
        for name in Filter::NAMES {
            assert_eq!(Filter::default().set(name, ""), Ok(()), "{name}");
        }
    }
}
