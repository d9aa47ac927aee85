//! Small files that are stored with a request: bounded, checked, and given out so that nothing opens them by itself.

use bytes::Bytes;
use contraflow_host::local_auth::LocalUser;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::openapi::fits;
use crate::record::{lines, sign};
use crate::world::{ADMIN, ALICE, LEAD, Reply, World};

const PATH: &str = "/v1/requests/{id}/files";
const PDF: &[u8] = b"%PDF-1.7 a receipt";

/// A refund that waits for a decision.
async fn waiting(world: &World) -> String {
    world.invoice("INV-1", "100.00", "ch_1").await;
    let id = world.ask("k", json!({"kind": "refund", "invoice": "INV-1", "reason": "damaged"})).await;
    world.rest().await;
    id
}

async fn send(world: &World, address: &str, user: &LocalUser<'_>, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let mut request = Request::post(address).header("host", "localhost");
    request = request.header("authorization", format!("Bearer {}", world.token(user)));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let reply = world.send(request.body(Bytes::copy_from_slice(body)).unwrap()).await.unwrap();
    fits(world, PATH, "post", &reply).await;
    reply
}

async fn add(world: &World, id: &str, user: &LocalUser<'_>, name: &str, media_type: &str, body: &[u8]) -> Reply {
    let address = format!("/v1/requests/{id}/files?kind=receipt&name={name}");
    send(world, &address, user, &[("content-type", media_type)], body).await
}

