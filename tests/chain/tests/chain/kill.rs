//! The real binary, killed while it works.

use std::time::{Duration, Instant};

use crate::binary::{all, ask, doctor, get, start};

#[test]
fn a_host_that_is_killed_in_mid_chain_completes_every_request_once() {
    let state = tempfile::tempdir().unwrap();
    let mut asked = Vec::new();
    for round in 0..3 {
        let running = start(state.path(), &[]);
        let killed_after = Duration::from_millis(150 + 170 * round);
        let begun = Instant::now();
        for n in 0.. {
            if begun.elapsed() >= killed_after {
                break;
            }
            let key = format!("r{round}-{n}");
            ask(&running.base, &key);
            asked.push(key);
        }
        drop(running);
    }
    assert!(asked.len() > 10, "the host was under load");
    let running = start(state.path(), &[]);
    for key in &asked {
        // Whether or not the answer came before the kill, a client asks again under the same key, and nothing happens twice.
        assert!(ask(&running.base, key));
    }
    // The clock takes up what the killed drivers left behind; a call that may have been under way is waited for.
    let begun = Instant::now();
    loop {
        let requests = all(&running.base, "/v1/requests");
        if requests.iter().all(|request| request["status"] == "completed") {
            assert_eq!(requests.len(), asked.len(), "every request is there, and no other");
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(240), "not at rest: {requests:#?}");
        std::thread::sleep(Duration::from_secs(2));
    }
    let (said, sound) = doctor(state.path());
    assert!(sound, "{said}");
    assert!(said.contains("0 differences"), "{said}");
    let memos = all(&running.base, "/v1/books/credit-memos");
    assert_eq!(memos.len(), asked.len(), "one memo for each");
    let balance = get(&running.base, "/v1/customers/CUST-7/balance");
    assert_eq!(balance["balances"][0]["balance"]["value"], format!("{}.00", asked.len()));
}
