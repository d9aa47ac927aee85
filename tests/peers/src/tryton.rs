//! Tryton itself, with books of its own for each test: a company in euros, the customer `CUST-7`, taxes of 19 % and 7
//! %, payments by the journals `SBX` and `STR` (`tests/peers/tryton/seed.py`). What a person does in Tryton is done
//! here by its administrator, over the same JSON-RPC.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::process::Peer;

/// The variables of the adapter that reach it, but for `tryton_url`.
pub const VARIABLES: [(&str, &str); 6] = [
    ("tryton_database", "books"),
    ("tryton_user", "contraflow"),
    ("tryton_password", "a password for tests"),
    ("tryton_journals", "SBX=sandbox:card, STR=stripe:card"),
    ("tryton_taxes", "0.19=VAT 19 %, 0.07=VAT 7 %"),
    ("tryton_accounts", "credit=4.1.1, refund=1.1.1, store-credit=2.2.2, loss=6.2.8, breakage=6.1.1"),
];

/// A line of an invoice: what was sold, how many, the price of one, and the tax's name.
pub type Sold<'s> = (&'s str, i64, &'s str, &'s str);

/// Tryton, until it is dropped.
pub struct Tryton {
    peer: Peer,
    authorization: String,
    calls: AtomicU64,
    _folder: TempDir,
}

/// Returns an amount as Tryton reads it.
pub fn decimal(amount: &str) -> Json {
    json!({"__class__": "Decimal", "decimal": amount})
}

/// Returns a day as Tryton reads it.
pub fn date(day: &str) -> Json {
    let part = |from, to| day.get(from..to).unwrap().parse::<u32>().unwrap();
    json!({"__class__": "date", "year": part(0, 4), "month": part(5, 7), "day": part(8, 10)})
}

impl Tryton {
    /// Starts it.
    pub fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let peer = Peer::tryton(folder.path());
        let mut tryton = Self { peer, authorization: String::new(), calls: AtomicU64::new(0), _folder: folder };
        let session = tryton.call("common.db.login", &json!(["admin", {"password": "admin-password"}]));
        let session = format!("admin:{}:{}", session[0], session[1].as_str().unwrap());
        tryton.authorization = format!("Session {}", STANDARD.encode(session));
        tryton
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.peer.url
    }

    /// Calls it as its administrator; it must do as it is told.
    pub fn call(&self, method: &str, parameters: &Json) -> Json {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let body = json!({"id": number, "method": method, "params": parameters});
        let mut request =
            ureq::post(format!("{}/books/rpc/", self.peer.url)).header("content-type", "application/json");
        if !self.authorization.is_empty() {
            request = request.header("authorization", &self.authorization);
        }
        let mut answer = request.send(body.to_string()).unwrap_or_else(|error| panic!("{method}: {error}"));
        let said: Json = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
        assert!(said["error"].is_null(), "{method} {parameters}: {said}");
        said["result"].clone()
    }

    /// Calls a method of a model, in the company's context.
    pub fn model(&self, method: &str, parameters: &[Json]) -> Json {
        let mut parameters = parameters.to_vec();
        parameters.push(json!({"company": 1}));
        self.call(&format!("model.{method}"), &Json::from(parameters))
    }

    /// Reads all records of a domain.
    pub fn read(&self, model: &str, domain: &Json, fields: &[&str]) -> Vec<Json> {
        let parameters = [domain.clone(), json!(0), Json::Null, json!([["id", "ASC"]]), json!(fields)];
        self.model(&format!("{model}.search_read"), &parameters).as_array().unwrap().clone()
    }

    /// Counts the records of a domain.
    pub fn count(&self, model: &str, domain: &Json) -> usize {
        usize::try_from(self.model(&format!("{model}.search_count"), std::slice::from_ref(domain)).as_u64().unwrap())
            .unwrap()
    }

    fn id(&self, model: &str, field: &str, value: &str) -> Json {
        let found = self.read(model, &json!([[field, "=", value]]), &["id"]);
        found.first().unwrap_or_else(|| panic!("no {model} {value}"))["id"].clone()
    }

    /// Issues an invoice to `CUST-7` on that day, with the next number: its id. Its number is `INV-1` if it is the
    /// first.
    pub fn issue(&self, day: &str, sold: &[Sold<'_>]) -> i64 {
        let party = self.id("party.party", "code", "CUST-7");
        let address = self.read("party.address", &json!([["party", "=", party]]), &["id"])[0]["id"].clone();
        let (receivable, revenue) =
            (self.id("account.account", "code", "1.2.1"), self.id("account.account", "code", "4.1.1"));
        let (journal, currency) =
            (self.id("account.journal", "code", "REV"), self.id("currency.currency", "code", "EUR"));
        let line = |(description, quantity, price, tax): &Sold<'_>| {
            json!({
                "type": "line", "account": revenue, "description": description, "quantity": quantity,
                "unit_price": decimal(price), "currency": currency, "company": 1,
                "taxes": [["add", [self.id("account.tax", "name", tax)]]],
            })
        };
        let lines: Vec<_> = sold.iter().map(line).collect();
        let invoice = json!({
            "type": "out", "party": party, "invoice_address": address, "account": receivable, "journal": journal,
            "currency": currency, "company": 1, "invoice_date": date(day), "lines": [["create", lines]],
        });
        let ids = self.model("account.invoice.create", &[json!([invoice])]);
        self.model("account.invoice.post", std::slice::from_ref(&ids));
        ids[0].as_i64().unwrap()
    }

    /// Pays an invoice by a method (`Sandbox` or `Stripe`), with the gateway's name for the payment: the id of the
    /// payment, which is the line of the books.
    pub fn pay(&self, invoice: i64, amount: &str, method: &str, reference: &str, day: &str) -> String {
        let context = json!({
            "company": 1, "active_model": "account.invoice", "active_id": invoice, "active_ids": [invoice],
        });
        let wizard = self.call("wizard.account.invoice.pay.create", &json!([context]));
        let start = json!({
            "payee": self.id("party.party", "code", "CUST-7"), "amount": decimal(amount),
            "currency": self.id("currency.currency", "code", "EUR"), "description": reference, "company": 1,
            "invoice_account": self.id("account.account", "code", "1.2.1"),
            "payment_method": self.id("account.invoice.payment.method", "name", method), "date": date(day),
        });
        self.call("wizard.account.invoice.pay.execute", &json!([wizard[0], {"start": start}, "choice", context]));
        let paid = self.read(
            "account.move.line",
            &json!([["move.description", "=", reference], ["account.code", "=", "1.2.1"]]),
            &["id"],
        );
        paid.last().unwrap_or_else(|| panic!("{reference} is no payment"))["id"].to_string()
    }

    /// Credits an invoice as a person does: a draft over all of it. Returns the draft's id.
    pub fn credit(&self, invoice: i64) -> i64 {
        let context = json!({
            "company": 1, "active_model": "account.invoice", "active_id": invoice, "active_ids": [invoice],
        });
        let wizard = self.call("wizard.account.invoice.credit.create", &json!([context]));
        let start = json!({"start": {"with_refund": false, "with_refund_allowed": true, "invoice_date": null}});
        let done = self.call("wizard.account.invoice.credit.execute", &json!([wizard[0], start, "credit", context]));
        done["actions"][0][1]["res_id"][0].as_i64().unwrap_or_else(|| panic!("{done}"))
    }
}