fn stored(world: &World) -> i64 {
    let count = "SELECT count(*) FROM contraflow_kv WHERE key LIKE 'file/%'";
    world.database().query_row(count, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_stored_once_counts_as_evidence_and_is_given_out_to_be_saved_and_never_shown() {
    let world = World::new();
    let id = waiting(&world).await;
    let before = world.request(&id).await;
    let added = add(&world, &id, &ALICE, "Gr%C3%B6%C3%9Fe%20%22x%22.pdf", "application/pdf", PDF).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let hash = added.json["sha256"].as_str().unwrap();
    assert_eq!((&added.json["size"], &added.json["scan"]), (&json!(PDF.len()), &json!("not_scanned")));
    let after = world.request(&id).await;
    assert_ne!(after["content_hash"], before["content_hash"], "whoever decides looks again");
    assert_eq!((&after["evidence"][0]["sha256"], &after["evidence"][0]["stored"]), (&json!(hash), &json!(true)));
    assert_eq!(after["files"], json!([added.json]));
    let again = add(&world, &id, &ALICE, "again.pdf", "application/pdf", PDF).await;
    assert_eq!((again.status, &again.json), (StatusCode::OK, &added.json));
    assert_eq!((world.request(&id).await, stored(&world)), (after, 1), "nothing was changed");
    let address = format!("/v1/requests/{id}/files/{hash}");
    let got = world.call("GET", &address, &LEAD, "-", "").await.unwrap();
    fits(&world, "/v1/requests/{id}/files/{sha256}", "get", &got).await;
    assert_eq!((got.status, got.text.as_bytes()), (StatusCode::OK, PDF));
    let header = |name: &str| got.headers[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/pdf");
    let disposition = "attachment; filename=\"Gr__e _x_.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%22x%22.pdf";
    assert_eq!(header("content-disposition"), disposition);
    assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff", "no-store"));
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    let events = world.get(&format!("/v1/requests/{id}/events?limit=200"), &ADMIN).await;
    let told = events["items"].as_array().unwrap().iter().find(|event| event["what"] == "file.added").unwrap();
    assert_eq!(told["data"]["file"], added.json, "the record proves what it was when the file has gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_dangerous_damaged_too_large_or_too_late_is_refused_and_nothing_is_stored() {
    let world = World::new();
    let id = waiting(&world).await;
    let before = world.request(&id).await;
    let large = vec![b'a'; 1024 * 1024 + 1];
    for (name, media_type, body, status) in [
        ("a.html", "text/html", b"hello".as_slice(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("a.png", "image/png", b"<svg onload=x>", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("a.bin", "application/octet-stream", b"MZ\x90\0", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("a.pdf", "application/pdf", b"hello", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("a.txt", "text/plain", b"", StatusCode::BAD_REQUEST),
        ("a.txt", "text/plain", &large, StatusCode::PAYLOAD_TOO_LARGE),
        ("..%2Fa.txt", "text/plain", b"hello", StatusCode::UNPROCESSABLE_ENTITY),
        ("a%0D%0AX:%20b.txt", "text/plain", b"hello", StatusCode::UNPROCESSABLE_ENTITY),
        ("", "text/plain", b"hello", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let refused = add(&world, &id, &ALICE, name, media_type, body).await;
        assert_eq!(refused.status, status, "{name} {media_type}: {}", refused.text);
    }
    let digest =
        [("content-type", "text/plain"), ("content-digest", "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:")];
    let address = format!("/v1/requests/{id}/files?name=a.txt");
    let damaged = send(&world, &address, &ALICE, &digest, b"hellO").await;
    assert_eq!((damaged.status, &damaged.json["title"]), (StatusCode::BAD_REQUEST, &json!("digest mismatch")));
    assert_eq!((world.request(&id).await, stored(&world)), (before, 0));
    assert_eq!(send(&world, &address, &ALICE, &digest, b"hello").await.status, StatusCode::CREATED);
    assert_eq!(add(&world, &id, &ALICE, "large.txt", "text/plain", &large[1..]).await.status, StatusCode::CREATED);
    assert_eq!(world.decide(&id, &LEAD, "reject", "no").await.status, StatusCode::OK);
    let late = add(&world, &id, &ALICE, "late.txt", "text/plain", b"late").await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    assert_eq!(stored(&world), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_added_and_read_by_whom_its_request_concerns_and_by_nobody_else() {
    let world = World::new();
    let id = waiting(&world).await;
    let hash =
        add(&world, &id, &ALICE, "a.pdf", "application/pdf", PDF).await.json["sha256"].as_str().unwrap().to_owned();
    let bob = LocalUser { name: "bob", roles: &["requester"] };
    let refused = add(&world, &id, &bob, "b.txt", "text/plain", b"hello").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    let get =
        async |address: String, user: &LocalUser<'_>| world.call("GET", &address, user, "-", "").await.unwrap().status;
    let address = format!("/v1/requests/{id}/files/{hash}");
    assert_eq!(get(address.clone(), &bob).await, StatusCode::FORBIDDEN);
    assert_eq!(get(address.clone(), &ALICE).await, StatusCode::OK);
    assert_eq!(get(format!("/v1/requests/{id}/files/{}", "0".repeat(64)), &ALICE).await, StatusCode::NOT_FOUND);
    let other = world
        .ask(
            "k2",
            json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "900.00", "currency": "EUR"}}),
        )
        .await;
    assert_eq!(
        get(format!("/v1/requests/{other}/files/{hash}"), &ALICE).await,
        StatusCode::NOT_FOUND,
        "of another request"
    );
    world.database().execute("UPDATE contraflow_kv SET value = X'00' WHERE key LIKE 'file/%'", []).unwrap();
    assert_eq!(get(address, &ALICE).await, StatusCode::INTERNAL_SERVER_ERROR, "what was changed is given to nobody");
    let shown: Value = world.request(&id).await;
    assert_eq!(shown["files"][0]["sha256"], hash);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_leaves_with_its_request_and_its_proof_stays_in_the_export() {
    let world = World::new();
    let id = waiting(&world).await;
    let hash =
        add(&world, &id, &ALICE, "a.pdf", "application/pdf", PDF).await.json["sha256"].as_str().unwrap().to_owned();
    assert_eq!(world.decide(&id, &LEAD, "reject", "no").await.status, StatusCode::OK);
    world.rest().await;
    world.advance(std::time::Duration::from_secs(24 * 3600) * 4_019);
    world.tick().await;
    world.rest().await;
    sign(&world).await.unwrap();
    let exported = lines(&world, "/v1/archive").await;
    let proof = exported.iter().find(|line| line.contains("file.added")).unwrap();
    assert!(proof.contains(&hash) && proof.contains("application/pdf"), "{proof}");
    let head = world.request(&id).await;
    let events = world.get(&format!("/v1/requests/{id}/events?limit=200"), &ADMIN).await;
    let last = events["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["sequence"], head["version"]);
    let removed =
        world.post("/v1/archive/remove", &ADMIN, &json!({"requests": [{"id": id, "head": last["hash"]}]})).await;
    assert_eq!(removed.json["items"][0]["outcome"], "removed", "{}", removed.text);
    assert_eq!(stored(&world), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_counts_and_is_given_out_only_once_the_scanner_says_that_it_is_clean() {
    let world = World::with_scanner("busy");
    let id = waiting(&world).await;
    let added = add(&world, &id, &ALICE, "a.pdf", "application/pdf", PDF).await;
    assert_eq!((added.status, &added.json["scan"]), (StatusCode::CREATED, &json!("waiting")), "{}", added.text);
    let hash = added.json["sha256"].as_str().unwrap().to_owned();
    world.rest_for(std::time::Duration::from_secs(30)).await;
    let request = world.request(&id).await;
    assert_eq!(
        (&request["files"][0]["scan"], &request["evidence"]),
        (&json!("waiting"), &json!([])),
        "unknown is not clean"
    );
    let address = format!("/v1/requests/{id}/files/{hash}");
    let held = world.call("GET", &address, &LEAD, "-", "").await.unwrap();
    fits(&world, "/v1/requests/{id}/files/{sha256}", "get", &held).await;
    assert_eq!(held.status, StatusCode::CONFLICT, "{}", held.text);
    world.outside.scanner_says(r#"{"verdict": "clean"}"#);
    world.rest_for_hours(2).await;
    let request = world.request(&id).await;
    assert_eq!((&request["files"][0]["scan"], &request["evidence"][0]["sha256"]), (&json!("clean"), &json!(hash)));
    assert_eq!(request["backup"]["state"], "arrived", "{request:#}");
    let scanned = world.outside.sent().into_iter().find(|sent| sent.url.starts_with("http://scanner.example")).unwrap();
    assert_eq!(scanned.body.as_ref(), PDF);
    assert!(scanned.headers["webhook-signature"].to_str().unwrap().starts_with("v1,"));
    assert_eq!(world.call("GET", &address, &LEAD, "-", "").await.unwrap().status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_infected_file_is_removed_told_and_not_taken_again() {
    let world = World::with_scanner(r#"{"verdict": "infected", "name": "Eicar"}"#);
    let id = waiting(&world).await;
    let added = add(&world, &id, &ALICE, "a.pdf", "application/pdf", PDF).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    world.rest().await;
    let request = world.request(&id).await;
    let has = |list: &str, code: &str| request[list].as_array().unwrap().iter().any(|one| one["code"] == code);
    assert!(has("findings", "file.infected") && has("tasks", "file.infected"), "{request:#}");
    assert_eq!((&request["files"][0]["scan"], &request["evidence"]), (&json!("infected"), &json!([])));
    assert_eq!(stored(&world), 0, "its bytes have gone");
    let gone = world
        .call("GET", &format!("/v1/requests/{id}/files/{}", added.json["sha256"].as_str().unwrap()), &LEAD, "-", "")
        .await
        .unwrap();
    fits(&world, "/v1/requests/{id}/files/{sha256}", "get", &gone).await;
    assert_eq!(gone.status, StatusCode::GONE, "{}", gone.text);
    let again = add(&world, &id, &ALICE, "b.pdf", "application/pdf", PDF).await;
    assert_eq!((again.status, &again.json["title"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("file infected")));
}
