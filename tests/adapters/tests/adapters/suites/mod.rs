//! The conformance suites: what every adapter of a contract must do, each promise as one test. An adapter joins with
//! one line, `suite!(gateway: Stripe);`, beside a description of it that says how its vendor is played and what the
//! vendor lacks. What it lacks is asserted too: an adapter that can do more than it says fails as one that can do less.

pub mod courier;
pub mod erp;
pub mod gateway;
pub mod helpdesk;
pub mod letters;
pub mod source;
pub mod store;

/// One test for each promise of a contract.
macro_rules! suite {
    (gateway: $adapter:ident) => {
        $crate::suites::suite!(@ gateway, $adapter:
            the_same_key_twice_is_one_refund_and_the_first_answer
            other_input_under_a_used_key_is_told_apart
            orders_at_once_under_one_key_make_one_refund
            a_lost_answer_is_found_or_had_again_under_its_key
            an_order_that_never_arrived_is_made_once_when_it_is_given_again
            the_declared_terms_are_kept
            a_look_up_that_fails_says_nothing
            a_look_up_reads_every_page
            a_dispute_stands_where_the_gateway_says_or_is_not_told
            a_dispute_that_could_not_be_looked_at_is_not_won
            what_is_no_name_of_a_dispute_is_never_asked_for
            each_fault_is_the_contracts
            more_than_was_captured_is_declined
            another_currency_than_the_captured_makes_no_other_amount
            what_is_out_of_form_is_never_sent
            nothing_is_sent_without_credentials
            an_answer_that_proves_nothing_is_no_outcome
            an_answer_about_another_refund_is_not_taken_for_the_ordered_one
        );
    };
    (source: $adapter:ident) => {
        $crate::suites::suite!(@ source, $adapter:
            a_delivery_is_read
            a_delivery_that_comes_again_has_the_same_ids
            a_signed_message_that_cannot_be_read_holds_up_no_other
            what_is_not_signed_is_refused
            what_was_signed_by_another_is_refused
            what_was_changed_on_its_way_is_refused
            an_old_delivery_is_refused
            a_source_that_is_not_set_up_says_so
            amounts_are_read_as_they_were_written
            news_of_a_refund_say_whose_it_is_how_much_and_where_it_stands
            hostile_bodies_are_refused_or_read_and_never_trap
            hostile_headers_never_trap
            mistakes_are_told_with_their_place
        );
    };
    (erp: $adapter:ident) => {
        $crate::suites::suite!(@ erp, $adapter:
            the_same_key_twice_is_one_document_and_the_first_answer
            other_input_under_a_used_key_is_told_apart
            orders_at_once_under_one_key_make_one_document
            a_lost_answer_is_found_by_its_key
            a_key_that_was_never_used_finds_nothing
            a_look_up_that_fails_says_nothing
            a_voiding_whose_answer_was_lost_is_made_once
            an_entry_whose_answer_was_lost_is_made_once
            each_fault_is_the_contracts
            nothing_is_sent_without_credentials
            a_draft_has_no_number_and_a_posted_document_has_one
            a_document_is_voided_once
            a_settlement_is_recorded_once
            a_settlement_is_recorded_on_a_draft
            a_loss_is_booked_once_and_returned_once
            an_invoice_is_found_as_it_was_issued
            a_customer_is_known_by_the_exact_id_or_told_with_those_that_look_like_it
            invoices_and_customers_are_found_by_a_part_of_what_is_known_of_them
            more_than_the_invoice_is_declined
            what_is_out_of_form_makes_no_document
            what_is_out_of_form_makes_no_entry
        );
    };
    (helpdesk: $adapter:ident) => {
        $crate::suites::suite!(@ helpdesk, $adapter:
            the_same_key_twice_is_one_comment
            other_input_under_a_used_key_is_no_second_comment
            updates_at_once_under_one_key_make_one_comment
            a_lost_answer_is_no_second_comment
            an_update_that_never_arrived_is_written_when_it_is_given_again
            an_earlier_comment_is_found_on_any_page
            a_ticket_that_takes_nothing_declines
            each_fault_is_the_contracts
            a_look_up_that_fails_writes_nothing
            what_is_out_of_form_is_never_sent
            nothing_is_sent_without_credentials
            comments_arrive_as_they_were_written
        );
    };
    (courier: $adapter:ident) => {
        $crate::suites::suite!(@ courier, $adapter:
            a_message_is_delivered_as_it_is
            a_message_keeps_its_id_over_retries
            a_lost_answer_is_sent_again
            nobody_who_is_subscribed_is_told_nothing
            each_fault_is_the_contracts
            what_is_out_of_form_is_never_sent
            a_subscription_that_is_not_whole_sends_nothing
        );
    };
    (letters: $adapter:ident) => {
        $crate::suites::suite!(@ letters, $adapter:
            a_letter_is_sent_as_it_is
            a_letter_keeps_its_id_over_retries
            letters_about_one_thing_are_one_thread
            a_lost_answer_is_sent_again
            an_address_that_takes_nothing_is_refused
            nothing_goes_out_without_a_sender
            each_fault_is_the_contracts
            no_more_is_sent_than_one_letter_to_one_address
            what_is_out_of_form_is_never_sent
            a_sender_that_is_not_whole_sends_nothing
        );
    };
    (store: $adapter:ident) => {
        $crate::suites::suite!(@ store, $adapter:
            a_commit_is_all_or_nothing
            conflicts_name_the_keys_that_moved_on
            a_key_is_created_only_once
            a_version_never_comes_back
            versions_grow_over_the_whole_store
            a_lost_answer_is_neither_an_absence_nor_a_conflict
            a_check_reads_and_writes_nothing
            any_bytes_are_a_value
            values_up_to_a_mebibyte_and_no_more
            keys_have_bounds
            counts_have_bounds
            a_key_stands_once_among_the_mutations
            scans_go_in_the_order_of_bytes
            scans_keep_to_their_range
            pages_are_complete_and_end
            a_page_holds_four_mebibytes_at_most
            a_snapshot_is_never_torn
            sixty_four_writers_lose_nothing
            scans_during_writes_see_every_key_that_stays
            many_first_users_at_once_find_a_store
        );
    };
    (@ $contract:ident, $adapter:ident: $($promise:ident)+) => {
        mod $contract {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    $crate::suites::$contract::$promise($crate::suites::$contract::start::<super::$adapter>()).await;
                }
            )+
        }
    };
}
pub(crate) use suite;
