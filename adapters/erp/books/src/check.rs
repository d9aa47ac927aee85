//! What the books take: form and sums, checked before SQLite sees them. Pure.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate};

use crate::bindings::contract::{
    Direction, DisputeLoss, DocumentOrder, FieldError, IdempotencyKey, Invoice, Payment, Rate, Settlement,
    SettlementKind, TaxRounding, Totals,
};
use crate::factor::Factor;
use crate::limits;

/// Returns what is wrong with an invoice; pointers lead into the JSON that the API takes.
pub fn invoice(invoice: &Invoice) -> Vec<FieldError> {
    let mut found = Errors(vec![]);
    found.id("/number", &invoice.number);
    found.date("/issued_on", &invoice.issued_on);
    found.wrong_if(!is_currency(&invoice.currency), "/currency", "is not an ISO 4217 code such as EUR");
    found.id("/customer/id", &invoice.customer.id);
    let lines = invoice.lines.len();
    found.wrong_if(
        lines == 0 || lines > limits::LINES,
        "/lines",
        format!("takes 1 to {} lines, not {lines}", limits::LINES),
    );
    let mut ids = HashSet::new();
    for (index, line) in invoice.lines.iter().enumerate() {
        found.id(&format!("/lines/{index}/id"), &line.id);
        found.wrong_if(!ids.insert(&line.id), format!("/lines/{index}/id"), "stands on another line too");
        found.totals(&format!("/lines/{index}"), &line.totals);
    }
    found.totals("/totals", &invoice.totals);
    found.wrong_if(
        invoice.totals.gross_minor < 0,
        "/totals/gross",
        "is less than zero: what is owed to a customer is a credit document",
    );
    let sum = sum(invoice.lines.iter().map(|line| &line.totals));
    let rounding = match invoice.tax_rounding {
        TaxRounding::Line => 0,
        TaxRounding::Document => lines as u64,
    };
    for (field, total, sum) in [
        ("net", invoice.totals.net_minor, sum.net_minor),
        ("tax", invoice.totals.tax_minor, sum.tax_minor),
        ("gross", invoice.totals.gross_minor, sum.gross_minor),
    ] {
        found.wrong_if(
            total.abs_diff(sum) > rounding,
            format!("/totals/{field}"),
            format!("is {total} minor units where the lines sum to {sum}"),
        );
    }
    found.wrong_if(
        invoice.payments.len() > limits::PAYMENTS,
        "/payments",
        format!("takes at most {} payments", limits::PAYMENTS),
    );
    let mut ids = HashSet::new();
    for (index, payment) in invoice.payments.iter().enumerate() {
        let at = |field: &str| format!("/payments/{index}/{field}");
        found.id(&at("id"), &payment.id);
        found.wrong_if(!ids.insert(&payment.id), at("id"), "stands on another payment too");
        let wrong = of_payment(payment, &invoice.currency).into_iter();
        found
            .0
            .extend(wrong.map(|error| FieldError { pointer: format!("/payments/{index}{}", error.pointer), ..error }));
    }
    found.0
}

/// Returns what is wrong with a payment of an invoice in that currency; pointers lead into the payment.
pub fn payment(payment: &Payment, currency: &str) -> Vec<FieldError> {
    let mut found = Errors(vec![]);
    found.id("/id", &payment.id);
    found.0.extend(of_payment(payment, currency));
    found.0
}

fn of_payment(payment: &Payment, currency: &str) -> Vec<FieldError> {
    let mut found = Errors(vec![]);
    found.wrong_if(!is_currency(&payment.captured.currency), "/currency", "is not an ISO 4217 code such as EUR");
    for (field, minor) in [("/captured", payment.captured.minor), ("/applied", payment.applied_minor)] {
        let fits = (1..=limits::AMOUNT_MINOR).contains(&minor);
        found.wrong_if(!fits, field, "must be more than zero, and within what the books hold");
    }
    found.wrong_if(
        payment.captured.currency == currency && payment.captured.minor != payment.applied_minor,
        "/applied",
        "is not what was captured, although the currencies are the same",
    );
    let is_four = |digits: &String| digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit());
    let wrong_digits = payment.last_four.as_ref().is_some_and(|digits| !is_four(digits));
    found.wrong_if(wrong_digits, "/last_four", "is not four digits, such as 4242");
    found.wrong_if(paid_on(payment).is_none(), "/paid_at", "is not an RFC 3339 time such as 2026-10-02T09:00:00Z");
    found.0
}

/// Returns the day of a payment in UTC; `None` where its time cannot be read.
pub fn paid_on(payment: &Payment) -> Option<String> {
    let at = DateTime::parse_from_rfc3339(&payment.paid_at).ok()?;
    Some(at.to_utc().date_naive().format("%Y-%m-%d").to_string())
}

