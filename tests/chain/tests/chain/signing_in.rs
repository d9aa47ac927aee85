//! Signing in at the console by a real provider, and the ends of such sessions.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use bytes::Bytes;
use contraflow_peers::oidc::{Browser, parameter, sign};
use contraflow_peers::process::Peer;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::world::{ADMIN, Reply, World};

const CALLBACK: &str = "http://127.0.0.1:3000/sign-in/callback";

/// Opens a page of the console with these cookies.
async fn open(world: &World, path: &str, cookies: &str) -> Reply {
    let request = Request::get(path).header("host", "localhost").header("cookie", cookies);
    world.send(request.body(Bytes::new()).unwrap()).await.unwrap()
}

/// Returns the cookies that an answer sets, as a browser sends them back.
fn cookies(reply: &Reply) -> String {
    let set = reply.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap());
    let kept = set.filter(|set| !set.contains("Max-Age=0")).map(|set| set.split(';').next().unwrap());
    kept.collect::<Vec<_>>().join("; ")
}

fn location(reply: &Reply) -> &str {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
    reply.headers["location"].to_str().unwrap()
}

/// A sign-in that has come back from the provider: the address at the console, and what the browser kept.
async fn come_back(world: &World, browser: &mut Browser, user: &str) -> (String, String) {
    let begun = open(world, "/sign-in/provider?next=/requests", "").await;
    let back = browser.sign_in(location(&begun), CALLBACK, user);
    (back.strip_prefix("http://127.0.0.1:3000").unwrap().to_owned(), cookies(&begun))
}

async fn signed_in(world: &World, browser: &mut Browser, user: &str) -> String {
    let (back, kept) = come_back(world, browser, user).await;
    let reply = open(world, &back, &kept).await;
    assert_eq!(location(&reply), "/requests");
    cookies(&reply)
}

async fn me(world: &World, token: &str) -> Reply {
    world.call_with(token, "GET", "/v1/me", "-", "").await.unwrap()
}

