//! Who sent it, and when.

use super::{Delivery, Proof, SENT_S, Scene, Signer, Source, messages};
use crate::harness::running::fault;

/// Reads every body as signed by that signer: refused, unless the source says that it judges no caller.
async fn is_judged<S: Source>(scene: &Scene<S>, signer: Signer) {
    for (body, count) in S::bodies() {
        let answer = scene.read(&S::sign(signer, body.as_bytes(), SENT_S), SENT_S + 2).await;
        if S::PROOF == Proof::Caller {
            assert_eq!(messages(&answer, &body).len(), count, "it says that it judges nobody");
        } else {
            fault(&answer, "Unauthentic");
        }
    }
}

pub async fn what_is_not_signed_is_refused<S: Source>(scene: Scene<S>) {
    is_judged(&scene, Signer::Nobody).await;
}

pub async fn what_was_signed_by_another_is_refused<S: Source>(scene: Scene<S>) {
    is_judged(&scene, Signer::Another).await;
    is_judged(&scene, Signer::Empty).await;
}

pub async fn what_was_changed_on_its_way_is_refused<S: Source>(scene: Scene<S>) {
    for (body, _) in S::bodies() {
        let right = S::sign(Signer::Sender, body.as_bytes(), SENT_S);
        let changed = S::tamper(right.clone());
        assert_ne!((&changed.body, &changed.headers), (&right.body, &right.headers), "it is changed");
        let answer = scene.read(&changed, SENT_S + 2).await;
        if S::PROOF != Proof::Caller {
            fault(&answer, "Unauthentic");
        }
    }
}

pub async fn an_old_delivery_is_refused<S: Source>(scene: Scene<S>) {
    for (body, count) in S::bodies() {
        let delivery = S::sign(Signer::Sender, body.as_bytes(), SENT_S);
        let month = 30 * 24 * 3600;
        let Proof::Timed(window) = S::PROOF else {
            let answer = scene.read(&delivery, SENT_S + month).await;
            assert_eq!(messages(&answer, &body).len(), count, "it says that it can't tell when it was sent");
            continue;
        };
        for received in [SENT_S - window, SENT_S, SENT_S + window] {
            assert_eq!(messages(&scene.read(&delivery, received).await, &body).len(), count);
        }
        for received in [0, SENT_S - month, SENT_S - window - 1, SENT_S + window + 1, SENT_S + month, u64::MAX / 1000] {
            fault(&scene.read(&delivery, received).await, "Unauthentic");
        }
    }
}

pub async fn a_source_that_is_not_set_up_says_so<S: Source>(_scene: Scene<S>) {
    assert_eq!(S::SECRETS.is_empty(), S::PROOF == Proof::Caller, "who judges has a secret");
    let (body, _) = S::bodies().remove(0);
    for missing in S::SECRETS {
        for value in [None, Some(String::new()), Some(" ".to_owned())] {
            let mut variables = S::variables();
            variables.retain(|(name, _)| name != missing);
            variables.extend(value.map(|value| (*missing, value)));
            let scene = Scene::<S>::with(variables);
            for signer in [Signer::Sender, Signer::Empty, Signer::Nobody] {
                let answer = scene.read(&S::sign(signer, body.as_bytes(), SENT_S), SENT_S + 2).await;
                let detail = fault(&answer, "NotConfigured");
                assert!(detail.as_str().is_some_and(|detail| detail.contains(missing)), "it names {missing}: {detail}");
            }
        }
    }
}

pub async fn hostile_headers_never_trap<S: Source>(scene: Scene<S>) {
    let (body, _) = S::bodies().remove(0);
    let right = S::sign(Signer::Sender, body.as_bytes(), SENT_S);
    let endless = "9".repeat(100_000);
    let hostile = [
        "",
        " ",
        "\u{0}",
        "ä",
        "v1=",
        "t=,v1=",
        "t=99999999999999999999,v1=00",
        "-9223372036854775808",
        "1e999",
        &endless,
    ];
    for place in 0..right.headers.len() {
        let mut without = right.clone();
        without.headers.remove(place);
        let mut deliveries = vec![without];
        for value in hostile {
            let mut delivery = right.clone();
            delivery.headers[place].1 = value.to_owned();
            deliveries.push(delivery);
        }
        for delivery in deliveries {
            let answer = scene.read(&delivery, SENT_S + 2).await;
            if S::PROOF != Proof::Caller {
                assert!(answer["Ok"].is_null(), "{:.200?}: {answer}", delivery.headers);
            }
        }
    }
    // Of a header that nobody signed and that stands twice, nobody can say which is meant: neither names the message.
    for (name, value) in right.headers.iter().filter(|_| S::PROOF == Proof::Caller) {
        let mut twice = right.clone();
        twice.headers.push((name.clone(), "another".to_owned()));
        let answer = scene.read(&twice, SENT_S + 2).await;
        for message in answer["Ok"].as_array().into_iter().flatten() {
            assert!(message["id"] != **value && message["id"] != "another", "{name} stands twice: {answer}");
        }
    }
    let nothing = Delivery { headers: Vec::new(), body: Vec::new() };
    let answer = scene.read(&nothing, SENT_S).await;
    assert!(answer["Err"].is_object(), "{answer}");
}
