//! What Example sends.

use serde_json::Value as Json;

use crate::suites::source::{Delivery, Proof, Signer, Source};

/// The function that takes it in authenticates whoever calls.
pub struct Example;

impl Source for Example {
    const FOLDER: &'static str = "adapters/source/example";
    const PROOF: Proof = Proof::Caller;
    const SECRETS: &'static [&'static str] = &[];

    fn variables() -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn sign(_signer: Signer, body: &[u8], _sent_s: u64) -> Delivery {
        Delivery::new(&[("content-type", "application/json")], body)
    }

    fn tamper(mut delivery: Delivery) -> Delivery {
        delivery.body.push(b' ');
        delivery
    }

    fn bodies() -> Vec<(String, usize)> {
        vec![(r#"{"id":"ask-1","kind":"refund","invoice":"INV-1"}"#.to_owned(), 1)]
    }

    fn amounts() -> Vec<(String, Option<Json>)> {
        Vec::new()
    }

    fn mistakes() -> Vec<(String, &'static str)> {
        vec![(r#"{"id":"","kind":"refund"}"#.to_owned(), "/id"), (r#"{"id":7}"#.to_owned(), "/id")]
    }
}
