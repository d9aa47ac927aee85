//! An order as Tryton takes it: checked first, then written as the values of one record.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value as Json, json};

use crate::bindings::contract::{Direction, DocumentLine, DocumentOrder, Fault, Totals};
use crate::limits;
use crate::mark;
use crate::values::{Unit, date, day, decimal};

/// What an order says, where it is in form.
pub struct Checked {
    /// Its currency's decimals.
    pub unit: Unit,
    /// Its day.
    pub day: NaiveDate,
    /// The quantities of its lines.
    pub quantities: Vec<Decimal>,
}

/// Where a line is booked, and with which taxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The account.
    pub account: i64,
    /// The taxes.
    pub taxes: Vec<Tax>,
    /// The line of the invoice that it corrects.
    pub origin: Option<i64>,
}

/// A tax at Tryton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tax {
    /// Its id.
    pub id: i64,
    /// What stands on documents.
    pub description: String,
    /// The account that it is booked on where the base is not negative, and where it is.
    pub accounts: [Option<i64>; 2],
}

/// Whom and what the document is about.
pub struct Heading {
    /// The party.
    pub party: i64,
    /// Its address.
    pub address: i64,
    /// The account of what it owes.
    pub receivable: i64,
    /// The journal of customer invoices.
    pub journal: i64,
    /// The currency.
    pub currency: i64,
    /// The company.
    pub company: i64,
    /// The corrected invoice.
    pub invoice: Option<i64>,
}

/// Checks the form of an order. What is out of form never gets as far as Tryton.
pub fn check(order: &DocumentOrder) -> Result<Checked, Fault> {
    let refuse = |words: &str| Err(Fault::InvalidArgument(words.to_owned()));
    if !mark::can_mark(&order.key.value, &order.request.value) {
        return refuse("the key and the request must be 1 to 64 characters of A-Z a-z 0-9 - _ .");
    }
    let unit = Unit::of(&order.currency).map_err(Fault::InvalidArgument)?;
    let Some(day) = day(&order.issued_on) else {
        return refuse("the day of issue must be a day, YYYY-MM-DD");
    };
    if order.reason.chars().count() > limits::REASON_CHARS
        || order.lines.iter().any(|line| line.description.chars().count() > limits::DESCRIPTION_CHARS)
    {
        return refuse("the reason or the description of a line is too long for Tryton");
    }
    if order.lines.is_empty() || order.lines.len() > limits::DOCUMENT_LINES {
        return refuse("a document has 1 to 1000 lines");
    }
    if !adds_up(&order.totals, order.lines.iter().map(|line| &line.totals)) || order.totals.gross_minor <= 0 {
        return refuse("the totals must be the sum of the lines, and the gross amount more than zero");
    }
    let quantities = order.lines.iter().map(|line| {
        plain_decimal(&line.tax_rate)?;
        plain_decimal(&line.quantity)
    });
    match quantities.collect::<Option<Vec<_>>>() {
        Some(quantities) => Ok(Checked { unit, day, quantities }),
        None => refuse("quantities and rates must be decimals that are not negative"),
    }
}

fn adds_up<'t>(totals: &Totals, lines: impl Iterator<Item = &'t Totals>) -> bool {
    let whole = |totals: &Totals| totals.net_minor.checked_add(totals.tax_minor) == Some(totals.gross_minor);
    let mut sum = Some((0_i64, 0_i64));
    let mut lines_are_whole = true;
    for line in lines {
        lines_are_whole &= whole(line);
        sum = sum.and_then(|(net, tax)| Some((net.checked_add(line.net_minor)?, tax.checked_add(line.tax_minor)?)));
    }
    lines_are_whole && whole(totals) && sum == Some((totals.net_minor, totals.tax_minor))
}

/// Reads a decimal of digits and at most one point.
fn plain_decimal(text: &str) -> Option<Decimal> {
    let is_plain = text.len() <= limits::DECIMAL_CHARS
        && text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain { Decimal::from_str_exact(text).ok() } else { None }
}

/// Returns the values that make the document in one call, its key included.
pub fn values(order: &DocumentOrder, checked: &Checked, heading: &Heading, booked: &[Booked]) -> Json {
    let mark = mark::Mark::of(order, heading.invoice).text();
    let sign = sign(order);
    let lines = order.lines.iter().zip(&checked.quantities).zip(booked).enumerate();
    let lines: Vec<Json> = lines
        .map(|(place, ((line, quantity), booked))| {
            let note = (place == 0).then_some(mark.as_str());
            line_values(line, *quantity, booked, (sign, checked.unit), heading, note)
        })
        .collect();
    let mut values = json!({
        "type": "out",
        "party": heading.party,
        "invoice_address": heading.address,
        "account": heading.receivable,
        "journal": heading.journal,
        "currency": heading.currency,
        "company": heading.company,
        // Nothing is due later: it is a memo, and Tryton warns of terms that have passed.
        "payment_term": null,
        "invoice_date": date(checked.day),
        "reference": order.key.value,
        "description": one_line(&order.reason),
        "lines": [["create", lines]],
    });
    if let (Some(taxes), Some(values)) = (tax_values(order, checked.unit, booked), values.as_object_mut()) {
        values.insert("taxes".into(), json!([["create", taxes]]));
    }
    values
}

