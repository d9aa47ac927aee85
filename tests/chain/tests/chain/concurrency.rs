//! Many at once.

use serde_json::json;

use crate::world::{MANAGER, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_refunds_of_60_at_once_on_100_exactly_one_is_accepted() {
    let world = World::new();
    world.invoice("INV-1", "100.00", "ch_1").await;
    let ask = |note: &str| json!({"kind": "refund", "invoice": "INV-1", "note": note, "amount": {"value": "60.00", "currency": "EUR"}});
    let (one, two) = tokio::join!(world.ask("k1", ask("one")), world.ask("k2", ask("two")));
    world.rest().await;
    let mut states = Vec::new();
    for id in [&one, &two] {
        let request = world.request(id).await;
        if request["status"] == "ineligible" {
            let message = request["findings"]
                .as_array()
                .unwrap()
                .iter()
                .find(|finding| finding["severity"] == "blocking")
                .unwrap();
            assert_eq!(message["code"], "amount.exceeds_remaining", "{request:#}");
            assert!(message["message"].as_str().unwrap().contains("20.00"), "it says by how much: {message}");
        }
        states.push(request["status"].as_str().unwrap().to_owned());
    }
    states.sort();
    assert_eq!(states, ["ineligible", "pending_approval"]);
    for id in [&one, &two] {
        world.approve(id, &MANAGER).await;
    }
    world.rest().await;
    let refunds = world.refunds();
    assert_eq!(refunds.len(), 1);
    assert_eq!(refunds[0].2, 6000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_at_once_is_one_request() {
    let world = World::new();
    let body = json!({"kind": "goodwill_credit", "customer": "C", "amount": {"value": "5.00", "currency": "EUR"}});
    let asks = (0..8).map(|_| world.ask("the-key", body.clone()));
    let mut ids = futures_all(asks).await;
    ids.dedup();
    assert_eq!(ids.len(), 1);
    world.rest().await;
    assert_eq!(world.memos().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credit_note_numbers_are_gapless_under_concurrency() {
    let world = World::new();
    let asks = (0..24).map(|n| {
        let key = format!("k{n}");
        let world = &world;
        async move {
            world.ask(&key, json!({"kind": "goodwill_credit", "customer": format!("C{n}"), "amount": {"value": "5.00", "currency": "EUR"}})).await
        }
    });
    futures_all(asks).await;
    world.rest_for(std::time::Duration::from_secs(60)).await;
    let mut numbers: Vec<_> =
        world.memos().await.iter().map(|memo| memo["number"].as_str().unwrap().to_owned()).collect();
    numbers.sort();
    assert_eq!(numbers, (1..=24).map(|n| format!("CM-{n:06}")).collect::<Vec<_>>());
}

pub async fn futures_all<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        pending.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if pending.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}
