//! What the world holds before anything happens: customers, invoices, and payments whose gateway behaves in every way.

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use crate::world::World;

pub const CUSTOMERS: u32 = 8;

/// How gateways behave; a polite one more often than the others.
const BEHAVIOURS: [&str; 24] = [
    "",
    "",
    "",
    "",
    "",
    "__pending",
    "__requires-action",
    "__fail",
    "__cancel",
    "__decline",
    "__fail-late",
    "__reverse",
    "__pending__fail-late",
    "__unavailable-2",
    "__throttle",
    "__vanish",
    "__lost",
    "__lost-2",
    "__blind-2__lost",
    "__ignore-keys",
    "__ignore-keys__lost",
    "__ignore-keys__lost-2__pending",
    "__ignore-keys__vanish__blind",
    "__ignore-keys__fail-late",
];

fn euros(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// An invoice of one to three lines and up to three payments, some of it still owed.
fn invoice(number: u32, rng: &mut StdRng) -> Value {
    let (mut net_sum, mut tax_sum) = (0, 0);
    let lines: Vec<_> = (1..=rng.random_range(1..=3))
        .map(|line: i64| {
            let (quantity, price): (i64, i64) = (rng.random_range(1..=5), rng.random_range(99..=19_999));
            let net = quantity * price;
            let tax = (net * 19 + 50) / 100;
            net_sum += net;
            tax_sum += tax;
            json!({"id": line.to_string(), "description": "Ware", "quantity": quantity.to_string(), "unit_price": euros(price),
                   "discount": "0.00", "tax_rate": "0.19", "net": euros(net), "tax": euros(tax), "gross": euros(net + tax)})
        })
        .collect();
    let gross = net_sum + tax_sum;
    let mut left = if rng.random_ratio(1, 5) { gross * 2 / 3 } else { gross };
    let count = rng.random_range(0..=3_u32);
    let mut payments = Vec::new();
    for payment in 1..=count {
        let captured = if payment == count { left } else { left / 3 };
        left -= captured;
        let behaviour = BEHAVIOURS[rng.random_range(0..BEHAVIOURS.len())];
        let gateway = if rng.random_ratio(1, 10) { "" } else { "sandbox" };
        payments.push(json!({"id": format!("PAY-{number}-{payment}"), "gateway": gateway, "reference": format!("ch_{number}_{payment}{behaviour}"),
            "method": if gateway.is_empty() { "cash" } else { "card" }, "captured": euros(captured), "paid_at": "2026-11-02T09:00:00Z"}));
    }
    json!({
        "number": format!("INV-{number}"), "issued_on": "2026-11-01", "currency": "EUR",
        "customer": {"id": format!("CUST-{}", rng.random_range(0..CUSTOMERS)), "name": "Kunde", "country": "DE", "tier": "standard",
                     "email": "k@example.com"},
        "prices_include_tax": false, "tax_rounding": "line", "lines": lines, "payments": payments,
    })
}

/// Takes invoices in, and gives them.
pub async fn set(world: &World, count: u32, rng: &mut StdRng) -> Vec<Value> {
    let invoices: Vec<_> = (1..=count).map(|number| invoice(number, rng)).collect();
    for some in invoices.chunks(50) {
        world.import(&json!(some)).await;
    }
    invoices
}

/// A wish: mostly about an invoice.
pub fn wish(invoices: &[Value], rng: &mut StdRng) -> Value {
    let money = |minor| json!({"value": euros(minor), "currency": "EUR"});
    if rng.random_ratio(1, 6) {
        let kind = ["goodwill_credit", "promotional_credit", "account_credit"][rng.random_range(0..3)];
        let customer = format!("CUST-{}", rng.random_range(0..CUSTOMERS));
        return json!({"kind": kind, "customer": customer, "amount": money(rng.random_range(1..=6_000))});
    }
    if rng.random_ratio(1, 30) {
        return json!({"kind": "fee_assessment", "customer": "CUST-1", "amount": money(rng.random_range(1..=6_000))});
    }
    let invoice = &invoices[rng.random_range(0..invoices.len())];
    let lines = invoice["lines"].as_array().unwrap();
    let line = &lines[rng.random_range(0..lines.len())]["id"];
    let mut wish = match rng.random_range(0..6_u32) {
        0 => json!({"kind": "refund"}),
        1 => json!({"kind": "refund", "lines": [{"line": line, "quantity": "1"}]}),
        2 => json!({"kind": "price_correction", "lines": [{"line": line, "amount": money(rng.random_range(1..=500))}]}),
        3 => json!({"kind": "tax_adjustment", "lines": [{"line": line, "amount": money(rng.random_range(1..=50))}]}),
        _ => json!({"kind": "refund", "amount": money(rng.random_range(1..=30_000))}),
    };
    wish["invoice"] = invoice["number"].clone();
    if rng.random_ratio(1, 3) {
        let to = ["store_credit", "original_tender", "invoice_balance", "manual"][rng.random_range(0..4)];
        wish["destination"] = json!(to);
    }
    wish
}
