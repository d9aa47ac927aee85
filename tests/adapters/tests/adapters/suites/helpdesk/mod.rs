//! What every helpdesk adapter must do: the promises of `wit/helpdesk/helpdesk.wit`.

mod description;
mod faults;
mod keys;

pub use description::{Comment, Helpdesk};
pub use faults::{
    a_look_up_that_fails_writes_nothing, a_ticket_that_takes_nothing_declines, comments_arrive_as_they_were_written,
    each_fault_is_the_contracts, nothing_is_sent_without_credentials, what_is_out_of_form_is_never_sent,
};
pub use keys::{
    a_lost_answer_is_no_second_comment, an_earlier_comment_is_found_on_any_page,
    an_update_that_never_arrived_is_written_when_it_is_given_again, other_input_under_a_used_key_is_no_second_comment,
    the_same_key_twice_is_one_comment, updates_at_once_under_one_key_make_one_comment,
};

use contraflow_wiring::Use;
use http::Method;
use serde_json::{Value as Json, json};

use crate::harness::running::{Conditions, Running};
use crate::harness::wiring::Wiring;

/// An adapter, and its helpdesk.
pub struct Scene<H> {
    helpdesk: H,
    running: Running,
}

/// The adapter, before what stands for its helpdesk.
pub fn start<H: Helpdesk>() -> Scene<H> {
    let helpdesk = H::start();
    let conditions = helpdesk.conditions();
    Scene::under(helpdesk, conditions)
}

impl<H: Helpdesk> Scene<H> {
    fn under(helpdesk: H, conditions: Conditions) -> Self {
        let wiring = Wiring { purpose: Use::Helpdesk, folder: H::FOLDER, beside: &[] };
        Self { running: Running::start(wiring, conditions), helpdesk }
    }

    /// `tickets.write`.
    async fn write(&self, update: &Json) -> Json {
        self.running.call("/write", &json!([update])).await
    }

    /// How often something was sent that may write.
    fn writes(&self) -> usize {
        self.helpdesk.line().sent().iter().filter(|request| request.method() != Method::GET).count()
    }

    /// The comments of a ticket that have this text.
    fn comments(&self, ticket: &str, text: &str) -> Vec<Comment> {
        let comments = self.helpdesk.comments(ticket).into_iter();
        comments.filter(|comment| comment.body.contains(text)).collect()
    }
}

/// An update.
fn update(key: &str, ticket: &str, comment: &str) -> Json {
    json!({"key": {"value": key}, "ticket": ticket, "comment": comment, "public": true, "progress": "Open"})
}

/// Fails where an update was not written.
fn is_accepted(answer: &Json) {
    assert_eq!(answer, &json!({"Ok": "Accepted"}));
}
