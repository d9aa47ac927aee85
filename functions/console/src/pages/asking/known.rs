//! Holds what is known of the invoice that a request is about: as the invoice itself says it, or, for whoever may not
//! read it, as a quote of all that is left of it does.

use contraflow_domain::account::InvoiceCredits;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::request::quote::QuoteView;
use contraflow_guest::problem::Problem;
use serde_json::json;

use crate::api_client;
use crate::form::segment;
use crate::session::Session;

/// Holds an invoice as the form for a new request shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The number printed on it.
    pub number: String,
    /// The day of issue; empty where it is not known.
    pub issued_on: String,
    /// The customer's id; empty where it is not known.
    pub customer: String,
    /// The customer's name; empty where it is not known.
    pub customer_name: String,
    /// The invoice's currency.
    pub currency: Currency,
    /// What it came to, where that is known.
    pub gross: Option<Money>,
    /// What is still left of it; none where nothing can be credited.
    pub left: Option<Money>,
    /// Its lines.
    pub lines: Vec<KnownLine>,
}

/// Holds one line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLine {
    /// The line's id.
    pub id: String,
    /// What was sold; empty where it is not known.
    pub description: String,
    /// How many pieces are left.
    pub pieces: String,
    /// What is left of it, with tax.
    pub left: Money,
    /// True when nothing of it is left.
    pub is_spent: bool,
}

impl From<InvoiceCredits> for Known {
    fn from(state: InvoiceCredits) -> Self {
        let line = |line: contraflow_domain::account::LineCredits| KnownLine {
            is_spent: !line.left.is_positive(),
            pieces: line.quantity_left.normalize().to_string(),
            id: line.line,
            description: line.description,
            left: line.left,
        };
        Self {
            number: state.invoice.number,
            issued_on: state.invoice.issued_on,
            customer: state.invoice.customer.id,
            customer_name: state.invoice.customer.name,
            currency: state.invoice.currency,
            gross: Some(state.invoice.totals.gross),
            left: Some(state.left),
            lines: state.lines.into_iter().map(line).collect(),
        }
    }
}

impl Known {
    /// Returns what a quote of all that is left says of the invoice; `None` when it says nothing of it.
    fn of_quote(number: &str, quote: QuoteView) -> Option<Self> {
        let left = quote.amount?;
        let line = |line: contraflow_domain::request::view::LineView| KnownLine {
            is_spent: !line.gross.is_positive(),
            pieces: line.quantity.normalize().to_string(),
            id: line.line,
            description: String::new(),
            left: line.gross,
        };
        Some(Self {
            number: number.to_owned(),
            issued_on: String::new(),
            customer: quote.customer.unwrap_or_default(),
            customer_name: String::new(),
            currency: left.currency,
            gross: None,
            left: Some(left),
            lines: quote.lines.into_iter().map(line).collect(),
        })
    }

    /// Reads an invoice. Whoever may not read it is told what is left of it all the same: they may ask for all of that.
    ///
    /// # Errors
    /// When there is no such invoice, nothing can be asked for, or the api can't be reached.
    pub async fn read(session: &Session, number: &str) -> Result<Self, Problem> {
        let read = api_client::get::<InvoiceCredits>(session, &format!("/v1/invoices/{}", segment(number))).await;
        match read {
            Ok(state) => Ok(state.into()),
            Err(problem) if problem.status == 403 => {
                let all = json!({"kind": "refund", "invoice": number});
                let quote: QuoteView = api_client::quote(session, &all).await?;
                let blocks = quote.findings.first().map(|finding| finding.message.clone());
                Self::of_quote(number, quote).ok_or_else(|| blocks.map_or(problem, Problem::forbidden))
            }
            Err(problem) => Err(problem),
        }
    }
}
