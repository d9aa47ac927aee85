//! Finding invoices and customers by parts of what is known of them.

use serde_json::{Value as Json, json};

use crate::bindings::contract::{Customer, CustomerMatch, Fault, InvoiceSummary, SearchWord};
use crate::client::{Client, Search};
use crate::invoices;
use crate::limits;
use crate::values::{Record, Unit};

/// Tells whether a search keeps the contract's bounds.
pub fn check(words: &[SearchWord], limit: u32) -> Result<(), Fault> {
    let fits = |word: &SearchWord| (3..=100).contains(&word.text.chars().count());
    if !(1..=6).contains(&words.len()) || !(1..=51).contains(&limit) || !words.iter().all(fits) {
        let bounds = "a search takes 1 to 6 words of 3 to 100 characters, and gives 1 to 51 items";
        return Err(Fault::InvalidArgument(bounds.into()));
    }
    Ok(())
}

/// Returns a pattern that finds this part of a text and nothing else: `%` and `_` are no wildcards in it.
fn part(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Returns the domain of customers in whom a word is found; `party` is the way to the customer, with its dot.
fn customer_has(party: &str, pattern: &str) -> Vec<Json> {
    let mail = json!([["type", "=", "email"], ["value", "ilike", pattern]]);
    vec![
        json!([format!("{party}code"), "ilike", pattern]),
        json!([format!("{party}name"), "ilike", pattern]),
        json!([format!("{party}contact_mechanisms"), "where", mail]),
    ]
}

/// Returns the domain of invoices in which a word is found.
fn invoice_has(word: &SearchWord) -> Json {
    let pattern = part(&word.text);
    let mut any = vec![json!("OR"), json!(["number", "ilike", pattern])];
    any.extend(customer_has("party.", &pattern));
    let amounts = word.amounts.iter().filter(|amount| amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    any.extend(amounts.map(|amount| json!(["total_amount", "=", {"__class__": "Decimal", "decimal": amount}])));
    Json::Array(any)
}

/// Returns the invoices in which all words are found, the newest first.
pub async fn invoices(client: &Client, words: &[SearchWord], limit: u32) -> Result<Vec<InvoiceSummary>, Fault> {
    let mut domain = vec![invoices::standing(client)];
    domain.extend(words.iter().map(invoice_has));
    let search = Search {
        model: "account.invoice",
        fields: &invoices::FIELDS,
        limit: usize::try_from(limit).unwrap_or(limits::CANDIDATES),
        order: &[("invoice_date", "DESC"), ("id", "DESC")],
    };
    let found = client.find(search, Json::Array(domain)).await?;
    found.iter().map(|record| summary(client, Record(record))).collect()
}

fn summary(client: &Client, record: Record<'_>) -> Result<InvoiceSummary, Fault> {
    let currency = invoices::currency(client, record)?;
    let unit = Unit::of(&currency).map_err(Fault::Unauthorized)?;
    Ok(InvoiceSummary {
        number: record.required("/number")?.to_owned(),
        issued_on: record.day("/invoice_date").ok_or_else(|| record.unread("/invoice_date"))?.to_string(),
        currency,
        gross_minor: record.minor("/total_amount", unit)?,
        customer: invoices::customer(record)?,
    })
}

/// What is read of a party.
const PARTY: [&str; 6] =
    ["code", "name", "lang.code", "contact_mechanisms.type", "contact_mechanisms.value", "addresses.country.code"];

/// Returns the customers in whom all words are found, by their ids.
pub async fn customers(client: &Client, words: &[SearchWord], limit: u32) -> Result<Vec<Customer>, Fault> {
    let any = |word: &SearchWord| {
        let mut any = vec![json!("OR")];
        any.extend(customer_has("", &part(&word.text)));
        Json::Array(any)
    };
    let mut domain = vec![json!(["code", "!=", null])];
    domain.extend(words.iter().map(any));
    let limit = usize::try_from(limit).unwrap_or(limits::CANDIDATES);
    let search = Search { model: "party.party", fields: &PARTY, limit, order: &[("code", "ASC")] };
    let found = client.find(search, Json::Array(domain)).await?;
    found.iter().map(|record| customer(Record(record))).collect()
}

fn customer(party: Record<'_>) -> Result<Customer, Fault> {
    let mut countries = party.records("/addresses.").into_iter();
    Ok(Customer {
        id: party.required("/code")?.to_owned(),
        name: party.text("/name").unwrap_or_default().to_owned(),
        country: countries.find_map(|address| address.text("/country./code")).unwrap_or_default().to_owned(),
        tier: String::new(),
        email: invoices::email(party),
        language: invoices::language(party),
    })
}

/// Returns an id without what people write in other ways: capitals, spaces, hyphens.
fn plain(id: &str) -> String {
    id.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns what Tryton has under a customer's id, the code of a party.
pub async fn find_customer(client: &Client, id: &str) -> Result<CustomerMatch, Fault> {
    let asked = plain(id);
    if asked.is_empty() || !invoices::is_name(id) {
        return Ok(CustomerMatch::Unknown(Vec::new()));
    }
    // Whatever stands between the letters of the id.
    let pattern: String = asked.chars().flat_map(|c| ['%', c]).chain(['%']).collect();
    let search =
        Search { model: "party.party", fields: &["code"], limit: limits::CANDIDATES, order: &[("code", "ASC")] };
    let any = json!([["OR", ["code", "=", id], ["code", "ilike", pattern]]]);
    let found = client.find(search, any).await?;
    let codes: Vec<&str> = found.iter().filter_map(|record| Record(record).text("/code")).collect();
    if codes.contains(&id) {
        return Ok(CustomerMatch::Known);
    }
    let alike = codes.into_iter().filter(|code| plain(code) == asked).take(limits::ALIKE);
    Ok(CustomerMatch::Unknown(alike.map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_text_has_no_wildcards() {
        assert_eq!(part("50%_a\\"), "%50\\%\\_a\\\\%");
        assert_eq!(plain("Cust 7"), plain("CUST-7"));
    }
}
