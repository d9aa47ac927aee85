//! What strangers may cost, over real connections.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use contraflow_host::{Application, Host, HostOptions, Limits, Proof, Proxies, Rate, RouteSpec};
use http::Response;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::support::{Folder, assert_is_problem, manifest, options, test_cache};

/// A host that serves until it is dropped. `/echo` needs a bearer token; `/print` and `/refuse` take signed messages,
/// of which the component accepts the first and refuses the second; `/bytes` is for anyone. On `/random` the component
/// reads the body while it comes in.
struct Served {
    address: SocketAddr,
    _end: tokio::sync::oneshot::Sender<()>,
    _state: Folder,
}

async fn serve(limits: Limits, trusted_proxies: Proxies) -> Served {
    let mut manifest = manifest();
    for (path, proof) in [
        ("/echo/...", Proof::Bearer),
        ("/sleep/...", Proof::Bearer),
        ("/random/...", Proof::Bearer),
        ("/print/...", Proof::Signature),
        ("/refuse/...", Proof::Signature),
        ("/bytes/...", Proof::None),
    ] {
        manifest.routes.push(RouteSpec {
            path: Some(path.to_owned()),
            component: "public".to_owned(),
            proof,
            streamed: path == "/random/...",
        });
    }
    manifest.routes.retain(|route| route.path.as_deref() != Some("/..."));
    let state = Folder::new();
    let application = Application::compile(&manifest, Some(&test_cache())).unwrap();
    let host = Host::start(application, HostOptions { limits, trusted_proxies, ..options(&state) }).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move { host.serve(listener, async { _ = ended.await }).await });
    Served { address, _end: end, _state: state }
}

async fn with(limits: Limits) -> Served {
    serve(limits, Proxies::default()).await
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Connects from another address of this machine.
    async fn connect_from(&self, address: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    /// Sends a whole request on a connection of its own.
    async fn ask(&self, head: &str, body: &str) -> Response<Bytes> {
        exchange(self.connect().await, head, body.len(), body).await
    }
}

async fn begin(stream: &mut TcpStream, head: &str, length: usize, body: &[u8]) {
    let head = format!("{head}\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    // Whoever was turned away may have ended the connection already.
    _ = stream.write_all(body).await;
}

async fn exchange(mut stream: TcpStream, head: &str, length: usize, body: &str) -> Response<Bytes> {
    begin(&mut stream, head, length, body.as_bytes()).await;
    answer(stream).await.expect("an answer")
}

/// Reads the answer; `None` when the connection ends without one.
async fn answer(mut stream: TcpStream) -> Option<Response<Bytes>> {
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut text)).await;
    read.expect("the connection ends").ok()?;
    let text = String::from_utf8(text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let mut response = Response::builder().status(lines.next().unwrap().split(' ').nth(1).unwrap());
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        response = response.header(name, value);
    }
    Some(response.body(Bytes::copy_from_slice(body.as_bytes())).unwrap())
}