async fn is_in(world: &World, session: &str) -> bool {
    match open(world, "/queue", session).await {
        reply if reply.status == StatusCode::OK => true,
        reply => {
            assert!(location(&reply).starts_with("/sign-in"), "{}", reply.text);
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_signs_in_by_the_provider_and_lands_on_the_page_they_wanted() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let page = open(&world, "/sign-in?next=/requests", "").await;
    assert!(page.text.contains("/sign-in/provider?next=%2Frequests"), "{}", page.text);
    let begun = open(&world, "/sign-in/provider?next=https://evil.example/", "").await;
    let there = location(&begun);
    assert!(there.starts_with(&format!("{}/auth?", provider.url)), "{there}");
    for (name, value) in [
        ("response_type", "code"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", "http%3A%2F%2F127.0.0.1%3A3000%2Fsign-in%2Fcallback"),
    ] {
        assert_eq!(parameter(there, name).as_deref(), Some(value), "{there}");
    }
    let set = begun.headers["set-cookie"].to_str().unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    let mut browser = Browser::default();
    let back = browser.sign_in(there, CALLBACK, "alice");
    let back = back.strip_prefix("http://127.0.0.1:3000").unwrap();
    let reply = open(&world, back, &cookies(&begun)).await;
    assert_eq!(location(&reply), "/queue", "never to another site");
    let session = cookies(&reply);
    let queue = open(&world, "/queue", &session).await;
    assert_eq!(queue.status, StatusCode::OK, "{}", queue.text);
    assert!(queue.text.contains("alice@example.test"), "{}", queue.text);
    let bob = come_back(&world, &mut Browser::default(), "bob").await;
    let refused = open(&world, &bob.0, &bob.1).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.text.contains("none of its groups gives a role"), "{}", refused.text);
    assert_eq!(cookies(&refused), "", "nobody is signed in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_taken_once_and_from_the_browser_that_began_alone() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let (back, kept) = come_back(&world, &mut Browser::default(), "alice").await;
    let (_, others) = come_back(&world, &mut Browser::default(), "lea").await;
    let state = parameter(&back, "state").unwrap();
    for (what, address, cookies) in [
        ("no cookie", back.clone(), ""),
        ("another browser's", back.clone(), others.as_str()),
        ("another state", back.replace(&state, "made-up"), kept.as_str()),
        ("another provider", back.replace("iss=http", "iss=https"), kept.as_str()),
        ("an error", "/sign-in/callback?error=access_denied".to_owned(), kept.as_str()),
    ] {
        let reply = open(&world, &address, cookies).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{what}: {}", reply.text);
        assert_eq!(self::cookies(&reply), "", "{what}");
    }
    let first = open(&world, &back, &kept).await;
    assert_eq!(location(&first), "/requests");
    let again = open(&world, &back, &kept).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{}", again.text);
    assert!(again.text.contains("used before"), "{}", again.text);
    assert_eq!(cookies(&again), "");
    let (late, kept) = come_back(&world, &mut Browser::default(), "alice").await;
    world.advance(Duration::from_secs(601));
    assert_eq!(open(&world, &late, &kept).await.status, StatusCode::UNAUTHORIZED, "too late");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_by_signing_out_by_not_being_used_and_after_its_longest_time() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    // The provider's clock is that of the machine, so all sign in before ours moves on.
    let first = signed_in(&world, &mut Browser::default(), "alice").await;
    let second = signed_in(&world, &mut Browser::default(), "alice").await;
    let third = signed_in(&world, &mut Browser::default(), "lea").await;
    let token = first.split_once('=').unwrap().1.to_owned();
    assert!(token.starts_with("cfs_"), "a random text: nothing can be read from it");
    let out = world.call_with(&token, "POST", "/v1/sign-out", "-", "").await.unwrap();
    assert_eq!(out.status, StatusCode::OK, "{}", out.text);
    assert!(!is_in(&world, &first).await && is_in(&world, &second).await);
    let minutes = |minutes: u64| world.advance(Duration::from_secs(minutes * 60));
    for _ in 0..2 {
        minutes(29);
        assert!(is_in(&world, &second).await && is_in(&world, &third).await, "used meanwhile");
    }
    let token = third.split_once('=').unwrap().1;
    for _ in 0..2 {
        minutes(29);
        assert_eq!(me(&world, token).await.status, StatusCode::OK, "used by what its pages send");
    }
    minutes(3);
    assert!(!is_in(&world, &second).await, "not used for half an hour");
    assert_eq!(me(&world, token).await.status, StatusCode::OK, "119 minutes");
    minutes(1);
    assert_eq!(me(&world, token).await.status, StatusCode::UNAUTHORIZED, "two hours");
    assert!(!is_in(&world, &third).await);
    let kept = || {
        let sql = "SELECT count(*) FROM contraflow_kv WHERE key LIKE 'session%' OR key LIKE 'due/%session~%'";
        world.database().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    world.advance(Duration::from_secs(24 * 3600));
    for _ in 0..3 {
        world.round().await.unwrap();
    }
    assert_eq!(kept(), 0, "what is over leaves");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_of_an_hour_asks_the_provider_anew_and_goes_on_meanwhile() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let session = signed_in(&world, &mut Browser::default(), "alice").await;
    let token = session.split_once('=').unwrap().1;
    for _ in 0..2 {
        world.advance(Duration::from_secs(29 * 60));
        assert!(is_in(&world, &session).await);
    }
    world.advance(Duration::from_secs(2 * 60));
    let asked = open(&world, "/requests?status=completed", &session).await;
    assert!(location(&asked).starts_with(&format!("{}/auth?", provider.url)), "{}", location(&asked));
    let kept = cookies(&asked);
    assert!(!kept.is_empty() && !kept.contains("cfs_"), "what belongs to the sign-in: {kept}");
    let meanwhile = open(&world, "/requests", &format!("{session}; {kept}")).await;
    assert_eq!(meanwhile.status, StatusCode::OK, "another page, while the provider is asked");
    assert_eq!(open(&world, "/sign-out", &session).await.status, StatusCode::OK, "whoever goes is not asked");
    assert_eq!(me(&world, token).await.status, StatusCode::OK, "what a page sends is not lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_providers_newest_word_about_groups_counts_in_all_sessions_of_the_account() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let office = signed_in(&world, &mut Browser::default(), "alice").await;
    let others = signed_in(&world, &mut Browser::default(), "lea").await;
    let roles = async |session: &str| me(&world, session.split_once('=').unwrap().1).await.json["roles"].clone();
    assert_eq!(roles(&office).await, json!(["finance", "requester"]));
    provider.tell("/_peer/groups", &json!({"alice": ["Refund leads"]}));
    let home = signed_in(&world, &mut Browser::default(), "alice").await;
    assert_eq!(roles(&home).await, json!(["approver:team-lead"]));
    assert_eq!(roles(&office).await, json!(["approver:team-lead"]), "finance no more, from this moment");
    assert_eq!(roles(&others).await, json!(["approver:team-lead"]));
}

/// Waits for one request of the provider, answers it, and returns its body.
fn heard(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    let mut bytes = Vec::new();
    let mut part = [0; 8192];
    loop {
        let read = stream.read(&mut part).unwrap();
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
        if body.len() >= length.unwrap_or(0) {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            return body.to_owned();
        }
    }
}

async fn back_channel(world: &World, body: String) -> Reply {
    let request = Request::post("/sign-in/back-channel-logout")
        .header("host", "localhost")
        .header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Bytes::from(body)).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_at_the_provider_ends_that_session_here_and_no_other() {
    let provider = Peer::oidc();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = format!("http://{}/logout", listener.local_addr().unwrap());
    provider.tell("/_peer/logouts", &json!({"uri": here}));
    let world = World::with_provider(&provider.url);
    let mut browser = Browser::default();
    let (office, home) =
        (signed_in(&world, &mut browser, "alice").await, signed_in(&world, &mut Browser::default(), "alice").await);
    let told = std::thread::spawn(move || heard(&listener));
    browser.sign_out(&provider);
    let body = told.join().unwrap();
    assert!(body.starts_with("logout_token="), "{body}");
    assert!(is_in(&world, &office).await && is_in(&world, &home).await, "it was not told yet");
    let reply = back_channel(&world, body.clone()).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert!(!is_in(&world, &office).await && is_in(&world, &home).await);
    world.advance(Duration::from_secs(5));
    assert_eq!(back_channel(&world, body).await.status, StatusCode::OK, "once more does no harm");
    assert!(is_in(&world, &home).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_signs_out_here_is_led_to_the_provider_to_sign_out_there_and_comes_back() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let mut browser = Browser::default();
    signed_in(&world, &mut browser, "alice").await;
    let page = open(&world, "/sign-in?out=yes", "").await;
    assert!(
        page.text.contains("You are signed out here.") && page.text.contains("/sign-out/provider"),
        "{}",
        page.text
    );
    let reply = open(&world, "/sign-out/provider", "").await;
    let there = location(&reply);
    assert!(there.starts_with(&format!("{}/session/end?", provider.url)), "{there}");
    assert_eq!(parameter(there, "client_id").as_deref(), Some("contraflow-console"));
    let back = browser.sign_out_at(there, "http://127.0.0.1:3000/sign-in");
    assert_eq!(back, "http://127.0.0.1:3000/sign-in");
    // The provider knows nobody of this browser any more: it asks who they are.
    let begun = open(&world, "/sign-in/provider", "").await;
    assert!(browser.is_asked(location(&begun)), "the provider signs nobody in unasked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_logout_token_of_the_provider_ends_sessions() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    let session = signed_in(&world, &mut Browser::default(), "alice").await;
    let now = world.now_ms() / 1000;
    let logout = json!({
        "iss": provider.url, "sub": "alice", "aud": "contraflow-console", "iat": now + 30, "exp": now + 120, "jti": "j",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    let with = |change: Value| {
        let mut claims = logout.clone();
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        claims
    };
    for (what, claims, how) in [
        ("an ID token", with(json!({"events": null})), json!({})),
        ("with a nonce", with(json!({"nonce": "n"})), json!({})),
        ("another audience", with(json!({"aud": "other"})), json!({})),
        ("another key", logout.clone(), json!({"key": "stranger"})),
        ("no key", logout.clone(), json!({"key": "none"})),
        ("of long ago", with(json!({"exp": now - 90})), json!({})),
    ] {
        let body = format!("logout_token={}", sign(&provider, &claims, &how));
        let reply = back_channel(&world, body).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{what}: {}", reply.text);
        assert!(is_in(&world, &session).await, "{what}");
    }
    assert_eq!(back_channel(&world, "a=b".into()).await.status, StatusCode::BAD_REQUEST);
    let older = with(json!({"iat": now - 60}));
    let body = format!("logout_token={}", sign(&provider, &older, &json!({})));
    assert_eq!(back_channel(&world, body).await.status, StatusCode::OK);
    assert!(is_in(&world, &session).await, "it began later than what was ended");
    let body = format!("logout_token={}", sign(&provider, &logout, &json!({"header": {"typ": "logout+jwt"}})));
    assert_eq!(back_channel(&world, body).await.status, StatusCode::OK);
    assert!(!is_in(&world, &session).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_checks_tokens_is_reached_by_our_own_components_alone() {
    let provider = Peer::oidc();
    let world = World::with_provider(&provider.url);
    for path in ["/introspect", "/sign-in/begin", "/sign-in/finish"] {
        let request = Request::post(path).header("host", "localhost").header("content-type", "application/json");
        let reply = world.send(request.body(Bytes::from_static(b"{\"token\": \"x\"}")).unwrap()).await.unwrap();
        assert!(!reply.status.is_success() && !reply.text.contains("token is not accepted"), "{path}: {}", reply.text);
    }
    assert_eq!(world.get("/v1/me", &ADMIN).await["name"], ADMIN.name);
}