/// Returns a text as one line: Tryton's descriptions have no line breaks, and its database no control characters.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Returns the sign of a document's amounts at Tryton: a credit note is an invoice of negative quantities.
pub fn sign(order: &DocumentOrder) -> i64 {
    if order.direction == Direction::Debit { 1 } else { -1 }
}

fn line_values(
    line: &DocumentLine,
    quantity: Decimal,
    booked: &Booked,
    (sign, unit): (i64, Unit),
    heading: &Heading,
    note: Option<&str>,
) -> Json {
    let net = unit.amount(line.totals.net_minor);
    let (quantity, price, is_exact) = counted(net, quantity);
    let description = match (is_exact, line.quantity.as_str()) {
        (true, _) | (false, "0") => one_line(&line.description),
        // The amount is right, and what it is for stays readable.
        (false, many) => format!("{many} × {}", one_line(&line.description)),
    };
    let taxes: Vec<i64> = booked.taxes.iter().map(|tax| tax.id).collect();
    json!({
        "type": "line",
        "account": booked.account,
        "description": description,
        "quantity": number(quantity * Decimal::from(sign)),
        "unit_price": decimal(price),
        "currency": heading.currency,
        "company": heading.company,
        "taxes": [["add", taxes]],
        "origin": booked.origin.map(|line| format!("account.invoice.line,{line}")),
        "note": note,
    })
}

/// Returns the quantity and the price that come to exactly this amount, and whether they are the ones that were asked
/// for. Tryton stores no amount of a line, only these two.
fn counted(net: Decimal, quantity: Decimal) -> (Decimal, Decimal, bool) {
    if let Some(price) = net.checked_div(quantity) {
        let price = price.round_dp_with_strategy(limits::PRICE_DECIMALS, RoundingStrategy::MidpointNearestEven);
        let comes_to = price.checked_mul(quantity);
        let comes_to =
            comes_to.map(|amount| amount.round_dp_with_strategy(net.scale(), RoundingStrategy::MidpointNearestEven));
        if comes_to == Some(net) {
            return (quantity, price, true);
        }
    }
    (Decimal::ONE, net, false)
}

/// Returns a quantity as the JSON number that Tryton wants it to be. No amount goes this way.
fn number(quantity: Decimal) -> Json {
    serde_json::from_str(&quantity.normalize().to_string()).unwrap_or(Json::Null)
}

/// Returns the tax lines with exactly the tax that is ordered, grouped as Tryton groups them: by tax, and by whether
/// the base is negative. None where a line has several taxes: then Tryton computes them.
fn tax_values(order: &DocumentOrder, unit: Unit, booked: &[Booked]) -> Option<Vec<Json>> {
    let mut groups: Vec<(&Tax, bool, i64, i64)> = Vec::new();
    for (line, booked) in order.lines.iter().zip(booked) {
        let [tax] = booked.taxes.as_slice() else {
            if booked.taxes.is_empty() {
                continue;
            }
            return None;
        };
        let (net, amount) = (sign(order) * line.totals.net_minor, sign(order) * line.totals.tax_minor);
        match groups.iter_mut().find(|(known, is_negative, ..)| known.id == tax.id && *is_negative == (net < 0)) {
            Some((_, _, base, sum)) => {
                *base = base.checked_add(net)?;
                *sum = sum.checked_add(amount)?;
            }
            None => groups.push((tax, net < 0, net, amount)),
        }
    }
    let tax = |(tax, is_negative, base, amount): &(&Tax, bool, i64, i64)| {
        json!({
            "tax": tax.id,
            "description": tax.description,
            "account": if *is_negative { tax.accounts[1] } else { tax.accounts[0] },
            "base": decimal(unit.amount(*base)),
            "amount": decimal(unit.amount(*amount)),
            "manual": false,
        })
    };
    Some(groups.iter().map(tax).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal_of(text: &str) -> Decimal {
        plain_decimal(text).unwrap_or(Decimal::MAX)
    }

    #[test]
    fn quantity_times_price_is_the_amount_to_the_cent() {
        for (net, quantity, counted_as) in [
            ("50.00", "2", ("2", "25.00", true)),
            ("33.33", "3", ("3", "11.11", true)),
            ("100.00", "3", ("3", "33.3333", true)),
            ("10.00", "0", ("1", "10.00", false)),
            ("1000.01", "3000", ("1", "1000.01", false)),
        ] {
            let (quantity, price, is_exact) = counted(decimal_of(net), decimal_of(quantity));
            assert_eq!(
                (&*quantity.to_string(), price, is_exact),
                (counted_as.0, decimal_of(counted_as.1), counted_as.2)
            );
        }
    }

    #[test]
    fn decimals_are_plain() {
        assert_eq!(plain_decimal("2.50"), Some(Decimal::new(250, 2)));
        for wrong in ["", "-1", "two", "1e3", "NaN", "0x10", "19 %", "1.2.3", ".", &"9".repeat(40)] {
            assert_eq!(plain_decimal(wrong), None, "{wrong}");
        }
        assert_eq!(number(Decimal::new(-250, 2)), json!(-2.5));
    }
}
