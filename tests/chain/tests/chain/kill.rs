//! The real binary, killed while it works, again and again; and what a client, a person and an accountant find when it
//! is left alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::binary::{Running, all, doctor, get, post, read, start};
use crate::world::{ALICE, FINANCE, MANAGER, cents};

/// How long the host is under load and killed.
const SPAN: Duration = Duration::from_secs(60);
const CLIENTS: usize = 3;
/// Between two wishes of a client: the load is steady, and what it leaves behind can be looked through.
const PAUSE: Duration = Duration::from_millis(30);
const CUSTOMERS: usize = 5;
/// Invoices of each client; it asks for a refund of each at most once.
const INVOICES: usize = 900;
/// What gateways do with orders, and with answers.
const BEHAVIOURS: [&str; 4] = ["", "__lost", "__ignore-keys", "__ignore-keys__lost"];

/// What a client wants: the key that it asks under, and the wish.
type Wish = (String, Value);

fn invoice(number: usize) -> Value {
    let behaviour = BEHAVIOURS[number % BEHAVIOURS.len()];
    json!({
        "number": format!("INV-{number}"), "issued_on": "2026-11-01", "currency": "EUR",
        "customer": {"id": "CUST-7", "name": "Nordlicht GmbH", "country": "DE", "tier": "standard", "email": "ap@nordlicht.example"},
        "prices_include_tax": false, "tax_rounding": "line",
        "lines": [{"id": "1", "description": "Sensor", "quantity": "4", "unit_price": "25.00", "discount": "0.00", "tax_rate": "0",
                   "net": "100.00", "tax": "0.00", "gross": "100.00"}],
        "payments": [{"id": format!("PAY-{number}"), "gateway": "sandbox", "reference": format!("ch_{number}{behaviour}"),
                      "method": "card", "captured": "100.00", "paid_at": "2026-11-02T09:00:00Z"}],
    })
}

fn wish(rng: &mut StdRng, key: &str, invoice: usize) -> Value {
    if rng.random_bool(0.5) {
        let customer = format!("GIFT-{}", rng.random_range(0..CUSTOMERS));
        return json!({"kind": "goodwill_credit", "customer": customer, "amount": {"value": "1.00", "currency": "EUR"}, "note": key});
    }
    json!({"kind": "refund", "invoice": format!("INV-{invoice}"), "lines": [{"line": "1", "quantity": "1"}], "destination": "original_tender", "note": key})
}

/// Asks, and gives the request's id; none where the host did not live to answer.
fn ask(base: &str, (key, wish): &Wish) -> Option<String> {
    let (status, request) = post(base, "/v1/requests", &ALICE, key, wish)?;
    (status == 202).then(|| request["id"].as_str().unwrap().to_owned())
}

