//! Gives a file of all payouts that wait, for whoever hands them to the bank.

use contraflow_domain::bulk::cell;
use contraflow_domain::request::row::RequestRow;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;

use super::{Payout, payouts, source};
use crate::api_client;
use crate::asked::Asked;
use crate::limits;
use crate::parts::task::payee;
use crate::reply;

/// Names the columns. They stay the same in every language, because programs read them.
const COLUMNS: &str = "payee,customer,amount,currency,reference,invoice,since,request,leg\r\n";

/// Serves `GET /payouts.csv`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let mut text = String::from(COLUMNS);
    let mut cursor = String::new();
    for _ in 0..limits::PAYOUT_FILE_PAGES {
        let page: Page<RequestRow> =
            api_client::get(asked.session, &source(asked.session, &cursor, limits::PAYOUT_FILE_PAGE)).await?;
        payouts(&page.items).iter().for_each(|payout| text.push_str(&line(payout)));
        match page.next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    let day = contraflow_domain::zone::Zone::UTC.day(asked.frame.now);
    Ok(reply::file(&format!("payout-list-{day}.csv"), "text/csv; charset=utf-8", text.into()))
}

fn line(payout: &Payout<'_>) -> String {
    let Payout { row, leg, since } = payout;
    let (amount, currency) = (leg.amount.to_string(), leg.amount.currency.code());
    let since = since.to_string();
    let cells = [
        payee(row),
        row.customer.as_deref().unwrap_or_default(),
        &amount,
        currency,
        payout.purpose(),
        row.invoice.as_deref().unwrap_or_default(),
        &since,
        &row.id,
        &leg.id,
    ];
    cells.map(cell).join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::fixtures;

    #[test]
    fn a_line_has_every_column_and_no_text_from_outside_becomes_a_formula() {
        let mut row = RequestRow::from(fixtures::attention());
        row.customer = Some("=1+1, \"x\"".into());
        row.invoice = Some("INV-1".into());
        let rows = [row];
        let line = line(&payouts(&rows)[0]);
        assert!(
            line.starts_with(
                "\"'=1+1, \"\"x\"\"\",\"'=1+1, \"\"x\"\"\",20.00,EUR,CM-2026-00018,INV-1,2026-11-21T22:30"
            ),
            "{line}"
        );
        assert!(line.ends_with(",l2\r\n") && COLUMNS.ends_with(",leg\r\n"));
    }
}