/// Returns what is wrong with an order, if anything.
pub fn order(order: &DocumentOrder) -> Result<(), String> {
    let mut found = Errors(vec![]);
    found.key("/key", &order.key);
    if let Some(invoice) = &order.invoice {
        found.id("/invoice", invoice);
    }
    let is_payout = order.direction == Direction::Payout;
    found.wrong_if(is_payout && order.invoice.is_none(), "/invoice", "is missing: what was paid too much, is on one");
    found.id("/customer", &order.customer);
    found.wrong_if(!is_currency(&order.currency), "/currency", "is not an ISO 4217 code");
    found.date("/issued-on", &order.issued_on);
    found.wrong_if(order.reason.len() > limits::REASON_BYTES, "/reason", "is too long");
    let is_long = |name: &Option<String>| name.as_ref().is_some_and(|name| name.len() > limits::ID_BYTES * 2);
    found.wrong_if(is_long(&order.reason_code), "/reason-code", "is too long");
    found.wrong_if(is_long(&order.account), "/account", "is too long");
    let lines = order.lines.len();
    found.wrong_if(lines == 0 || lines > limits::LINES, "/lines", format!("takes 1 to {} lines", limits::LINES));
    for (index, line) in order.lines.iter().enumerate() {
        found.totals(&format!("/lines/{index}"), &line.totals);
        found.decimal(&format!("/lines/{index}/quantity"), &line.quantity);
        found.decimal(&format!("/lines/{index}/tax-rate"), &line.tax_rate);
    }
    found.totals("/totals", &order.totals);
    found.wrong_if(
        sum(order.lines.iter().map(|line| &line.totals)) != order.totals,
        "/totals",
        "are not the sums of the lines",
    );
    // Net or tax alone may be less than zero: of an invoice that deducts a prepayment, for one.
    found.wrong_if(order.totals.gross_minor <= 0, "/totals/gross", "must be more than zero: turn the direction round");
    found.into_result()
}

/// Returns what is wrong with a settlement, if anything.
pub fn settlement(settlement: &Settlement) -> Result<(), String> {
    let mut found = Errors(vec![]);
    found.key("/key", &settlement.key);
    found.wrong_if(
        !(1..=limits::AMOUNT_MINOR).contains(&settlement.amount.minor),
        "/amount",
        "must be more than zero, and within what the books hold",
    );
    found.wrong_if(
        !(1..=limits::AMOUNT_MINOR).contains(&settlement.settles_minor),
        "/settles-minor",
        "must be more than zero, and within what the books hold",
    );
    found.date("/settled-on", &settlement.settled_on);
    found.wrong_if(
        (settlement.kind == SettlementKind::StoreCreditTransfer) != settlement.recipient.is_some(),
        "/recipient",
        "names who gets the store credit, of store-credit-transfer and of nothing else",
    );
    found.into_result()
}

/// Returns what is wrong with a loss, if anything.
pub fn loss(loss: &DisputeLoss) -> Result<(), String> {
    let mut found = Errors(vec![]);
    found.key("/key", &loss.key);
    found.wrong_if(loss.gateway.is_empty(), "/gateway", "is missing");
    found.wrong_if(!is_currency(&loss.amount.currency), "/amount", "is in no ISO 4217 currency");
    found.wrong_if(
        !(1..=limits::AMOUNT_MINOR).contains(&loss.amount.minor),
        "/amount",
        "must be more than zero, and within what the books hold",
    );
    found.date("/lost-on", &loss.lost_on);
    found.into_result()
}

/// Returns what is wrong with a rate; pointers lead into the JSON that the API takes.
pub fn rate(rate: &Rate) -> Vec<FieldError> {
    let mut found = Errors(vec![]);
    found.date("/day", &rate.day);
    for (field, code) in [("/from", &rate.from_currency), ("/to", &rate.to_currency)] {
        found.wrong_if(!is_currency(code), field, "is not an ISO 4217 code such as EUR");
    }
    found.wrong_if(rate.from_currency == rate.to_currency, "/to", "is the same currency");
    found.wrong_if(Factor::read(&rate.rate).is_none(), "/rate", "is not a decimal above zero of at most 18 digits");
    found.0
}

/// Returns what is wrong with a key, if anything.
pub fn key(key: &IdempotencyKey) -> Result<(), String> {
    let mut found = Errors(vec![]);
    found.key("/key", key);
    found.into_result()
}

struct Errors(Vec<FieldError>);

impl Errors {
    fn wrong_if(&mut self, wrong: bool, pointer: impl Into<String>, detail: impl Into<String>) {
        if wrong {
            self.0.push(FieldError { pointer: pointer.into(), detail: detail.into() });
        }
    }

    fn id(&mut self, pointer: &str, id: &str) {
        let wrong = id.trim().is_empty() || id.len() > limits::ID_BYTES || id.contains(char::is_control);
        let most = limits::ID_BYTES;
        self.wrong_if(wrong, pointer, format!("takes 1 to {most} bytes without control characters"));
    }

