//! What an invoice says, and what a document may not.

use serde_json::{Value as Json, json};

use super::Erp;
use super::calls::{Scene, loss, order, settlement};

pub async fn an_invoice_is_found_as_it_was_issued<E: Erp>(scene: Scene<E>) {
    let issued = scene.erp.issue(&scene.running, "INV-1").await;
    assert_eq!(issued.is_null(), !E::HAS_INVOICES);
    assert_eq!(scene.find("INV-1").await, json!({"Ok": issued}));
    for number in ["INV-2", "inv-1", "INV", "", "%", "INV_1", "\u{0}", "' OR 1=1 --"] {
        assert_eq!(scene.find(number).await, json!({"Ok": null}), "{number}");
    }
}

pub async fn a_customer_is_known_by_the_exact_id_or_told_with_those_that_look_like_it<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    assert_eq!(scene.find_customer("CUST-7").await, json!({"Ok": "Known"}));
    for (id, alike) in [
        ("cust-7", json!(["CUST-7"])),
        ("Cust 7", json!(["CUST-7"])),
        ("CUST_7", json!(["CUST-7"])),
        ("CUST-8", json!([])),
        ("", json!([])),
        ("%", json!([])),
        ("' OR 1=1 --", json!([])),
    ] {
        let unknown = if E::HAS_INVOICES { json!({"Unknown": alike}) } else { json!("Known") };
        assert_eq!(scene.find_customer(id).await, json!({"Ok": unknown}), "{id}");
    }
}

pub async fn invoices_and_customers_are_found_by_a_part_of_what_is_known_of_them<E: Erp>(scene: Scene<E>) {
    let issued = scene.erp.issue(&scene.running, "INV-1").await;
    scene.erp.issue(&scene.running, "INV-2").await;
    let names = |answer: &Json, member: &str| -> Vec<String> {
        let items = answer["Ok"].as_array().unwrap_or_else(|| panic!("{answer}"));
        items.iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
    };
    let wants = |found: &[&str]| -> Vec<String> {
        if E::HAS_INVOICES { found.iter().map(|name| (*name).to_owned()).collect() } else { Vec::new() }
    };
    for (words, found) in [
        (&["inv-1"][..], &["INV-1"][..]),
        (&["NORDLICHT", "INV-2"], &["INV-2"]),
        (&["ap@nordlicht"], &["INV-2", "INV-1"]),
        (&["no such thing"], &[]),
        (&["%__"], &[]),
        (&["\" OR \"\"", "inv"], &[]),
    ] {
        assert_eq!(names(&scene.search("invoices", words, 51).await, "number"), wants(found), "{words:?}");
    }
    assert_eq!(names(&scene.search("invoices", &["inv"], 1).await, "number"), wants(&["INV-2"]), "the newest");
    for (words, found) in [(&["ust-7"][..], &["CUST-7"][..]), (&["nordlicht", "gmbh"], &["CUST-7"]), (&["cust-8"], &[])]
    {
        assert_eq!(names(&scene.search("customers", words, 51).await, "id"), wants(found), "{words:?}");
    }
    if E::HAS_INVOICES {
        let found = scene.search("invoices", &["inv-1"], 51).await["Ok"][0].clone();
        assert_eq!(found["customer"], issued["customer"]);
        assert_eq!((&found["currency"], &found["issued_on"]), (&issued["currency"], &issued["issued_on"]));
        assert_eq!(found["gross_minor"], issued["totals"]["gross_minor"]);
        for (words, limit) in [(&[][..], 51), (&["inv"][..], 0), (&["inv"], 52), (&["in"], 51)] {
            let answer = scene.search("invoices", words, limit).await;
            assert!(answer["Err"]["InvalidArgument"].is_string(), "{words:?} {limit}: {answer}");
        }
    }
}

pub async fn more_than_the_invoice_is_declined<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let mut unknown = order("memo-2", 100, 19);
    unknown["invoice"] = json!("INV-9");
    for order in [order("memo-1", 10_001, 1_900), unknown] {
        let answer = scene.submit(&order).await;
        if E::JUDGES {
            assert!(answer["Ok"]["Declined"].as_str().is_some_and(|words| !words.is_empty()), "{answer}");
        } else {
            assert!(answer["Ok"]["Accepted"].is_object(), "it says that it judges nothing: {answer}");
        }
    }
    assert_eq!(scene.documents().await, if E::JUDGES { 0 } else { 2 });
}