fn header<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_not_read_without_the_token_that_its_route_needs() {
    let served = with(Limits { body_bytes_under_way: 0, ..Limits::default() }).await;
    let refused = served.ask("POST /echo HTTP/1.1", &"x".repeat(1 << 19)).await;
    assert_is_problem(&refused, 401, "unauthenticated");
    assert_eq!(header(&refused, "www-authenticate"), "Bearer");
    let nowhere = served.ask("POST /nowhere HTTP/1.1", &"x".repeat(1 << 19)).await;
    assert_is_problem(&nowhere, 404, "not-found");
    let private = served.ask("POST /private HTTP/1.1", &"x".repeat(1 << 19)).await;
    assert_is_problem(&private, 404, "not-found");
    assert_eq!(served.ask("GET /echo HTTP/1.1", "").await.status(), 200, "without a body the component decides");
    let full = served.ask("POST /echo HTTP/1.1\r\nauthorization: Bearer t", "x").await;
    assert_is_problem(&full, 503, "busy");
    assert_eq!(header(&full, "retry-after"), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_for_a_route_that_anyone_may_use_is_small() {
    let served = with(Limits { open_body_bytes: 1000, ..Limits::default() }).await;
    assert_is_problem(&served.ask("POST /bytes/1 HTTP/1.1", &"x".repeat(1001)).await, 413, "body-too-large");
    assert_eq!(served.ask("POST /bytes/1 HTTP/1.1", &"x".repeat(1000)).await.status(), 200);
    let signed = served.ask("POST /print/x HTTP/1.1", &"x".repeat(1001)).await;
    assert_eq!(signed.status(), 200, "a signed message may be longer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_of_one_address_keep_nobody_else_out() {
    let limits = Limits { connections: 12, connections_per_address: 6, ..Limits::default() };
    let served = with(limits).await;
    let mut silent = Vec::new();
    for _ in 0..6 {
        silent.push(served.connect().await);
    }
    let one_more = served.connect().await;
    let refused = exchange(one_more, "GET /bytes/1 HTTP/1.1", 0, "").await;
    assert_is_problem(&refused, 429, "too-many-connections");
    assert_eq!(header(&refused, "retry-after"), "2");
    let other = exchange(served.connect_from("127.0.0.2").await, "GET /bytes/1 HTTP/1.1", 0, "").await;
    assert_eq!(other.status(), 200);
    drop(silent);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(served.ask("GET /bytes/1 HTTP/1.1", "").await.status(), 200, "what was taken is given back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_all_connections_are_open_others_are_told_so() {
    let served = with(Limits { connections: 4, connections_per_address: 2, ..Limits::default() }).await;
    let mut silent = Vec::new();
    for last in 2..4 {
        for _ in 0..2 {
            silent.push(served.connect_from(&format!("127.0.0.{last}")).await);
        }
    }
    let refused = served.ask("GET /bytes/1 HTTP/1.1", "").await;
    assert_is_problem(&refused, 503, "busy");
    assert_eq!(header(&refused, "retry-after"), "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_come_in_time_or_the_connection_ends() {
    let served = with(Limits { header_time: Duration::from_millis(300), ..Limits::default() }).await;
    let begun = Instant::now();
    assert!(answer(served.connect().await).await.is_none(), "who says nothing is told nothing");
    let mut slow = served.connect().await;
    slow.write_all(b"GET /bytes/1 HTTP/1.1\r\nhost:").await.unwrap();
    assert_is_problem(&answer(slow).await.unwrap(), 408, "headers-too-slow");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_headers_and_addresses_are_refused() {
    let served = with(Limits { header_bytes: 1000, ..Limits::default() }).await;
    let long = "x".repeat(1000);
    let header = served.ask(&format!("GET /bytes/1 HTTP/1.1\r\nx-long: {long}"), "").await;
    assert_is_problem(&header, 431, "headers-too-large");
    assert_is_problem(&served.ask(&format!("GET /bytes/1?{long} HTTP/1.1"), "").await, 431, "headers-too-large");
    let beyond = served.ask(&format!("GET /bytes/1 HTTP/1.1\r\nx-long: {}", "x".repeat(100_000)), "").await;
    assert_is_problem(&beyond, 431, "headers-too-large");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bytes_of_unfinished_bodies_are_bounded_for_each_address_and_together() {
    let limits = Limits { body_bytes_per_address: 100, body_bytes_under_way: 150, ..Limits::default() };
    let served = with(limits).await;
    let head = "POST /echo HTTP/1.1\r\nauthorization: Bearer t";
    let mut unfinished = served.connect().await;
    begin(&mut unfinished, head, 101, &[b'x'; 90]).await;
    let mut other = served.connect_from("127.0.0.2").await;
    begin(&mut other, head, 101, &[b'x'; 50]).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let too_much = served.ask(head, &"x".repeat(20)).await;
    assert_is_problem(&too_much, 429, "too-many-bytes");
    assert_eq!(header(&too_much, "retry-after"), "1");
    let third = exchange(served.connect_from("127.0.0.3").await, head, 20, &"x".repeat(20)).await;
    assert_is_problem(&third, 503, "busy");
    drop((unfinished, other));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(served.ask(head, &"x".repeat(100)).await.status(), 200, "what was taken is given back");
}

/// The memory of this process, in MiB.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() >> 10
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_unfinished_bodies_cost_little_memory() {
    let served = with(Limits::default()).await;
    served.ask("GET /bytes/1 HTTP/1.1", "").await;
    let before = memory();
    let body = vec![b'x'; 1_000_000 - 1];
    for head in ["POST /echo HTTP/1.1", "POST /print/x HTTP/1.1"] {
        let mut unfinished = Vec::new();
        for number in 0..240 {
            let mut stream = served.connect_from(&format!("127.0.1.{}", number % 200 + 1)).await;
            let body = body.clone();
            unfinished.push(tokio::spawn(async move {
                begin(&mut stream, head, 1_000_000, &body).await;
                drop(body);
                stream
            }));
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        for task in unfinished {
            // The memory of the clients is this process's as well, so they have ended before it is measured.
            task.abort();
            _ = task.await;
        }
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let grown = memory().saturating_sub(before);
    assert!(grown < 200, "{grown} MiB more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_credential_has_one_allowance_and_leaves_others_theirs() {
    let credential_rate = Rate { per_second: 1, burst: 3 };
    let served = with(Limits { credential_rate, ..Limits::default() }).await;
    let ask = async |token: &str| {
        let head = format!("POST /echo HTTP/1.1\r\nauthorization: Bearer {token}");
        served.ask(&head, "x").await
    };
    for remaining in ["2", "1", "0"] {
        let answer = ask("a").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "ratelimit-policy"), "\"credential\";q=3;w=3");
        assert_eq!(header(&answer, "ratelimit"), format!("\"credential\";r={remaining};t=1"));
    }
    let refused = ask("a").await;
    assert_is_problem(&refused, 429, "too-many-requests");
    assert_eq!(header(&refused, "retry-after"), "1");
    assert_eq!(header(&refused, "ratelimit"), "\"credential\";r=0;t=1");
    assert_eq!(ask("b").await.status(), 200, "somebody else's credential");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(ask("a").await.status(), 200, "and later again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_makes_up_credentials_pays_with_the_address() {
    let served = with(Limits { address_rate: Rate { per_second: 1, burst: 5 }, ..Limits::default() }).await;
    let mut statuses = Vec::new();
    for number in 0..8 {
        // The component does not accept these.
        let head = format!("POST /sleep/x HTTP/1.1\r\nauthorization: Bearer made-up-{number}");
        statuses.push(served.ask(&head, "x").await.status().as_u16());
    }
    assert_eq!(statuses[5..], [429, 429, 429], "{statuses:?}");
    let other = exchange(served.connect_from("127.0.0.2").await, "GET /bytes/1 HTTP/1.1", 0, "").await;
    assert_eq!(other.status(), 200);
    assert_eq!(header(&other, "ratelimit-policy"), "\"address\";q=5;w=5");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_signed_messages_is_taken_and_forged_ones_run_out() {
    let served = with(Limits { address_rate: Rate { per_second: 1, burst: 5 }, ..Limits::default() }).await;
    for _ in 0..20 {
        assert_eq!(served.ask("POST /print/x HTTP/1.1", "signed").await.status(), 200);
    }
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(served.ask("POST /refuse/x HTTP/1.1", "forged").await.status().as_u16());
    }
    assert!(statuses.ends_with(&[429, 429]), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_trusted_proxy_each_client_has_its_own_allowance() {
    let limits = Limits {
        address_rate: Rate { per_second: 1, burst: 2 },
        connections: 8,
        connections_per_address: 2,
        ..Limits::default()
    };
    for (trusted, expected) in [(&["127.0.0.1"][..], 200), (&[], 429)] {
        let served = serve(limits.clone(), Proxies::parse(trusted).unwrap()).await;
        let ask = async |client: &str| {
            let head = format!("GET /bytes/1 HTTP/1.1\r\nx-forwarded-for: {client}");
            served.ask(&head, "").await.status().as_u16()
        };
        assert_eq!([ask("198.51.100.1").await, ask("198.51.100.1").await], [200, 200]);
        assert_eq!(ask("198.51.100.1").await, 429);
        assert_eq!(ask("198.51.100.2").await, expected, "{trusted:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_take_the_answer_is_cut_off() {
    let limits = Limits { write_time: Duration::from_millis(300), connections_per_address: 1, ..Limits::default() };
    let served = with(limits).await;
    let mut deaf = served.connect().await;
    begin(&mut deaf, "GET /bytes/60000000 HTTP/1.1", 0, b"").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(served.ask("GET /bytes/1 HTTP/1.1", "").await.status(), 200, "its connection is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_read_while_it_comes_in_has_a_bound_of_its_own() {
    let limits = Limits {
        request_body_bytes: 1_000,
        streamed_body_bytes: 50_000,
        request_body_time: Duration::from_millis(500),
        ..Limits::default()
    };
    let served = with(limits).await;
    let token = "\r\nauthorization: Bearer x";
    let long = "x".repeat(50_000);
    assert_eq!(served.ask(&format!("POST /random HTTP/1.1{token}"), &long).await.status(), 200);
    assert_eq!(served.ask(&format!("POST /echo HTTP/1.1{token}"), &long).await.status(), 413);
    let longer = "x".repeat(50_001);
    assert_eq!(served.ask(&format!("POST /random HTTP/1.1{token}"), &longer).await.status(), 413);
    assert_eq!(served.ask("POST /random HTTP/1.1", &long).await.status(), 401);
    // Whoever stops in the middle is not waited for, and the component does not take the half for the whole.
    let mut stream = served.connect().await;
    begin(&mut stream, &format!("POST /random HTTP/1.1{token}"), 40_000, &long.as_bytes()[..20_000]).await;
    assert_ne!(answer(stream).await.map(|answer| answer.status().as_u16()), Some(200));
}
