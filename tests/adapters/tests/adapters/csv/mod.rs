//! A file of requests, as spreadsheets write it.

use serde_json::{Value as Json, json};

use crate::suites::source::{Delivery, Proof, Signer, Source};
use crate::suites::suite;

suite!(source: Csv);

/// The function that takes it in authenticates whoever calls.
pub struct Csv;

impl Source for Csv {
    const FOLDER: &'static str = "adapters/source/csv";
    const PROOF: Proof = Proof::Caller;
    const SECRETS: &'static [&'static str] = &[];

    fn variables() -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn sign(_signer: Signer, body: &[u8], _sent_s: u64) -> Delivery {
        Delivery::new(&[("content-type", "text/csv")], body)
    }

    fn tamper(mut delivery: Delivery) -> Delivery {
        delivery.body.extend_from_slice(b"\n");
        delivery
    }

    fn bodies() -> Vec<(String, usize)> {
        let rows = "kind;customer;amount;currency;reason;reference\n\
                    goodwill_credit;CUST-7;1.234,50;EUR;late;A-1\n\
                    goodwill_credit;CUST-8;12,00;EUR;\"late; twice\";A-2\n";
        let lines =
            "kind,invoice,line,quantity,reason,note,reference\r\nrefund,INV-1,1,2,damaged,\"two\r\nlines\",A-3\r\n";
        vec![(rows.to_owned(), 2), (lines.to_owned(), 1)]
    }

    fn amounts() -> Vec<(String, Option<Json>)> {
        let body = |value: &str, currency: &str| {
            format!("kind;customer;amount;currency\ngoodwill_credit;C;{value};{currency}\n")
        };
        let means = |value: &str, currency: &str| Some(json!({"value": value, "currency": currency}));
        vec![
            (body("12.50", "EUR"), means("12.50", "EUR")),
            (body("12,50", "EUR"), means("12.50", "EUR")),
            (body("1.234,50", "EUR"), means("1234.50", "EUR")),
            (body("1'234.50", "CHF"), means("1234.50", "CHF")),
            (body("12.50", "QQQ"), means("12.50", "QQQ")),
            (body("1.2.3", "EUR"), None),
            (body("1,234.50,0", "EUR"), None),
            (body("=1+1", "EUR"), None),
            (body("12.50 EUR", "EUR"), None),
            (body("", "EUR"), None),
        ]
    }

    fn mistakes() -> Vec<(String, &'static str)> {
        vec![
            ("kind;surprise\nrefund;x\n".to_owned(), "/rows/1"),
            // A mistake in a row is told by its column: whoever reads the file knows which row that is.
            ("kind;invoice\nrefund;I;x\n".to_owned(), ""),
            ("kind;customer;amount;currency\nrefund;C;x;EUR\n".to_owned(), "/amount"),
        ]
    }
}
