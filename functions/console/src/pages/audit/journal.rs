//! Gives the journal of the books as a table: a line for each leg of each entry.

use contraflow_domain::bulk::cell;
use contraflow_domain::money::Money;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use serde::Deserialize;

use crate::asked::Asked;
use crate::books;
use crate::form::with_query;
use crate::limits;
use crate::pages::documents;
use crate::reply;

/// Names the columns. They stay the same in every language, because programs read them.
const COLUMNS: &str = "sequence,booked_on,document,narration,account,amount,currency\r\n";

#[derive(Deserialize)]
struct Entry {
    sequence: u64,
    booked_on: String,
    narration: String,
    document: String,
    legs: Vec<Leg>,
}

#[derive(Deserialize)]
struct Leg {
    account: String,
    amount: Money,
}

/// Serves `GET /audit/journal.csv`.
///
/// # Errors
/// The problem that the books answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    if !asked.frame.has_books {
        return Ok(documents::elsewhere(asked.frame));
    }
    let limit = limits::JOURNAL_PAGE.to_string();
    let mut cursor = asked.form.get("after").to_owned();
    let mut text = String::from(COLUMNS);
    for _ in 0..limits::JOURNAL_PAGES {
        let address = with_query("/v1/books/journal", &[("format", "json"), ("cursor", &cursor), ("limit", &limit)]);
        let page: Page<Entry> = books::get(asked.session, &address).await?;
        page.items.iter().for_each(|entry| add(&mut text, entry));
        match page.next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    Ok(reply::file("journal.csv", "text/csv; charset=utf-8", text.into()))
}

fn add(text: &mut String, entry: &Entry) {
    for leg in &entry.legs {
        let (sequence, amount) = (entry.sequence.to_string(), leg.amount.to_string());
        let named = [&sequence, &entry.booked_on, &entry.document, &entry.narration, &leg.account];
        // An amount may begin with a sign, and is no formula.
        let cells = named.map(|name| cell(name)).join(",");
        text.push_str(&format!("{cells},{amount},{}\r\n", leg.amount.currency));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leg_has_its_line_and_a_negative_amount_stays_a_number() {
        let entry: Entry = serde_json::from_value(serde_json::json!({
            "sequence": 1, "booked_on": "2026-10-01", "narration": "=Invoice, INV-1", "document": "INV-1",
            "legs": [
                {"account": "Assets:Receivable:CUST-7", "amount": {"value": "119.00", "currency": "EUR"}},
                {"account": "Income:Sales", "amount": {"value": "-119.00", "currency": "EUR"}},
            ],
        }))
        .expect("an entry");
        let mut text = String::new();
        add(&mut text, &entry);
        assert_eq!(
            text,
            "1,2026-10-01,INV-1,\"'=Invoice, INV-1\",Assets:Receivable:CUST-7,119.00,EUR\r\n\
             1,2026-10-01,INV-1,\"'=Invoice, INV-1\",Income:Sales,-119.00,EUR\r\n"
        );
    }
}
