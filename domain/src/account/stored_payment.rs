//! How the account of a payment is stored. The ERP's ids of payments stand once, with what they paid of each invoice; a
//! claim names its own by its place there. Accounts of earlier versions have the id in each claim.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::application::Application;
use super::archived::ArchivedRefunds;
use super::payment::{Dispute, FraudWarning, LegClaim, OutsideRefund, PaymentAccount};
use super::share::Share;
use crate::money::Money;

/// An account as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    gateway: Cow<'a, str>,
    reference: Cow<'a, str>,
    captured: Option<Money>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    applications: Cow<'a, [Application]>,
    claims: Vec<StoredClaim<'a>>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    shares: Cow<'a, [Share]>,
    disputes: Cow<'a, [Dispute]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    warnings: Cow<'a, [FraudWarning]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    outside: Cow<'a, [OutsideRefund]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    archived: Cow<'a, [ArchivedRefunds]>,
}

/// A claim as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredClaim<'a> {
    request: Cow<'a, str>,
    leg: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment: Option<Named<'a>>,
    amount: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settles: Option<Money>,
    counted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent: Option<bool>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    by_bank: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    given_back: bool,
}

/// Names what a payment paid of an invoice.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Named<'a> {
    /// By its place in the list of applications, counted from zero.
    Place(usize),
    /// By the ERP's id, where the list does not have it.
    Id(Cow<'a, str>),
}

impl<'a> StoredClaim<'a> {
    fn of(claim: &'a LegClaim, places: &BTreeMap<&str, usize>) -> Self {
        let payment = claim.payment.as_deref();
        let payment = payment.map(|id| places.get(id).map_or(Named::Id(id.into()), |place| Named::Place(*place)));
        Self {
            request: Cow::Borrowed(&claim.request),
            leg: Cow::Borrowed(&claim.leg),
            payment,
            amount: claim.amount,
            settles: claim.settles,
            counted: claim.counted,
            sent: claim.sent,
            by_bank: claim.by_bank,
            given_back: claim.given_back,
        }
    }

    fn claim(self, applications: &[Application]) -> Result<LegClaim, String> {
        let (request, leg) = (self.request.into_owned(), self.leg.into_owned());
        let payment = match self.payment {
            None => None,
            Some(Named::Id(id)) => Some(id.into_owned()),
            Some(Named::Place(place)) => match applications.get(place) {
                Some(known) => Some(known.payment.clone()),
                None => return Err(format!("leg {leg} of request {request} names application {place}, which is none")),
            },
        };
        Ok(LegClaim {
            request,
            leg,
            payment,
            amount: self.amount,
            settles: self.settles,
            counted: self.counted,
            sent: self.sent,
            by_bank: self.by_bank,
            given_back: self.given_back,
        })
    }
}

impl Serialize for PaymentAccount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = self.applications.iter().enumerate().map(|(place, known)| (known.payment.as_str(), place));
        let places: BTreeMap<_, _> = named.collect();
        let stored = Stored {
            gateway: Cow::Borrowed(&self.gateway),
            reference: Cow::Borrowed(&self.reference),
            captured: self.captured,
            applications: Cow::Borrowed(&self.applications),
            claims: self.claims.iter().map(|claim| StoredClaim::of(claim, &places)).collect(),
            shares: Cow::Borrowed(&self.shares),
            disputes: Cow::Borrowed(&self.disputes),
            warnings: Cow::Borrowed(&self.warnings),
            outside: Cow::Borrowed(&self.outside),
            archived: Cow::Borrowed(&self.archived),
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PaymentAccount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let applications = stored.applications.into_owned();
        let claims = stored.claims.into_iter().map(|claim| claim.claim(&applications)).collect::<Result<_, _>>();
        Ok(Self {
            gateway: stored.gateway.into_owned(),
            reference: stored.reference.into_owned(),
            captured: stored.captured,
            claims: claims.map_err(D::Error::custom)?,
            applications,
            shares: stored.shares.into_owned(),
            disputes: stored.disputes.into_owned(),
            warnings: stored.warnings.into_owned(),
            outside: stored.outside.into_owned(),
            archived: stored.archived.into_owned(),
        })
    }
}
