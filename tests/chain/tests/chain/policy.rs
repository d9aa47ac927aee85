//! The policy's conditions and sets of deciders, in the whole application.

use contraflow_host::local_auth::LocalUser;
use serde_json::{Value, json};

use crate::world::{FINANCE, LEAD, MANAGER, World, cents};

const RULES: &str = r#"
[[approval]]
name = "often"
kinds = ["goodwill_credit"]
when = 'history.customer.requests >= 2'
any_of = [{ person = "mia", fallback = "finance" }, "manager"]

[[approval]]
"#;

fn goodwill(value: &str) -> Value {
    json!({"kind": "goodwill_credit", "customer": "CUST-7", "amount": {"value": value, "currency": "EUR"}, "reason": value})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_changed_in_the_file_decides_the_next_request_though_the_file_stays_as_long() {
    let world = World::with_policy(|policy| format!("{policy}\n# This one is changed while it runs.\n"));
    let file = world.policy_file();
    let before = std::fs::read_to_string(&file).unwrap();
    let rule = async |key: &str| {
        let id = world.ask(key, goodwill(&format!("5.0{key}"))).await;
        world.rest().await;
        world.request(&id).await["approvals"]["rule"].clone()
    };
    for (key, name) in
        [("1", "small-goodwill"), ("2", "other-goodwill"), ("3", "third-goodwill"), ("4", "small-goodwill")]
    {
        std::fs::write(&file, before.replace("small-goodwill", name)).unwrap();
        assert_eq!(rule(key).await, name);
    }
    // What can't be read decides nothing, and is not remembered.
    std::fs::write(&file, "levels =").unwrap();
    let broken = world.call("GET", "/v1/reasons", &LEAD, "", "").await.unwrap();
    assert_eq!(broken.status, 503, "{}", broken.text);
    std::fs::write(&file, &before).unwrap();
    assert_eq!(world.call("GET", "/v1/reasons", &LEAD, "", "").await.unwrap().status, 200);
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_condition_over_earlier_requests_stops_the_third_and_a_named_person_decides() {
    let world = World::with_policy(|policy| policy.replacen("[[approval]]", RULES, 1));
    for (key, value) in [("k1", "5.00"), ("k2", "6.00")] {
        let id = world.ask(key, goodwill(value)).await;
        world.rest().await;
        assert_eq!(world.request(&id).await["approvals"]["rule"], "small-goodwill");
    }
    let id = world.ask("k3", goodwill("7.00")).await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!((&request["status"], &request["approvals"]["rule"]), (&json!("pending_approval"), &json!("often")));
    assert_eq!(request["approvals"]["open"], json!(["person:mia:finance", "manager"]));
    assert_eq!(request["approvals"]["any"], 1);

    let mia = LocalUser { name: "mia", roles: &["approver:team-lead"] };
    let manager = LocalUser { name: "max", roles: &["approver:manager"] };
    let waits = async |user: &LocalUser<'_>| world.get("/v1/queue", user).await["items"].as_array().unwrap().len();
    assert_eq!((waits(&mia).await, waits(&manager).await, waits(&FINANCE).await, waits(&LEAD).await), (1, 1, 1, 0));
    assert_eq!(world.approve(&id, &LEAD).await.status, 403);
    assert!(world.approve(&id, &mia).await.status.is_success());
    assert_eq!((waits(&mia).await, waits(&manager).await), (0, 0));
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "completed", "{request:#}");
    assert_eq!(request["approvals"]["decisions"][0]["level"], "person:mia:finance");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_condition_that_cannot_be_evaluated_waits_for_a_person_who_reads_why() {
    let rule = "[[approval]]\nname = \"home\"\nwhen = 'customer.country == \"DE\"'\nlevels = []\n\n[[approval]]";
    let world = World::with_policy(|policy| policy.replacen("[[approval]]", rule, 1));
    let id = world.ask("k1", goodwill("5.00")).await;
    world.rest().await;
    let request = world.request(&id).await;
    assert_eq!(request["status"], "pending_approval", "{request:#}");
    let finding =
        request["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "policy.unsure").unwrap();
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains("rule “home”") && message.contains("customer.country is not known"), "{message}");
}

const REASONS: &str = r#"
[[reasons]]
code = "billed_twice"
title = "Billed twice"
category = "billing_error"
destinations = ["manual"]
needs_note = true
customer_text = "We billed this twice."
erp_account = "Expenses:Corrections"
[[reasons]]
code = "old"
title = "Old"
category = "billing_error"
retired = true

[free_reasons]
allowed = false"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reasons_are_those_of_the_policy_and_each_has_what_it_wants() {
    let world = World::with_policy(|policy| policy.replace("[free_reasons]\nallowed = true", REASONS));
    let ask = async |key: &str, reason: &str, note: &str| {
        let amount = json!({"value": "60.00", "currency": "EUR"});
        let body =
            json!({"kind": "account_credit", "customer": "CUST-7", "amount": amount, "reason": reason, "note": note});
        let id = world.ask(key, body).await;
        world.rest().await;
        world.request(&id).await
    };
    let code = |request: &Value| request["findings"][0]["code"].clone();
    for (key, reason, finding) in
        [("k1", "because", "reason.unknown"), ("k2", "", "reason.unknown"), ("k3", "OLD", "reason.retired")]
    {
        let request = ask(key, reason, "").await;
        assert_eq!((&request["status"], &code(&request)), (&json!("ineligible"), &json!(finding)), "{request:#}");
    }
    let request = ask("k4", "Billed  Twice", "").await;
    assert_eq!((&request["status"], &code(&request)), (&json!("pending_approval"), &json!("reason.note_missing")));
    assert_eq!(request["legs"][0]["to"], "manual", "the first place that the reason allows");
    let request = ask("k5", "billed_twice", "INV-7 and INV-8").await;
    let codes: Vec<_> = request["findings"].as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
    assert_eq!(codes, ["duplicate.suspected", "customer.unknown"], "nothing is wrong with the reason");
    // Nobody knows the customer, so a person decides; then the books have it where the reason says.
    let id = request["id"].as_str().unwrap();
    for who in [&LEAD, &MANAGER] {
        world.approve(id, who).await;
    }
    world.rest().await;
    let legs = world.journal().await.into_iter().flat_map(|entry| entry["legs"].as_array().unwrap().clone());
    let booked: i64 =
        legs.filter(|leg| leg["account"] == "Expenses:Corrections").map(|leg| cents(&leg["amount"])).sum();
    assert_eq!(booked, 6_000, "{:#}", world.request(id).await);
    let list = world.get("/v1/reasons", &LEAD).await;
    assert_eq!((&list["free_allowed"], list["categories"].as_array().unwrap().len()), (&json!(false), 12));
    assert_eq!((&list["reasons"][0]["code"], &list["dropped"]), (&json!("billed_twice"), &json!([])));
}
