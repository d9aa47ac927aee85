//! Requests that come in a CSV file.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use contraflow_host::local_auth::LocalUser;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::world::{ALICE, LEAD, MACHINE, MANAGER, Reply, World};

/// What a German spreadsheet saves as “CSV UTF-8”.
const FILE: &str = "\u{feff}kind;customer;amount;currency;reason;note;reference\r\n\
    goodwill_credit;CUST-1;1.234,56;EUR;late;\"zwei Zeilen,\r\nund ein \"\"Zitat\"\"; ja\";\r\n\
    goodwill_credit;CUST-2;20,00;EUR;late;=HYPERLINK(\"https://evil.example\");\r\n\
    goodwill_credit;CUST-2;20,00;EUR;late;=HYPERLINK(\"https://evil.example\");\r\n\
    goodwill_credit;CUST-3;7,5;EUR;late;+49 30 1234;R-7\r\n";

/// Sends a file; none where the host dies over it.
pub async fn send(world: &World, user: &LocalUser<'_>, file: &[u8]) -> Option<Reply> {
    send_to(world, "/v1/imports", user, file).await
}

async fn send_to(world: &World, address: &str, user: &LocalUser<'_>, file: &[u8]) -> Option<Reply> {
    let request = Request::post(address)
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", world.token(user)))
        .header("content-type", "text/csv; charset=utf-8");
    world.send(request.body(Bytes::copy_from_slice(file)).unwrap()).await
}

async fn import(world: &World, file: &str) -> Reply {
    let reply = send(world, &ALICE, file.as_bytes()).await.unwrap();
    fits(world, "/v1/imports", "post", &reply).await;
    reply
}

fn states(reply: &Reply) -> Vec<&str> {
    reply.json["items"].as_array().expect(&reply.text).iter().map(|item| item["status"].as_str().unwrap()).collect()
}

