//! What every ERP adapter must do: the promises of `wit/erp/erp.wit`.

mod calls;
mod description;
mod documents;
mod entries;
mod faults;
mod form;

pub use calls::{Scene, key, order, settlement};
pub use description::Erp;
pub use documents::{
    a_document_is_voided_once, a_draft_has_no_number_and_a_posted_document_has_one,
    a_key_that_was_never_used_finds_nothing, a_lost_answer_is_found_by_its_key,
    orders_at_once_under_one_key_make_one_document, other_input_under_a_used_key_is_told_apart,
    the_same_key_twice_is_one_document_and_the_first_answer,
};
pub use entries::{
    a_loss_is_booked_once_and_returned_once, a_settlement_is_recorded_on_a_draft, a_settlement_is_recorded_once,
};
pub use faults::{
    a_look_up_that_fails_says_nothing, a_voiding_whose_answer_was_lost_is_made_once,
    an_entry_whose_answer_was_lost_is_made_once, each_fault_is_the_contracts, nothing_is_sent_without_credentials,
};
pub use form::{
    a_customer_is_known_by_the_exact_id_or_told_with_those_that_look_like_it, an_invoice_is_found_as_it_was_issued,
    invoices_and_customers_are_found_by_a_part_of_what_is_known_of_them, more_than_the_invoice_is_declined,
    what_is_out_of_form_makes_no_document, what_is_out_of_form_makes_no_entry,
};

/// The adapter, before what stands for its ERP.
pub fn start<E: Erp>() -> Scene<E> {
    Scene::start(E::start())
}
