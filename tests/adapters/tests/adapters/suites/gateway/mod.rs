//! What every gateway adapter must do: the promises of `wit/gateway/gateway.wit`.

mod answers;
mod calls;
mod description;
mod disputes;
mod faults;
mod keys;

pub use answers::{
    an_answer_about_another_refund_is_not_taken_for_the_ordered_one, an_answer_that_proves_nothing_is_no_outcome,
    nothing_is_sent_without_credentials,
};
pub use calls::{Adapter, KEY, Scene, order, query, refund};
pub use description::{Gateway, Refund, Stands, Terms, Trouble};
pub use disputes::{
    a_dispute_stands_where_the_gateway_says_or_is_not_told, a_dispute_that_could_not_be_looked_at_is_not_won,
    what_is_no_name_of_a_dispute_is_never_asked_for,
};
pub use faults::{
    another_currency_than_the_captured_makes_no_other_amount, each_fault_is_the_contracts,
    more_than_was_captured_is_declined, what_is_out_of_form_is_never_sent,
};
pub use keys::{
    a_look_up_reads_every_page, a_look_up_that_fails_says_nothing, a_lost_answer_is_found_or_had_again_under_its_key,
    an_order_that_never_arrived_is_made_once_when_it_is_given_again, orders_at_once_under_one_key_make_one_refund,
    other_input_under_a_used_key_is_told_apart, the_declared_terms_are_kept,
    the_same_key_twice_is_one_refund_and_the_first_answer,
};

/// The adapter, before what stands for its gateway.
pub fn start<G: Gateway>() -> Scene<G> {
    Scene::start(G::start())
}