    fn key(&mut self, pointer: &str, key: &IdempotencyKey) {
        let letters = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        let wrong = key.value.is_empty() || key.value.len() > limits::KEY_CHARS || !key.value.chars().all(letters);
        self.wrong_if(wrong, pointer, "takes 1 to 64 of A-Z a-z 0-9 - _ .");
    }

    fn date(&mut self, pointer: &str, date: &str) {
        let fits = date.len() == 10 && NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok();
        self.wrong_if(!fits, pointer, "is not a date such as 2026-10-01");
    }

    /// Checks that a text is a plainly written decimal of zero or more: a printed document shows it as it is.
    fn decimal(&mut self, pointer: &str, text: &str) {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_decimal = digits(whole) && digits(fraction) && text.len() <= limits::DECIMAL_BYTES;
        self.wrong_if(!is_decimal, pointer, "must be a decimal such as 2 or 0.19");
    }

    fn totals(&mut self, pointer: &str, totals: &Totals) {
        let fits = [totals.net_minor, totals.tax_minor, totals.gross_minor]
            .iter()
            .all(|amount| amount.unsigned_abs() <= limits::AMOUNT_MINOR.unsigned_abs());
        self.wrong_if(!fits, pointer, "is beyond what the books hold");
        let net_and_tax = totals.net_minor.saturating_add(totals.tax_minor);
        self.wrong_if(
            fits && net_and_tax != totals.gross_minor,
            format!("{pointer}/gross"),
            format!("is {} minor units where net and tax are {net_and_tax}", totals.gross_minor),
        );
    }

    fn into_result(self) -> Result<(), String> {
        if self.0.is_empty() {
            return Ok(());
        }
        let words: Vec<_> = self.0.into_iter().map(|error| format!("{}: {}", error.pointer, error.detail)).collect();
        Err(words.join("; "))
    }
}

fn is_currency(code: &str) -> bool {
    iso_currency::Currency::from_code(code).is_some_and(|currency| currency.code() == code)
}

fn sum<'a>(all: impl Iterator<Item = &'a Totals>) -> Totals {
    all.fold(Totals { net_minor: 0, tax_minor: 0, gross_minor: 0 }, |sum, each| Totals {
        net_minor: sum.net_minor.saturating_add(each.net_minor),
        tax_minor: sum.tax_minor.saturating_add(each.tax_minor),
        gross_minor: sum.gross_minor.saturating_add(each.gross_minor),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples;

    fn pointers(found: &[FieldError]) -> Vec<&str> {
        found.iter().map(|error| error.pointer.as_str()).collect()
    }

    #[test]
    fn a_sound_invoice_passes() {
        assert_eq!(invoice(&samples::invoice("INV-1")), vec![]);
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let mut wrong = samples::invoice("");
        wrong.issued_on = "2026-02-30".to_owned();
        wrong.currency = "EURO".to_owned();
        wrong.totals.gross_minor += 1;
        for payment in &mut wrong.payments {
            payment.paid_at = "yesterday".to_owned();
        }
        assert_eq!(
            pointers(&invoice(&wrong)),
            ["/number", "/issued_on", "/currency", "/totals/gross", "/totals/gross", "/payments/0/paid_at"]
        );
    }

    #[test]
    fn document_rounding_may_move_the_totals_by_a_unit_a_line() {
        let mut rounded = samples::invoice("INV-1");
        rounded.totals.tax_minor += 1;
        rounded.totals.gross_minor += 1;
        assert_eq!(pointers(&invoice(&rounded)), ["/totals/tax", "/totals/gross"]);
        rounded.tax_rounding = TaxRounding::Document;
        assert_eq!(invoice(&rounded), vec![]);
        rounded.totals.tax_minor += 1;
        rounded.totals.gross_minor += 1;
        assert_eq!(pointers(&invoice(&rounded)), ["/totals/tax", "/totals/gross"]);
    }

    #[test]
    fn an_order_must_add_up_and_be_more_than_nothing() {
        assert_eq!(order(&samples::order("k", 5000, 950)), Ok(()));
        assert!(order(&samples::order("k", 0, 0)).is_err());
        assert!(order(&samples::order("k", -1000, 999)).is_err());
        assert_eq!(order(&samples::order("k", -1000, 1900)), Ok(()));
        assert!(order(&samples::order("no spaces", 1, 0)).is_err());
        let mut off = samples::order("k", 5000, 950);
        off.totals.net_minor -= 1;
        off.totals.gross_minor -= 1;
        assert_eq!(order(&off), Err("/totals: are not the sums of the lines".to_owned()));
    }

    #[test]
    fn a_payment_late_in_the_evening_elsewhere_is_booked_on_its_day_in_utc() {
        let mut payment = samples::invoice("INV-1").payments.remove(0);
        payment.paid_at = "2026-10-02T23:30:00-02:00".to_owned();
        assert_eq!(paid_on(&payment).as_deref(), Some("2026-10-03"));
    }
}
