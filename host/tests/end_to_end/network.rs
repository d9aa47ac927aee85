use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use contraflow_host::{Application, BoxFuture, Host, HostOptions, Limits, Outbound, OutboundError};
use http::{Request, Response};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::support::{Folder, ask, assert_is_problem, manifest, options, request, start, test_cache};

/// Answers in memory, and remembers what was sent.
#[derive(Default)]
pub struct Vendor {
    pub seen: Mutex<Vec<Request<Bytes>>>,
}

impl Outbound for Vendor {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<Bytes>, OutboundError>> {
        let refused = request.uri().path() == "/refused";
        self.seen.lock().unwrap().push(request);
        Box::pin(
            async move { if refused { Err(OutboundError::Refused) } else { Ok(Response::new(Bytes::from("paid"))) } },
        )
    }
}

async fn fetch(host: &Host, url: &str) -> Json {
    ask(host, "/fetch", json!({ "url": url, "headers": [["x-key", "1"]] })).await
}

#[tokio::test]
async fn an_outbound_request_carries_its_host_header_and_its_own_headers() {
    let vendor = Arc::new(Vendor::default());
    let state = Folder::new();
    let host = start(HostOptions { outbound: Some(vendor.clone()), ..options(&state) });
    assert_eq!(fetch(&host, "http://vendor.example/refunds?x=1").await["ok"]["body"], "paid");
    let seen = vendor.seen.lock().unwrap();
    assert_eq!(seen[0].headers().get_all("host").iter().collect::<Vec<_>>(), ["vendor.example"]);
    assert_eq!(seen[0].headers()["x-key"], "1");
    assert_eq!(seen[0].uri(), "http://vendor.example/refunds?x=1");
}

#[tokio::test]
async fn over_the_wire_too_the_host_header_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buffer = vec![0; 4096];
        let length = stream.read(&mut buffer).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
        String::from_utf8_lossy(&buffer[..length]).to_ascii_lowercase()
    });
    let state = Folder::new();
    let mut options = options(&state);
    options.variables.insert("vendor_url".to_owned(), format!("http://{address}"));
    let host = start(options);
    let answer = fetch(&host, &format!("http://{address}/refunds")).await;
    assert_eq!(answer["ok"]["body"], "ok", "{answer}");
    let sent = server.await.unwrap();
    assert!(sent.starts_with("get /refunds http/1.1\r\n"), "{sent}");
    assert_eq!(sent.matches(&format!("host: {address}")).count(), 1, "{sent}");
}