fn ids(reply: &Reply) -> Vec<String> {
    let items = reply.json["items"].as_array().expect(&reply.text);
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// The ids of all requests that there are.
pub async fn all(world: &World) -> BTreeSet<String> {
    let items = world.get("/v1/requests?limit=200", &MANAGER).await["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spreadsheets_file_is_read_exactly_and_the_same_file_again_adds_nothing() {
    let world = World::new();
    let reply = import(&world, FILE).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    assert_eq!(states(&reply), ["accepted"; 4], "two equal rows are two requests");
    assert_eq!(reply.json["items"][0]["row"], 2, "as a spreadsheet counts them");
    world.rest().await;
    let ids = ids(&reply);
    for (id, value, note) in [
        (&ids[0], "1234.56", "zwei Zeilen,\r\nund ein \"Zitat\"; ja"),
        (&ids[1], "20.00", "=HYPERLINK(\"https://evil.example\")"),
        (&ids[3], "7.50", "+49 30 1234"),
    ] {
        let request = world.request(id).await;
        assert_eq!(request["amount"]["value"], value, "{request:#}");
        assert_eq!(request["note"], note);
        assert_eq!((&request["requester"], &request["source"]["channel"]), (&json!("alice"), &json!("csv")));
    }
    assert_eq!(world.request(&ids[0]).await["status"], "pending_approval");
    assert_eq!(world.request(&ids[3]).await["status"], "completed");
    assert_eq!(world.request(&ids[3]).await["source"]["reference"], "R-7");

    // Again, also by someone else, and as another program would write it.
    let other = "reference,note,reason,currency,amount,customer,kind\n,\"=HYPERLINK(\"\"https://evil.example\"\")\",late,EUR,20.00,CUST-2,goodwill_credit\n";
    let colleague = LocalUser { name: "bob", roles: &["requester"] };
    let again = import(&world, FILE).await;
    assert_eq!((again.status, states(&again)), (StatusCode::OK, vec!["already_there"; 4]), "{}", again.text);
    assert_eq!(self::ids(&again), ids);
    let again = send(&world, &colleague, FILE.as_bytes()).await.unwrap();
    assert_eq!(self::ids(&again), ids, "{}", again.text);
    let again = import(&world, other).await;
    assert_eq!(self::ids(&again), ids[1..2], "{}", again.text);
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(all(&world).await.len(), 4);

    let changed = import(&world, &FILE.replace("7,5;", "8,5;")).await;
    assert_eq!(states(&changed), ["already_there", "already_there", "already_there", "failed"], "{}", changed.text);
    let problem = &changed.json["items"][3]["problem"];
    assert_eq!(problem["type"], "urn:contraflow:problem:idempotency-key-reused");
    assert!(problem["detail"].as_str().unwrap().contains(&ids[3]), "it names the request: {problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_file_twice_at_once_is_stored_once() {
    let world = World::new();
    let (one, two) = tokio::join!(import(&world, FILE), import(&world, FILE));
    assert_eq!(ids(&one), ids(&two));
    let accepted = states(&one).into_iter().chain(states(&two)).filter(|state| *state == "accepted").count();
    assert_eq!(accepted, 4, "{} {}", one.text, two.text);
    world.rest_for(Duration::from_secs(60)).await;
    assert_eq!(all(&world).await.len(), 4);
}

/// Hostile finding 17: somebody knows how references are made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_keeps_the_row_of_another_out_by_its_reference() {
    let world = World::new();
    let mallory = LocalUser { name: "mallory", roles: &["requester"] };
    let file = |value: &str, reference: &str| {
        format!("kind,customer,amount,currency,reference\ngoodwill_credit,CUST-7,{value},EUR,{reference}\n")
    };
    let taken = send(&world, &mallory, file("0.01", "R-7").as_bytes()).await.unwrap();
    assert_eq!(states(&taken), ["accepted"], "{}", taken.text);
    let honest = import(&world, &file("20.00", "R-7")).await;
    assert_eq!(states(&honest), ["accepted"], "other content under the same reference: {}", honest.text);
    let again = import(&world, &file("20.00", "R-7")).await;
    assert_eq!((states(&again), ids(&again)), (vec!["already_there"], ids(&honest)), "{}", again.text);
    world.rest().await;
    assert_eq!(world.request(&ids(&honest)[0]).await["amount"]["value"], "20.00");

    // The same content, which its sender then withdraws.
    let taken = send(&world, &mallory, file("60.00", "R-8").as_bytes()).await.unwrap();
    world.rest().await;
    let withdraw = format!("/v1/requests/{}/withdraw", ids(&taken)[0]);
    assert_eq!(world.post(&withdraw, &mallory, &json!({})).await.status, StatusCode::OK);
    let honest = import(&world, &file("60.00", "R-8")).await;
    assert_eq!(states(&honest), ["accepted"], "{}", honest.text);
    world.rest().await;
    let request = world.request(&ids(&honest)[0]).await;
    assert_eq!(request["status"], "pending_approval", "{request:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bad_row_stores_nothing_and_every_bad_cell_is_told_by_its_place() {
    let world = World::new();
    let head = "kind,invoice,customer,amount,currency,line,quantity,note,destination\n";
    let good = "goodwill_credit,,CUST-1,5.00,EUR,,,,\n";
    for (row, status, pointer) in [
        ("goodwill_credit,,CUST-1,\"1,234\",EUR,,,,", 400, "/rows/3/amount"),
        ("goodwill_credit,,CUST-1,5.001,EUR,,,,", 400, "/rows/3/amount"),
        ("goodwill_credit,,CUST-1,5.00,EUR,,,,,x", 400, "/rows/3"),
        ("goodwill_credit,,CUST-1,5.00,EUR,,,\"x,", 400, "/rows/3"),
        ("gift,,CUST-1,5.00,EUR,,,,", 422, "/rows/3/kind"),
        ("goodwill_credit,,CUST-1,-5.00,EUR,,,,", 422, "/rows/3/amount"),
        ("goodwill_credit,,CUST-1,5.0001,EUR,,,,", 422, "/rows/3/amount"),
        ("goodwill_credit,,CUST-1,5.00,EUX,,,,", 422, "/rows/3/currency"),
        ("goodwill_credit,,CUST-1,,,,,,", 422, "/rows/3/amount"),
        ("refund,,,5.00,EUR,,,,", 422, "/rows/3/invoice"),
        ("refund,I,,,,1,0,,", 422, "/rows/3/quantity"),
        ("refund,I,,5.00,EUR,,,,moon", 422, "/rows/3/destination"),
    ] {
        let reply = import(&world, &format!("{head}{good}{row}\n")).await;
        assert_eq!(reply.status.as_u16(), status, "{row}: {}", reply.text);
        assert_eq!(reply.json["errors"][0]["pointer"], pointer, "{row}: {}", reply.text);
    }
    let windows = send(&world, &ALICE, b"kind,note\nrefund,gro\xdf\n").await.unwrap();
    assert_eq!(windows.status, StatusCode::BAD_REQUEST);
    assert!(windows.json["errors"][0]["detail"].as_str().unwrap().contains("UTF-8"), "{}", windows.text);
    let long = format!("{head}{}", good.repeat(1001));
    assert_eq!(import(&world, &long).await.json["errors"][0]["pointer"], "/rows");
    let large = format!("{head}{}", " ".repeat(1 << 20));
    assert_eq!(send(&world, &ALICE, large.as_bytes()).await.unwrap().status, StatusCode::PAYLOAD_TOO_LARGE);
    let json = world.call("POST", "/v1/imports", &ALICE, "-", "[]").await.unwrap();
    assert_eq!(json.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", json.text);
    for stranger in [&LEAD, &MACHINE] {
        assert_eq!(send(&world, stranger, FILE.as_bytes()).await.unwrap().status, StatusCode::FORBIDDEN);
    }
    world.rest().await;
    assert_eq!(all(&world).await, BTreeSet::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_an_invoice_are_credited_row_by_row() {
    let world = World::new();
    world.sensors("INV-1", "ch_1").await;
    let file = "kind\tinvoice\tline\tquantity\treason\nrefund\tINV-1\t1\t1\tdamaged\nrefund\tINV-1\t1\t3\tdamaged\nrefund\tNONE\t1\t1\t\n";
    let reply = import(&world, file).await;
    world.rest_for(Duration::from_secs(30)).await;
    let found = ids(&reply);
    let mut amounts = Vec::new();
    for id in &found {
        let request = world.request(id).await;
        amounts.push((request["status"].clone(), request["amount"]["value"].clone()));
    }
    let waiting = |value: &str| (json!("pending_approval"), json!(value));
    assert_eq!(amounts, [waiting("29.75"), waiting("89.25"), (json!("ineligible"), Value::Null)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_only_checked_stores_nothing_and_says_what_would_become_of_each_row() {
    let world = World::new();
    let header = "kind,customer,amount,currency,reference\n";
    let first = import(&world, &format!("{header}goodwill_credit,C,1.00,EUR,r1\n")).await;
    world.host.idle().await;
    let rows = |world: &World| -> u64 {
        world.database().query_row("SELECT count(*) FROM contraflow_kv", [], |row| row.get(0)).unwrap()
    };
    let (before, known) = (rows(&world), ids(&first));
    let file = format!(
        "{header}goodwill_credit,C,1.00,EUR,r1\ngoodwill_credit,C,2.00,EUR,r2\ngoodwill_credit,D,1.00,EUR,\n\
         goodwill_credit,D,1.00,EUR,\n"
    );
    let checked = send_to(&world, "/v1/imports?check=true", &ALICE, file.as_bytes()).await.unwrap();
    fits(&world, "/v1/imports", "post", &checked).await;
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.text);
    assert_eq!(rows(&world), before, "nothing is stored");
    let items = checked.json["items"].as_array().unwrap();
    assert_eq!(items[0], json!({"row": 2, "status": "already_there", "id": known[0]}));
    assert_eq!(items[1], json!({"row": 3, "status": "new"}));
    assert_eq!((&items[2]["status"], &items[3]["status"]), (&json!("new"), &json!("new")), "two rows, two credits");
    let changed = format!("{header}goodwill_credit,C,3.00,EUR,r1\n");
    let changed = send_to(&world, "/v1/imports?check=true", &ALICE, changed.as_bytes()).await.unwrap();
    assert_eq!(changed.json["items"][0]["status"], "failed", "the reference is another's: {}", changed.text);
    let done = import(&world, &file).await;
    assert_eq!(states(&done), ["already_there", "accepted", "accepted", "accepted"], "{}", done.text);
    let wrong = send_to(&world, "/v1/imports?check=maybe", &ALICE, file.as_bytes()).await.unwrap();
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_nobody_else_drives_are_taken_up_in_the_next_round_of_the_clock() {
    let world = World::new();
    let rows: String = (0..120).map(|n| format!("goodwill_credit,CUST-{n},0.50,EUR,row {n}\n")).collect();
    let reply = import(&world, &format!("kind,customer,amount,currency,reason\n{rows}")).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    world.host.idle().await;
    assert!(world.waits_for_the_clock(), "those beyond the first");
    world.tick().await;
    world.host.idle().await;
    assert!(!world.waits_for_the_clock(), "no time has passed, and all of them have come to their end");
    let requests = world.all("/v1/requests", &crate::world::FINANCE).await;
    assert_eq!(requests.iter().filter(|request| request["status"] == "completed").count(), 120);
    let balance = world.get("/v1/customers/CUST-119/balance", &crate::world::FINANCE).await;
    assert_eq!(balance["balances"][0]["balance"]["value"], "0.50", "{balance:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_rows_are_stored_at_once_and_carried_on_by_the_clock() {
    let world = World::new();
    let rows: String = (0..1000).map(|n| format!("goodwill_credit,CUST-{n},0.50,EUR\n")).collect();
    let reply = import(&world, &format!("kind,customer,amount,currency\n{rows}")).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    assert_eq!(ids(&reply).into_iter().collect::<BTreeSet<_>>().len(), 1000);
    world.rest_at_most(Duration::from_secs(600)).await;
    let balance = world.get("/v1/customers/CUST-999/balance", &crate::world::FINANCE).await;
    assert_eq!(balance["balances"][0]["balance"]["value"], "0.50", "{balance:#}");
    assert!(!world.waits_for_the_clock(), "all of them have come to their end");
}