/// The manager says yes, if it is there and waits for that.
fn approve(base: &str, id: &str) -> Option<()> {
    for _ in 0..10 {
        let request = read(base, &format!("/v1/requests/{id}"))?;
        if request["status"] == "pending_approval" {
            let decision = json!({"decision": "approve", "content_hash": request["content_hash"]});
            post(base, &format!("/v1/requests/{id}/decisions"), &MANAGER, "-", &decision)?;
            return Some(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}

/// Clients that ask and decide until `ended`, whether or not somebody answers.
fn clients(base: &Arc<Mutex<String>>, ended: &Arc<AtomicBool>, seed: u64) -> Vec<std::thread::JoinHandle<Vec<Wish>>> {
    let client = |client: usize| {
        let (base, ended) = (base.clone(), ended.clone());
        let mut rng = StdRng::seed_from_u64(seed.wrapping_add(client as u64));
        std::thread::spawn(move || {
            let mut asked = Vec::new();
            while !ended.load(Ordering::SeqCst) && asked.len() < INVOICES {
                let key = format!("c{client}-{}", asked.len());
                let wished = (key.clone(), wish(&mut rng, &key, client * INVOICES + asked.len()));
                let at = base.lock().unwrap().clone();
                asked.push(wished.clone());
                let id = ask(&at, &wished).filter(|_| wished.1["kind"] == "refund");
                _ = id.and_then(|id| approve(&at, &id));
                std::thread::sleep(PAUSE);
            }
            asked
        })
    };
    (0..CLIENTS).map(client).collect()
}

/// Kills hosts over the folder at random times, and gives how many.
fn kill_for(span: Duration, state: &Path, base: &Mutex<String>, first: Running, rng: &mut StdRng) -> u32 {
    let begun = Instant::now();
    let (mut running, mut kills) = (first, 0);
    while begun.elapsed() < span {
        std::thread::sleep(Duration::from_millis(rng.random_range(100..3_000)));
        drop(running);
        kills += 1;
        running = start(state, &[]);
        base.lock().unwrap().clone_from(&running.base);
    }
    drop(running);
    kills + 1
}

/// Everything has ended; what still waited for a decision gets it.
fn come_to_rest(base: &str) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let requests = all(base, "/v1/requests");
        let open: Vec<_> = requests.iter().filter(|request| request["status"] != "completed").collect();
        if open.is_empty() {
            return requests;
        }
        for request in open.iter().filter(|request| request["status"] == "pending_approval") {
            approve(base, request["id"].as_str().unwrap());
        }
        assert!(begun.elapsed() < Duration::from_secs(240), "not at rest: {open:#?}");
        std::thread::sleep(Duration::from_secs(2));
    }
}

#[test]
fn a_host_that_is_killed_again_and_again_under_load_completes_every_request_once() {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut rng = StdRng::seed_from_u64(seed);
    let state = tempfile::tempdir().unwrap();
    let first = start(state.path(), &[]);
    for client in 0..CLIENTS {
        let invoices: Vec<_> = (client * INVOICES..(client + 1) * INVOICES).map(invoice).collect();
        assert_eq!(post(&first.base, "/v1/books/invoices", &FINANCE, "-", &json!(invoices)).unwrap().0, 201);
    }
    let (base, ended) = (Arc::new(Mutex::new(first.base.clone())), Arc::new(AtomicBool::new(false)));
    let clients = clients(&base, &ended, seed);
    let kills = kill_for(SPAN, state.path(), &base, first, &mut rng);
    ended.store(true, Ordering::SeqCst);
    let asked: Vec<Wish> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();

    let running = start(state.path(), &[]);
    // Whether or not the answer came before the kill, a client asks again under the same key, and nothing happens
    // twice.
    let ids: BTreeSet<_> = asked.iter().map(|wished| ask(&running.base, wished).expect("it is accepted")).collect();
    assert_eq!(ids.len(), asked.len());
    let requests = come_to_rest(&running.base);
    let stored: BTreeSet<_> = requests.iter().map(|request| request["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(stored, ids, "every request is there, and no other");

    let (said, sound) = doctor(state.path());
    assert!(sound && said.contains("0 differences"), "{said}");
    assert_eq!(all(&running.base, "/v1/books/credit-memos").len(), asked.len(), "one memo for each");
    let (refunds, credits): (Vec<_>, Vec<_>) = requests.iter().partition(|request| request["kind"] == "refund");
    let granted: i64 = (0..CUSTOMERS)
        .map(|customer| get(&running.base, &format!("/v1/customers/GIFT-{customer}/balance")))
        .map(|balance| cents(&balance["balances"][0]["balance"]))
        .sum();
    assert_eq!(granted, i64::try_from(credits.len()).unwrap() * 100);
    let database = rusqlite::Connection::open(state.path().join("sqlite_default.db")).unwrap();
    let paid: (i64, i64) = database
        .query_row("SELECT count(*), count(DISTINCT key) FROM sandbox_refund WHERE status = 'succeeded'", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    let count = i64::try_from(refunds.len()).unwrap();
    assert_eq!(paid, (count, count), "each was paid back once");
    assert!(kills > 10 && asked.len() > 100, "the host was under load: {kills} kills, {} requests", asked.len());
    crate::tell(&format!("{kills} kills: {} requests, {} of them refunds, each done once", asked.len(), refunds.len()));
}
