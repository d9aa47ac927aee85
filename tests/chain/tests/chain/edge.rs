//! What the application shows to whoever looks at its answers from outside.

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::world::{ADMIN, World};

const PATHS: [&str; 6] =
    ["/v1/requests", "/v1/queue", "/v1/audit", "/v1/books/invoices/INV-1", "/openapi.json", "/v1/nothing-here"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_is_answered_where_a_get_is_and_has_no_body() {
    let world = World::new();
    for path in PATHS.into_iter().chain(["/sign-in"]) {
        let get = world.call("GET", path, &ADMIN, "-", "").await.unwrap();
        let head = world.call("HEAD", path, &ADMIN, "-", "").await.unwrap();
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        assert_eq!(head.headers.get("content-type"), get.headers.get("content-type"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_of_the_api_is_stored_on_its_way_or_taken_for_something_else() {
    let world = World::new();
    for path in PATHS {
        for method in ["GET", "POST", "DELETE"] {
            let answer = world.call(method, path, &ADMIN, "-", "{").await.unwrap();
            for (name, value) in [("cache-control", "no-store"), ("x-content-type-options", "nosniff")] {
                let found = answer.headers.get(name).and_then(|value| value.to_str().ok());
                assert_eq!(found, Some(value), "{method} {path} {}", answer.status);
            }
        }
    }
    let nobody = Request::get("/v1/requests").header("host", "localhost").body(Bytes::new()).unwrap();
    assert_eq!(world.send(nobody).await.unwrap().headers["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_while_the_database_is_broken_is_told_neither_a_path_nor_sqlites_words() {
    let world = World::new();
    world.host.abandon();
    let database = world.state.path().join("sqlite_default.db");
    for name in ["sqlite_default.db-wal", "sqlite_default.db-shm"] {
        _ = std::fs::remove_file(world.state.path().join(name));
    }
    std::fs::write(&database, "this is no database".repeat(1000)).unwrap();
    let world = world.restarted(None);
    for path in ["/v1/requests", "/v1/queue", "/v1/books/invoices/INV-1", "/v1/audit"] {
        let answer = world.call("GET", path, &ADMIN, "-", "").await.unwrap();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {}", answer.text);
        for word in ["sqlite_default", world.state.path().to_str().unwrap(), "not a database", "file is"] {
            assert!(!answer.text.contains(word), "{path}: {}", answer.text);
        }
    }
}