/// Orders that break the contract, each in one place.
fn amiss() -> Vec<Json> {
    let long = "k".repeat(65);
    let endless = "x".repeat(100_000);
    let texts = [
        ("/key/value", vec!["", " ", "a b", "ä", "a\u{0}b", "a\nb", &long]),
        ("/currency", vec!["", "eur", "EURO", "QQQ", "E\u{0}R"]),
        ("/issued_on", vec!["", "2026-02-30", "21.11.2026", "2026-11-21T00:00:00Z", "9999999-01-01"]),
        ("/lines/0/quantity", vec!["", "-1", "two", "1e3", "NaN", "0x10"]),
        ("/lines/0/tax_rate", vec!["", "-0.19", "19 %", "NaN"]),
        ("/reason", vec![&endless]),
    ];
    let texts = texts.iter().flat_map(|(pointer, values)| values.iter().map(move |value| (*pointer, json!(value))));
    let numbers = [
        ("/totals/gross_minor", json!(1)),
        ("/totals/net_minor", json!(i64::MAX)),
        ("/lines/0/totals/tax_minor", json!(i64::MIN)),
        ("/lines", json!([])),
    ];
    let mut amiss: Vec<_> = texts.chain(numbers).map(|(pointer, value)| with(pointer, value)).collect();
    amiss.extend([order("memo-1", 0, 0), order("memo-1", -5_000, -950), order("memo-1", i64::MAX / 2, 1)]);
    amiss
}

fn with(pointer: &str, value: Json) -> Json {
    let mut order = order("memo-1", 5_000, 950);
    *order.pointer_mut(pointer).unwrap() = value;
    order
}

pub async fn what_is_out_of_form_makes_no_document<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let before = scene.entries().await;
    let amiss = amiss();
    for order in &amiss {
        let answer = scene.submit(order).await;
        if E::JUDGES {
            let told = answer["Err"]["InvalidArgument"].is_string() || answer["Ok"]["Declined"].is_string();
            let shown: String = order.to_string().chars().take(1_000).collect();
            assert!(told, "{answer}: {shown}");
        } else {
            assert!(answer["Ok"]["Accepted"].is_object(), "it says that it judges nothing: {answer}");
        }
    }
    let made = if E::JUDGES { 0 } else { amiss.len() };
    assert_eq!((scene.documents().await, scene.entries().await), (made, before));
}

pub async fn what_is_out_of_form_makes_no_entry<E: Erp>(scene: Scene<E>) {
    let scene = scene.with_invoice().await;
    let document = scene.made(&order("memo-1", 10_000, 1_900)).await;
    let before = scene.entries().await;
    let amiss = [
        ("/key/value", json!("")),
        ("/key/value", json!("a b")),
        ("/amount/minor", json!(0)),
        ("/amount/minor", json!(-1_900)),
        // In one currency, what is paid is what is settled.
        ("/amount/minor", json!(1_901)),
        // Nobody pays store credit out in another currency than the document's.
        ("/amount/currency", json!("USD")),
        ("/amount/currency", json!("QQQ")),
        ("/document", json!("no such document")),
        ("/settled_on", json!("2026-02-30")),
    ];
    for (pointer, value) in amiss {
        let mut entry = settlement("leg-1", &document, "StoreCredit", 1_900, None);
        *entry.pointer_mut(pointer).unwrap() = value.clone();
        let answer = scene.settle(&entry).await;
        let told = if E::BOOKS_MONEY { answer["Err"]["InvalidArgument"].is_string() } else { answer["Err"].is_null() };
        assert!(told, "{pointer} {value}: {answer}");
    }
    for (pointer, value) in [
        ("/key/value", json!("")),
        ("/amount/minor", json!(0)),
        ("/amount/minor", json!(-5_000)),
        ("/amount/currency", json!("QQQ")),
        ("/lost_on", json!("yesterday")),
    ] {
        let mut entry = loss("loss-1", 5_000);
        *entry.pointer_mut(pointer).unwrap() = value.clone();
        for answer in [scene.book_loss(&entry).await, scene.return_loss(&entry).await] {
            let told =
                if E::BOOKS_MONEY { answer["Err"]["InvalidArgument"].is_string() } else { answer["Err"].is_null() };
            assert!(told, "{pointer} {value}: {answer}");
        }
    }
    assert_eq!(scene.entries().await, before);
}
