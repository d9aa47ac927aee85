//! What people read is plain English. What is walked and played elsewhere is checked there, by `samples::plain`.

#![allow(missing_docs, clippy::unwrap_used)]

mod samples;

use contraflow_domain::account::{Accounts, InvoiceAccount, PaymentAccount};
use contraflow_domain::attention::retry::RetryError;
use contraflow_domain::eligibility::{self, Asked};
use contraflow_domain::erp::void::VoidError;
use contraflow_domain::lifecycle::Machine;
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::handoff::HandOffStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::policy::Policy;
use contraflow_domain::request::ask::{Destination, Kind};
use samples::{approved, at, eur, plain};

const POLICY: &str = include_str!("../../policy/default.toml");

#[test]
fn what_the_checks_find_is_told_without_stored_names() {
    let policy = Policy::parse(POLICY).unwrap();
    let mut found = 0;
    for (kind, destination) in Kind::ALL.iter().flat_map(|kind| Destination::ALL.iter().map(|to| (*kind, *to))) {
        for (invoice, minor) in [(true, 5_000), (true, 20_000), (false, 5_000)] {
            let mut request = approved(minor);
            request.status = RequestStatus::Received;
            request.legs.clear();
            (request.ask.kind, request.ask.destination) = (kind, destination);
            if !invoice {
                (request.ask.invoice, request.ask.customer, request.packet) = (None, Some("C".into()), None);
            }
            let payments = vec![PaymentAccount::untouched("sandbox", "ch_1", Some(eur(10_000)))];
            let account = invoice.then(|| InvoiceAccount::untouched("INV-1"));
            let mut accounts = Accounts { invoice: account, payments };
            eligibility::check(&mut request, &mut accounts, &mut Asked::default(), &["sandbox"], &policy, at(1))
                .unwrap();
            found += request.findings.len();
            plain::texts(&request);
        }
    }
    assert!(found > 50, "only {found} findings");
}

fn refusals<M: Machine>() {
    for state in M::STATES {
        for event in M::EVENTS {
            if let Err(refused) = state.on(*event) {
                plain::text(&refused.to_string());
            }
        }
    }
}

#[test]
fn what_is_refused_is_told_without_stored_names() {
    refusals::<RequestStatus>();
    refusals::<LegStatus>();
    refusals::<DocumentStatus>();
    refusals::<HandOffStatus>();
    refusals::<DisputeStatus>();
    for to in Destination::ALL {
        plain::text(&RetryError::Destination(*to).to_string());
    }
    for status in RequestStatus::ALL {
        plain::text(&RetryError::Nothing(*status).to_string());
    }
    for status in LegStatus::ALL {
        plain::text(&VoidError::MoneyIsOut { leg: "l1".into(), status: *status }.to_string());
    }
}