#[tokio::test]
async fn a_host_that_is_not_listed_is_denied_and_nothing_is_sent() {
    let vendor = Arc::new(Vendor::default());
    let state = Folder::new();
    let host = start(HostOptions { outbound: Some(vendor.clone()), ..options(&state) });
    for url in [
        "https://vendor.example/",
        "http://vendor.example:81/",
        "http://other.example/",
        "http://vendor.example.other/",
    ] {
        let answer = fetch(&host, url).await;
        assert!(answer["error"].as_str().unwrap().contains("HttpRequestDenied"), "{url}: {answer}");
    }
    assert!(vendor.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_refused_connection_is_told_apart() {
    let state = Folder::new();
    let host = start(HostOptions { outbound: Some(Arc::new(Vendor::default())), ..options(&state) });
    let answer = fetch(&host, "http://vendor.example/refused").await;
    assert!(answer["error"].as_str().unwrap().contains("ConnectionRefused"), "{answer}");
}

#[tokio::test]
async fn components_reach_each_other_by_name_in_one_trace() {
    let state = Folder::new();
    let host = start(options(&state));
    let mut asked = request(
        "/fetch",
        json!({ "method": "POST", "url": "http://private.spin.internal/echo/x?y", "body": "b" }).to_string(),
    );
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    asked.headers_mut().insert("traceparent", format!("00-{trace}-00f067aa0ba902b7-01").parse().unwrap());
    let answer = super::support::json(&host.handle(asked).await.unwrap());
    let seen: Json = serde_json::from_str(answer["ok"]["body"].as_str().unwrap()).unwrap();
    assert_eq!((&seen["method"], &seen["path"], &seen["body"]), (&json!("POST"), &json!("/echo/x"), &json!("b")));
    let passed_on = seen["headers"]["traceparent"].as_str().unwrap();
    assert!(passed_on.contains(trace), "{passed_on}");
    assert!(!passed_on.contains("00f067aa0ba902b7"), "every hop has a span of its own");
}

#[tokio::test]
async fn each_of_many_requests_in_one_instance_keeps_its_own_trace() {
    let state = Folder::new();
    let host = start(options(&state));
    let ask = |index: u32| {
        let host = &host;
        async move {
            let mut asked = request("/fetch", json!({ "url": "http://private.spin.internal/echo" }).to_string());
            let trace = format!("{:032x}", index + 1);
            asked.headers_mut().insert("traceparent", format!("00-{trace}-00f067aa0ba902b7-01").parse().unwrap());
            let answer = super::support::json(&host.handle(asked).await.unwrap());
            assert!(answer.to_string().contains(&trace), "{answer}");
        }
    };
    tokio::join!(ask(1), ask(2), ask(3), ask(4), ask(5));
}

#[tokio::test]
async fn a_chain_without_end_is_cut() {
    let state = Folder::new();
    let host = start(options(&state));
    assert_eq!(ask(&host, "/relay/10", json!("")).await, "arrived");
    let answer = ask(&host, "/relay/50", json!("")).await;
    assert!(answer.to_string().contains("LoopDetected"), "{answer}");
}

#[tokio::test]
async fn a_private_component_is_not_reached_from_outside() {
    let state = Folder::new();
    let host = start(options(&state));
    let forged = host.handle(request("http://private.spin.internal/echo", "")).await.unwrap();
    let seen = super::support::json(&forged);
    assert_eq!(
        seen["headers"]["spin-matched-route"], "/...",
        "the public component answered, not the private one: {seen}"
    );
    let inside = host.call_component("private", request("/echo", "")).await.unwrap();
    assert_eq!(inside.status(), 200);
}

#[tokio::test]
async fn a_path_without_a_public_route_is_not_found() {
    let state = Folder::new();
    let mut manifest = manifest();
    manifest.routes.retain(|route| route.component != "public");
    let app = Application::compile(&manifest, Some(&test_cache())).unwrap();
    let host = Host::start(app, options(&state)).unwrap();
    assert_eq!(
        host.handle(request("/denied/echo", "")).await.unwrap().status(),
        404,
        "from the probe, which does not know `denied`"
    );
    for path in ["/", "/echo", "/private", "/private/echo", "/deniedx"] {
        let response = host.handle(request(path, "")).await.unwrap();
        assert_is_problem(&response, 404, "not-found");
    }
}

#[tokio::test]
async fn a_components_name_never_leads_to_the_network_however_it_is_written() {
    let vendor = Arc::new(Vendor::default());
    let mut manifest = manifest();
    manifest.components.get_mut("public").unwrap().allowed_outbound_hosts = vec!["*://*:*".to_owned()];
    let app = Application::compile(&manifest, Some(&test_cache())).unwrap();
    for host in ["private.SPIN.INTERNAL", "PRIVATE.spin.internal", "private.spin.internal.", "Private.Spin.Internal."] {
        let state = Folder::new();
        let host_options = HostOptions { outbound: Some(vendor.clone()), ..options(&state) };
        let running = Host::start(app.clone(), host_options).unwrap();
        let answer = fetch(&running, &format!("http://{host}/echo")).await;
        assert_eq!(answer["ok"]["status"], 200, "{host}: {answer}");
        let nobody = fetch(&running, &format!("http://{}/", host.to_lowercase().replace("private", "nobody"))).await;
        assert!(nobody["error"].is_string(), "{nobody}");
    }
    assert!(vendor.seen.lock().unwrap().is_empty(), "a name of ours was sent to the outside");
}

#[tokio::test]
async fn a_component_chains_only_where_its_list_allows() {
    let state = Folder::new();
    let host = start(options(&state));
    let asked = request("/fetch", json!({ "url": "http://private.spin.internal/echo" }).to_string());
    let answer = super::support::json(&host.call_component("denied", asked).await.unwrap());
    assert!(answer["error"].as_str().unwrap().contains("HttpRequestDenied"), "{answer}");
    let missing = fetch(&host, "http://nobody.spin.internal/").await;
    assert!(missing["error"].is_string(), "{missing}");
}

#[tokio::test]
async fn it_serves_over_tcp_and_stops_when_it_is_asked_to() {
    let state = Folder::new();
    let host = start(options(&state));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let client = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for _ in 0..2 {
            stream
                .write_all(b"POST /echo HTTP/1.1\r\nhost: shop.example\r\ncontent-length: 2\r\n\r\nhi")
                .await
                .unwrap();
            let mut buffer = vec![0; 4096];
            let length = stream.read(&mut buffer).await.unwrap();
            let answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
            assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
            assert!(answer.contains("http://shop.example/echo") && answer.contains("spin-client-addr"), "{answer}");
        }
        stop.send(()).unwrap();
    };
    let served = host.serve(listener, async { stopped.await.unwrap() });
    tokio::time::timeout(Duration::from_secs(10), async { tokio::join!(client, served) }).await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

/// What the host answers to bytes on the wire, with its body.
async fn answered(host: &Host, sent: &str) -> Response<Bytes> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status: u16 = head.split(' ').nth(1).unwrap().parse().unwrap();
        let kind = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap();
        Response::builder()
            .status(status)
            .header("content-type", kind)
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap()
    };
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let served = host.serve(listener, async { _ = ended.await });
    let (response, ()) = tokio::join!(
        async {
            let response = client.await;
            drop(end);
            response
        },
        served
    );
    response
}

#[tokio::test]
async fn what_the_host_refuses_on_the_wire_is_a_problem_document() {
    let state = Folder::new();
    let limits = Limits { request_body_time: Duration::from_millis(100), request_body_bytes: 9, ..Limits::default() };
    let host = start(HostOptions { limits, ..options(&state) });
    let posted = |length: usize, body: &str| {
        format!("POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    assert_is_problem(&answered(&host, &posted(2, "x")).await, 408, "body-too-slow");
    assert_is_problem(&answered(&host, &posted(10, "0123456789")).await, 413, "body-too-large");
    let nowhere = "GET / HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n";
    assert_is_problem(&answered(&host, nowhere).await, 400, "malformed-address");
}
