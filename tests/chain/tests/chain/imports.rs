//! Requests that come in a CSV file.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use contraflow_host::local_auth::LocalUser;
use http::{Request, StatusCode};
use http_body::Frame;
use http_body_util::StreamBody;
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::world::{ADMIN, ALICE, FINANCE, LEAD, MACHINE, MANAGER, Reply, World};

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
async fn a_mistake_in_one_row_keeps_no_other_out_and_every_bad_cell_is_told_by_its_place() {
    let world = World::new();
    let head = "kind,invoice,customer,amount,currency,line,quantity,note,destination,reference\n";
    let good = "goodwill_credit,,CUST-1,5.00,EUR,,,,,R-1\n";
    for (row, pointer) in [
        ("goodwill_credit,,CUST-1,\"1,234\",EUR,,,,,", "/amount"),
        ("goodwill_credit,,CUST-1,5.001,EUR,,,,,", "/amount"),
        ("goodwill_credit,,CUST-1,5.00,EUR,,,,,,x", ""),
        ("gift,,CUST-1,5.00,EUR,,,,,", "/kind"),
        ("goodwill_credit,,CUST-1,-5.00,EUR,,,,,", "/amount"),
        ("goodwill_credit,,CUST-1,5.0001,EUR,,,,,", "/amount"),
        ("goodwill_credit,,CUST-1,5.00,EUX,,,,,", "/currency"),
        ("goodwill_credit,,CUST-1,,,,,,,", "/amount"),
        ("refund,,,5.00,EUR,,,,,", "/invoice"),
        ("refund,I,,,,1,0,,,", "/quantity"),
        ("refund,I,,5.00,EUR,,,,moon,", "/destination"),
        ("goodwill_credit,,CUST-2,5.00,EUR,,,,,R-1", "/reference"),
    ] {
        let reply = import(&world, &format!("{head}{good}{row}\n")).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{row}: {}", reply.text);
        assert_ne!(states(&reply)[0], "failed", "{row}: {}", reply.text);
        let (failed, problem) = (&reply.json["items"][1], &reply.json["items"][1]["problem"]);
        assert_eq!((&failed["row"], &failed["status"]), (&json!(3), &json!("failed")), "{row}: {}", reply.text);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{row}: {}", reply.text);
        assert_eq!((&reply.json["rows"], &reply.json["failed"]), (&json!(2), &json!(1)), "{row}: {}", reply.text);
    }
    world.rest().await;
    assert_eq!(all(&world).await.len(), 1, "the good row, once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_read_is_no_import_and_says_line_and_column() {
    let world = World::new();
    let head = "kind,customer,amount,currency,note\n";
    let good = "goodwill_credit,CUST-1,5.00,EUR,\n";
    let told = |reply: &Reply| {
        let error = &reply.json["errors"][0];
        (reply.status.as_u16(), error["pointer"].clone(), error["detail"].as_str().unwrap_or_default().to_owned())
    };
    for (file, pointer, words) in [
        (format!("{head}{good}goodwill_credit,CUST-1,5.00,EUR,\"x\n{good}"), "/rows/3", "line 3, column 5"),
        (format!("{head}{good}goodwill_credit,\"CUST\"-1,5.00,EUR,\n"), "/rows/3", "line 3, column 2"),
        (format!("kind,colour\n{good}"), "/rows/1", "column 2 is named `colour`"),
        (head.replace(',', "|") + good, "/rows/1", "column 1"),
        (head.to_owned(), "/rows", "no row below the header"),
        (String::new(), "/rows/1", "the file is empty"),
    ] {
        let (status, place, detail) = told(&import(&world, &file).await);
        assert!(status == 400 && place == pointer && detail.contains(words), "{file}: {status} {place} {detail}");
    }
    let (status, _, detail) = told(&send(&world, &ALICE, b"kind,note\nrefund,gro\xdf\n").await.unwrap());
    assert!(status == 400 && detail.contains("UTF-8") && detail.contains("line 2"), "{detail}");
    let (status, _, detail) = told(&send(&world, &ALICE, b"\xff\xfek\0i\0n\0d\0\n\0").await.unwrap());
    assert!(status == 400 && detail.contains("UTF-16"), "{detail}");
    let json = world.call("POST", "/v1/imports", &ALICE, "-", "[]").await.unwrap();
    assert_eq!(json.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", json.text);
    for stranger in [&LEAD, &MACHINE] {
        assert_eq!(send(&world, stranger, FILE.as_bytes()).await.unwrap().status, StatusCode::FORBIDDEN);
    }
    world.rest().await;
    assert_eq!(all(&world).await, BTreeSet::new());
    assert_eq!(world.get("/v1/imports", &ALICE).await["items"], json!([]));
}

/// Rows that come to their end soon: there is no such invoice.
fn soon_over(rows: std::ops::Range<usize>) -> String {
    let rows: String = rows.map(|n| format!("refund,NONE-{n},,,row {n}\n")).collect();
    format!("kind,invoice,amount,currency,note\n{rows}")
}

fn kept(world: &World) -> u64 {
    let counted =
        "SELECT count(*) FROM contraflow_kv WHERE key >= 'import' AND key < 'import~' AND key NOT LIKE 'import-open%'";
    world.database().query_row(counted, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_beyond_a_bound_is_refused_at_it_and_nothing_is_kept() {
    let world = World::new();
    let row = "goodwill_credit,CUST-1,5.00,EUR\n";
    let many = format!("kind,customer,amount,currency\n{}", row.repeat(100_001));
    let reply = import(&world, &many).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json["errors"][0]["pointer"]),
        (422, &json!("/rows/100002")),
        "{}",
        reply.text
    );
    let long = format!("kind,note\nrefund,{}\n", "x".repeat(64 * 1024));
    assert_eq!(import(&world, &long).await.json["errors"][0]["pointer"], "/rows/2");
    let large = format!("kind,note\n{}", format!("refund,{}\n", "x".repeat(60_000)).repeat(1_200));
    let reply = import(&world, &large).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", reply.text);
    world.rest_for(Duration::from_secs(30)).await;
    assert_eq!((kept(&world), all(&world).await.len()), (0, 0), "what was put aside is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_breaks_off_is_no_import_and_sent_again_it_is_one() {
    let world = World::new();
    let file = soon_over(0..1_100);
    let half = Request::post("/v1/imports")
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", world.token(&ALICE)))
        .header("content-type", "text/csv")
        .body(StreamBody::new(futures::stream::iter([
            Ok(Frame::data(Bytes::copy_from_slice(&file.as_bytes()[..file.len() / 2]))),
            Err(std::io::Error::other("the line is cut")),
        ])))
        .unwrap();
    let broken = world.host.handle_streamed(half).await.unwrap();
    assert_eq!(broken.status(), StatusCode::BAD_REQUEST, "{:?}", broken.body());
    world.rest().await;
    assert_eq!(world.get("/v1/imports", &ALICE).await["items"], json!([]));
    assert_eq!(all(&world).await, BTreeSet::new());
    let reply = import(&world, &file).await;
    assert_eq!((reply.status, &reply.json["rows"]), (StatusCode::ACCEPTED, &json!(1_100)), "{}", reply.text);
    let id = reply.json["id"].as_str().unwrap();
    let stopped = world.post(&format!("/v1/imports/{id}/cancel"), &ALICE, &json!({})).await;
    assert_eq!(stopped.status, StatusCode::OK, "{}", stopped.text);
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_progress_and_the_result_of_a_large_file_say_what_became_of_each_row() {
    let world = World::new();
    let head = "kind,customer,amount,currency,reason,reference\n";
    let good: String = (0..30).map(|n| format!("goodwill_credit,CUST-{n},2.50,EUR,late,=R{n}\n")).collect();
    let people = "account_credit,CUST-1,90.00,EUR,late,P-1\n";
    let bad = "goodwill_credit,CUST-1,x,EUR,late,\n".repeat(1_000);
    let file = format!("{head}{good}{people}{bad}");
    let reply = import(&world, &file).await;
    assert_eq!((reply.status, &reply.json["items"]), (StatusCode::ACCEPTED, &Value::Null), "{}", reply.text);
    let place = reply.headers["location"].to_str().unwrap().to_owned();
    world.rest().await;
    let reply = world.call("GET", &place, &ALICE, "-", "").await.unwrap();
    fits(&world, "/v1/imports/{id}", "get", &reply).await;
    let import = reply.json;
    let counts =
        |import: &Value| ["rows", "left", "accepted", "already_there", "failed"].map(|name| import[name].clone());
    assert_eq!(counts(&import), [1_031, 0, 31, 0, 1_000].map(|count| json!(count)), "{import:#}");
    assert_eq!((&import["state"], &import["is_done"]), (&json!("stored"), &json!(false)));
    assert_eq!(import["requests"], json!({"working": 0, "waiting_for_people": 1, "ended": 30}));
    assert_eq!(import["amounts"], json!([{"requests": 31, "asked": {"value": "165.00", "currency": "EUR"}}]));

    let result = world.call("GET", &format!("{place}/result"), &ALICE, "-", "").await.unwrap();
    assert_eq!(result.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<_> = result.text.lines().collect();
    assert_eq!(lines.len(), 1_032);
    assert_eq!(lines[0], "row,reference,status,request,request_status,amount,currency,column,error");
    assert!(lines[1].starts_with("2,'=R0,accepted,") && lines[1].ends_with(",completed,2.50,EUR,,"), "{}", lines[1]);
    assert!(lines[31].contains(",pending_approval,90.00,EUR,"), "{}", lines[31]);
    assert!(lines[32].starts_with("33,,failed,,,,,amount,"), "{}", lines[32]);
    let request = Request::get(format!("{place}/result?from=32"))
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", world.token(&FINANCE)))
        .header("accept", "application/x-ndjson");
    let result = world.send(request.body(Bytes::new()).unwrap()).await.unwrap();
    let lines: Vec<Value> = result.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1_001);
    assert_eq!(
        (&lines[0]["row"], &lines[0]["reference"], &lines[0]["request_status"]),
        (&json!(32), &json!("P-1"), &json!("pending_approval"))
    );
    assert_eq!((&lines[1]["status"], &lines[1]["column"]), (&json!("failed"), &json!("amount")));
    let row = world.request(lines[0]["request"].as_str().unwrap()).await["import"].clone();
    assert_eq!(row, json!({"id": import["id"], "row": 32}), "the request says where it came from");

    // Whoever may read every request sees it, and nobody else.
    let bob = LocalUser { name: "bob", roles: &["requester"] };
    for address in [place.clone(), format!("{place}/result")] {
        assert_eq!(world.call("GET", &address, &bob, "-", "").await.unwrap().status, StatusCode::FORBIDDEN);
    }
    let cancel = format!("{place}/cancel");
    assert_eq!(world.post(&cancel, &bob, &json!({})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.post(&cancel, &ALICE, &json!({})).await.status, StatusCode::CONFLICT, "it is over");
    for (user, count) in [(&ALICE, 1), (&bob, 0), (&FINANCE, 1)] {
        let reply = world.call("GET", "/v1/imports", user, "-", "").await.unwrap();
        fits(&world, "/v1/imports", "get", &reply).await;
        assert_eq!(reply.json["items"].as_array().unwrap().len(), count, "{}", user.name);
    }
    assert_eq!(world.get("/v1/imports?mine=true", &FINANCE).await["items"], json!([]));

    // A person decides, and the import is done.
    assert_eq!(world.approve(lines[0]["request"].as_str().unwrap(), &LEAD).await.status, StatusCode::OK);
    world.rest().await;
    let import = world.get(&place, &ALICE).await;
    assert_eq!((&import["is_done"], &import["requests"]["ended"]), (&json!(true), &json!(31)), "{import:#}");

    // The same file again is the same import; after its time it is gone, and its requests are not.
    let again = send(&world, &ALICE, file.as_bytes()).await.unwrap();
    assert_eq!((again.status, &again.json["id"]), (StatusCode::OK, &import["id"]), "{}", again.text);
    world.advance(Duration::from_secs(91 * 24 * 3_600));
    world.tick().await;
    world.rest().await;
    assert_eq!(world.call("GET", &place, &FINANCE, "-", "").await.unwrap().status, StatusCode::NOT_FOUND);
    assert_eq!(kept(&world), 0);
    let again = send(&world, &ALICE, file.as_bytes()).await.unwrap();
    world.rest().await;
    let import = world.get(&format!("/v1/imports/{}", again.json["id"].as_str().unwrap()), &ALICE).await;
    assert_eq!(counts(&import), [1_031, 0, 0, 31, 1_000].map(|count| json!(count)), "{import:#}");
    assert_eq!(all(&world).await.len(), 31);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_say_the_same_are_counted_over_the_parts_of_a_file() {
    let world = World::new();
    let file = |count: usize| format!("kind,invoice,amount,currency\n{}", "refund,NONE,,\n".repeat(count));
    let first = import(&world, &file(45)).await;
    assert_eq!(ids(&first).into_iter().collect::<BTreeSet<_>>().len(), 45, "{}", first.text);
    let more = import(&world, &file(50)).await;
    assert_eq!((&more.json["already_there"], &more.json["accepted"]), (&json!(45), &json!(5)), "{}", more.text);
    world.rest().await;
    assert_eq!(all(&world).await.len(), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_json_are_imported_like_the_rows_of_a_table() {
    let world = World::new();
    let file = "{\"kind\":\"goodwill_credit\",\"customer\":\"C\",\"amount\":{\"value\":\"1.00\",\"currency\":\"EUR\"},\"reference\":\"R-1\"}\n\
        {\"kind\":\"goodwill_credit\",\"customer\":\"C\",\"amount\":{\"value\":\"1.001\",\"currency\":\"EUR\"}}\n{\"kind\"\n";
    let request = Request::post("/v1/imports")
        .header("host", "localhost")
        .header("authorization", format!("Bearer {}", world.token(&ALICE)))
        .header("content-type", "application/x-ndjson");
    let reply = world.send(request.body(Bytes::from(file)).unwrap()).await.unwrap();
    fits(&world, "/v1/imports", "post", &reply).await;
    assert_eq!(states(&reply), ["accepted", "failed", "failed"], "{}", reply.text);
    assert_eq!(reply.json["items"][1]["problem"]["errors"][0]["pointer"], "/amount/value", "{}", reply.text);
    world.rest().await;
    assert_eq!(world.request(reply.json["items"][0]["id"].as_str().unwrap()).await["source"]["reference"], "R-1");
    // The same row, in a table.
    let table = import(&world, "kind,customer,amount,currency,reference\ngoodwill_credit,C,1.00,EUR,R-1\n").await;
    assert_eq!(states(&table), ["already_there"], "{}", table.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_whose_driver_died_goes_on_by_the_clock_and_repeats_nothing() {
    let world = World::new();
    let file = soon_over(0..1_050);
    let reply = import(&world, &file).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    let place = format!("/v1/imports/{}", reply.json["id"].as_str().unwrap());
    // The driver behind the answer dies with its host, in the middle of the file, and so do some rounds of the clock.
    let mut world = world.restarted(None);
    for _ in 0..3 {
        world.advance(Duration::from_secs(25));
        _ = tokio::time::timeout(Duration::from_millis(200), world.tick()).await;
        world = world.restarted(None);
    }
    let before = world.get(&place, &ALICE).await;
    assert!(before["left"].as_u64().unwrap() > 0, "it goes on part by part: {before:#}");
    world.rest_at_most(Duration::from_secs(1_200)).await;
    let import = world.get(&place, &ALICE).await;
    assert_eq!(
        (&import["left"], &import["accepted"], &import["is_done"]),
        (&json!(0), &json!(1_050), &json!(true)),
        "{import:#}"
    );
    assert_eq!(world.all("/v1/requests", &FINANCE).await.len(), 1_050);
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_of_a_cancelled_import_becomes_nothing_and_the_file_can_be_sent_anew() {
    let world = World::new();
    let file = soon_over(0..1_200);
    let reply = import(&world, &file).await;
    let place = format!("/v1/imports/{}", reply.json["id"].as_str().unwrap());
    let stopped = world.post(&format!("{place}/cancel"), &FINANCE, &json!({})).await;
    fits(&world, "/v1/imports/{id}/cancel", "post", &stopped).await;
    assert_eq!(stopped.json["state"], "cancelled", "{}", stopped.text);
    assert_eq!(stopped.json["cancelled"]["by"], "fina");
    world.rest().await;
    let import = world.get(&place, &ALICE).await;
    let (left, accepted) = (import["left"].as_u64().unwrap(), import["accepted"].as_u64().unwrap());
    assert!(left > 0 && left + accepted == 1_200, "{import:#}");
    let result = world.call("GET", &format!("{place}/result"), &ALICE, "-", "").await.unwrap();
    assert_eq!(result.text.matches(",cancelled,").count() as u64, left);
    assert_eq!(world.all("/v1/requests", &FINANCE).await.len() as u64, accepted);
    let again = import_of(&world, &file).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text);
    assert_ne!(again.json["id"], import["id"]);
    let stop = format!("/v1/imports/{}/cancel", again.json["id"].as_str().unwrap());
    assert_eq!(world.post(&stop, &ALICE, &json!({})).await.status, StatusCode::OK);
    assert_eq!(world.post(&stop, &ALICE, &json!({})).await.status, StatusCode::OK, "again changes nothing");
    world.rest().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_stops_when_its_sender_leaves() {
    let world = World::new();
    world.get("/v1/me", &ALICE).await;
    let reply = import(&world, &soon_over(0..1_200)).await;
    let place = format!("/v1/imports/{}", reply.json["id"].as_str().unwrap());
    let left = world.post("/v1/people/alice/leave", &ADMIN, &json!({"note": "last day"})).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.text);
    let by_then = world.all("/v1/requests", &FINANCE).await.len();
    world.rest().await;
    let import = world.get(&place, &FINANCE).await;
    assert_eq!(
        (&import["state"], &import["cancelled"]["by"]),
        (&json!("cancelled"), &json!("contraflow")),
        "{import:#}"
    );
    assert!(import["cancelled"]["why"].as_str().unwrap().contains("alice has left"), "{import:#}");
    let (left, accepted) = (import["left"].as_u64().unwrap(), import["accepted"].as_u64().unwrap());
    assert!(left > 0 && left + accepted == 1_200, "{import:#}");
    assert_eq!(accepted, by_then as u64, "from then on nothing was asked in her name");
    assert_eq!(world.all("/v1/requests", &FINANCE).await.len() as u64, accepted);
    world.rest_at_most(Duration::from_secs(1_200)).await;
    assert_eq!(world.get(&place, &FINANCE).await["left"], left, "the clock carries it on no further");
}

async fn import_of(world: &World, file: &str) -> Reply {
    send(world, &ALICE, file.as_bytes()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_most_five_imports_of_one_person_are_under_way_and_a_key_is_of_one_file() {
    let world = World::new();
    let with_key = async |key: &str, file: &str| {
        let request = Request::post("/v1/imports")
            .header("host", "localhost")
            .header("authorization", format!("Bearer {}", world.token(&ALICE)))
            .header("idempotency-key", key)
            .header("content-type", "text/csv");
        world.send(request.body(Bytes::copy_from_slice(file.as_bytes())).unwrap()).await.unwrap()
    };
    let mut open = Vec::new();
    for number in 0..5 {
        let file = soon_over(number * 2_000..number * 2_000 + 1_500);
        let reply = with_key(&format!("k{number}"), &file).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
        open.push(format!("/v1/imports/{}/cancel", reply.json["id"].as_str().unwrap()));
    }
    let sixth = soon_over(20_000..20_002);
    let refused = with_key("k5", &sixth).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    for cancel in open {
        assert_eq!(world.post(&cancel, &ALICE, &json!({})).await.status, StatusCode::OK);
    }
    assert_eq!(with_key("k5", &sixth).await.status, StatusCode::ACCEPTED);
    assert_eq!(with_key("k5", &sixth).await.status, StatusCode::OK);
    let other = with_key("k5", &soon_over(30_000..30_001)).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", other.text);
    assert_eq!(other.json["type"], "urn:contraflow:problem:idempotency-key-reused");
    world.rest().await;
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
async fn a_thousand_rows_are_stored_at_once_and_carried_on_by_the_clock() {
    let world = World::new();
    let rows: String = (0..1000).map(|n| format!("goodwill_credit,CUST-{n},0.50,EUR\n")).collect();
    let reply = import(&world, &format!("kind,customer,amount,currency\n{rows}")).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    assert_eq!(ids(&reply).into_iter().collect::<BTreeSet<_>>().len(), 1000);
    world.rest_at_most(Duration::from_secs(600)).await;
    let balance = world.get("/v1/customers/CUST-999/balance", &FINANCE).await;
    assert_eq!(balance["balances"][0]["balance"]["value"], "0.50", "{balance:#}");
    let import = world.get(&format!("/v1/imports/{}", reply.json["id"].as_str().unwrap()), &ALICE).await;
    assert_eq!(import["is_done"], true, "all of them have come to their end: {import:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_template_reads_a_file_as_another_program_writes_it_and_its_changes_stand_in_the_record() {
    let world = World::new();
    let address = "/v1/imports/templates/bank";
    let template = json!({
        "columns": {"Kunde": "customer", "Betrag": "amount", "Bank": "-"},
        "constants": {"kind": "goodwill_credit", "currency": "EUR", "reason": "late"},
    });
    let put = async |user, body: &Value| world.call("PUT", address, user, "-", &body.to_string()).await.unwrap();
    assert_eq!(put(&ALICE, &template).await.status, StatusCode::FORBIDDEN);
    let wrong = put(&ADMIN, &json!({"columns": {"Betrag": "sum"}})).await;
    assert_eq!((wrong.status.as_u16(), &wrong.json["errors"][0]["pointer"]), (422, &json!("/columns/Betrag")));
    let made = put(&ADMIN, &template).await;
    fits(&world, "/v1/imports/templates/{name}", "put", &made).await;
    assert_eq!((made.status, &made.json["version"]), (StatusCode::OK, &json!(1)), "{}", made.text);
    assert_eq!(put(&ADMIN, &template).await.json["version"], 1, "what it says already");

    let file = "Kunde;Betrag;Bank\nC-1;1,50;x\nC-2;oops;y\n";
    let by = |name: &str| format!("/v1/imports?template={name}");
    let reply = send_to(&world, &by("bank"), &ALICE, file.as_bytes()).await.unwrap();
    fits(&world, "/v1/imports", "post", &reply).await;
    assert_eq!(states(&reply), ["accepted", "failed"], "{}", reply.text);
    assert_eq!(reply.json["template"], "bank@1");
    assert_eq!(reply.json["items"][1]["problem"]["errors"][0]["pointer"], "/betrag", "{}", reply.text);
    world.rest().await;
    let request = world.request(reply.json["items"][0]["id"].as_str().unwrap()).await;
    assert_eq!(
        (&request["kind"], &request["reason"], &request["amount"]["value"]),
        (&json!("goodwill_credit"), &json!("late"), &json!("1.50"))
    );
    let none = send_to(&world, &by("none"), &ALICE, file.as_bytes()).await.unwrap();
    assert_eq!((none.status.as_u16(), &none.json["parameter"]), (422, &json!("template")), "{}", none.text);

    assert_eq!(put(&ADMIN, &json!({"constants": {"kind": "refund"}})).await.json["version"], 2);
    let removed = world.post(&format!("{address}/remove"), &ADMIN, &json!({})).await;
    fits(&world, "/v1/imports/templates/{name}/remove", "post", &removed).await;
    assert_eq!(removed.status, StatusCode::OK, "{}", removed.text);
    assert_eq!(world.get("/v1/imports/templates", &ALICE).await["items"], json!([]));
    let events = world.get(&format!("{address}/events"), &ALICE).await;
    let what: Vec<_> =
        events["items"].as_array().unwrap().iter().map(|event| event["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["import_template_written", "import_template_written", "import_template_removed"]);
    assert_eq!(put(&ADMIN, &template).await.json["version"], 4, "no two versions have one name");
    world.rest().await;
}
