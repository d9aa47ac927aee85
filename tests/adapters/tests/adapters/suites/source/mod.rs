//! What every source must do: the promises of `wit/intake/intake.wit`, for gateways' and helpdesks' webhooks as for
//! files.

mod authenticity;
mod contents;
mod description;

pub use authenticity::{
    a_source_that_is_not_set_up_says_so, an_old_delivery_is_refused, hostile_headers_never_trap,
    what_is_not_signed_is_refused, what_was_changed_on_its_way_is_refused, what_was_signed_by_another_is_refused,
};
pub use contents::{
    a_delivery_is_read, a_delivery_that_comes_again_has_the_same_ids,
    a_signed_message_that_cannot_be_read_holds_up_no_other, amounts_are_read_as_they_were_written,
    hostile_bodies_are_refused_or_read_and_never_trap, mistakes_are_told_with_their_place,
    news_of_a_refund_say_whose_it_is_how_much_and_where_it_stands,
};
pub use description::{Delivery, Proof, Signer, Source};

use std::marker::PhantomData;

use contraflow_wiring::Use;
use serde_json::{Value as Json, json};

use crate::harness::running::{Conditions, Running};
use crate::harness::wiring::Wiring;

/// When deliveries are sent: 2025-10-09T08:53:20Z.
const SENT_S: u64 = 1_760_000_000;

/// A source that runs.
pub struct Scene<S> {
    running: Running,
    source: PhantomData<S>,
}

/// The source, set up.
pub fn start<S: Source>() -> Scene<S> {
    Scene::with(S::variables())
}

impl<S: Source> Scene<S> {
    /// The source, with these variables alone.
    fn with(variables: Vec<(&'static str, String)>) -> Self {
        let wiring = Wiring { purpose: Use::Intake, folder: S::FOLDER, beside: &[] };
        assert!(wiring.needs().hosts.is_empty(), "{} reads what came in, and reaches nothing", S::FOLDER);
        let running = Running::start(wiring, Conditions { variables, ..Conditions::default() });
        Self { running, source: PhantomData }
    }

    /// `source.read`, as received at that second.
    async fn read(&self, delivery: &Delivery, received_s: u64) -> Json {
        let header = |(name, value): &(String, String)| json!({"name": name, "value": value});
        let headers: Vec<_> = delivery.headers.iter().map(header).collect();
        let received = json!({"unix_ms": received_s * 1000});
        let argument = json!({"headers": headers, "body": delivery.body, "received_at": received});
        self.running.call("/read", &json!([argument])).await
    }

    /// Reads a body that its sender signed and sent just now.
    async fn read_signed(&self, body: &[u8]) -> Json {
        self.read(&S::sign(Signer::Sender, body, SENT_S), SENT_S + 2).await
    }
}

/// The messages of a delivery that was taken; fails with the whole answer.
fn messages<'a>(answer: &'a Json, what: &str) -> &'a [Json] {
    answer["Ok"].as_array().unwrap_or_else(|| panic!("{what} was refused: {answer}"))
}
