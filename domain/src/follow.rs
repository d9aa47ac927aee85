//! Follow-ups: what news of a payment mean for the requests on it. The news change the payment's account, in one small
//! commit. The requests hear of it afterwards, one after the other and in portions, however many there are; until they
//! have, whatever acts on one of them lets it hear first.
//!
//! What a request hears follows from the account as it is by then, so hearing it twice changes nothing.

use std::collections::BTreeSet;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::account::PaymentAccount;
use crate::dispute;
use crate::dispute::loss::Loss;
use crate::gateway::external_refund;
use crate::limits;
use crate::request::Request;
use crate::request::attempt::pause_ms;
use crate::time::Timestamp;

/// Names what the news are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Disputes on the payment.
    Dispute,
    /// The card network's warnings of fraud.
    Fraud,
    /// What was refunded elsewhere.
    Outside,
    /// Whether the ERP has booked what the dispute of that name took.
    Loss(String),
}

/// A follow-up: which requests on a payment are still to hear which news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// The gateway's name.
    pub gateway: String,
    /// The gateway's name for the payment.
    pub payment: String,
    /// The name of this walk over the requests: further news begin another one.
    pub walk: String,
    /// What the news are about.
    pub topics: BTreeSet<Topic>,
    /// The request that heard last, in the order of their ids; `None` at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether one of the requests of this walk could not hear: then there is another walk.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
    /// How many walks in a row have left out a request.
    #[serde(default)]
    pub tries: u32,
    /// When the clock goes on with it.
    pub due: Timestamp,
}

impl Follow {
    /// Begins a walk, called `walk`, over the requests on the payment, which the clock takes up when it is due. One
    /// that is under way begins anew, and tells what it had to tell, too. Returns `None` where there is nobody to tell.
    #[must_use]
    pub fn begin(
        known: Option<Self>,
        account: &PaymentAccount,
        topic: Topic,
        walk: String,
        due: Timestamp,
    ) -> Option<Self> {
        let mut topics = known.map(|known| known.topics).unwrap_or_default();
        topics.insert(topic);
        let begun = Self {
            gateway: account.gateway.clone(),
            payment: account.reference.clone(),
            walk,
            topics,
            after: None,
            failed: false,
            tries: 0,
            due,
        };
        (!begun.portion(account).is_empty()).then_some(begun)
    }

    /// Returns the requests that hear next, by their ids; none when the walk is over.
    #[must_use]
    pub fn portion(&self, account: &PaymentAccount) -> Vec<String> {
        let told = self.told(account);
        let from = self.after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let next = told.range::<str, _>((from, Bound::Unbounded));
        next.take(limits::FOLLOWED_AT_ONCE).map(|id| (*id).to_owned()).collect()
    }

    /// Returns all requests of the walk. What the ERP did not book may have been told to a request that has nothing to
    /// do with the payment any more, so those are asked, too.
    fn told<'a>(&self, account: &'a PaymentAccount) -> BTreeSet<&'a str> {
        let all = self.topics.iter().any(|topic| matches!(topic, Topic::Loss(_)));
        if all { account.touched() } else { account.concerned() }
    }

    /// Tells whether a request may still have to hear: the walk has not come to it, or has left out some.
    #[must_use]
    pub fn is_ahead(&self, request: &str) -> bool {
        self.failed || self.after.as_deref().is_none_or(|after| after < request)
    }

    /// Records that the requests up to this one have heard, or that one of them could not.
    pub fn advance(&mut self, last: &str, failed: bool) {
        if self.after.as_deref().is_none_or(|after| after < last) {
            self.after = Some(last.into());
        }
        self.failed |= failed;
    }

    /// Ends the walk. Returns the one that follows where a request could not hear, after a pause.
    #[must_use]
    pub fn end(self, walk: String, at: Timestamp) -> Option<Self> {
        let tries = self.tries.saturating_add(1);
        let due = at.plus_ms(pause_ms(tries, &self.payment));
        self.failed.then_some(Self { walk, after: None, failed: false, tries, due, ..self })
    }

    /// Lets a request hear the news: brings it and the payment's account in line. `losses` are those of the disputes
    /// that [`Topic::Loss`] names. A second time changes nothing.
    pub fn tell(&self, request: &mut Request, account: &mut PaymentAccount, losses: &[Loss], at: Timestamp) {
        for topic in &self.topics {
            match topic {
                Topic::Dispute => dispute::case::reconcile(request, account, &self.gateway, at),
                Topic::Fraud => dispute::fraud_warning::reconcile(request, account, &self.gateway, at),
                Topic::Outside => external_refund::reconcile(request, account, at),
                Topic::Loss(name) => {
                    for loss in losses.iter().filter(|loss| loss.dispute == *name) {
                        loss.tell(request, account, at);
                    }
                }
            }
        }
    }
}
