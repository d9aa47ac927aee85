//! Duplicates side by side: what two requests have in common and what not, for whoever has to tell whether one repeats
//! the other. The check itself stops what surely repeats (`eligibility`); here is the rest.

mod text;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use text::likeness;

use crate::lifecycle::request::RequestStatus;
use crate::lifecycle::titled;
use crate::limits;
use crate::money::Money;
use crate::request::Request;
use crate::time::Timestamp;
use crate::words;

titled! {
    /// What is compared of two requests.
    Aspect {
        /// The invoice.
        Invoice = "invoice": "Invoice",
        /// The lines of the invoice.
        Lines = "lines": "Lines",
        /// The amount.
        Amount = "amount": "Amount",
        /// The kind, with the direction.
        Kind = "kind": "Kind",
        /// The reason.
        Reason = "reason": "Reason",
        /// The free text.
        Note = "note": "Note",
        /// Where it came from: the channel, and the ticket.
        Source = "source": "Came by",
        /// Who asked.
        Requester = "requester": "Requester",
    }
}

impl Aspect {
    /// Returns how much it weighs among the others.
    const fn weight(self) -> u32 {
        match self {
            Self::Invoice => 30,
            Self::Amount => 25,
            Self::Lines | Self::Note => 15,
            Self::Kind | Self::Reason | Self::Source => 10,
            Self::Requester => 5,
        }
    }
}

/// One aspect of two requests, side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Compared {
    /// What is compared.
    pub aspect: Aspect,
    /// How alike they are: 100 is the same, 0 has nothing in common; null where neither request has it.
    pub alike: Option<u32>,
    /// What this request has.
    pub this: String,
    /// What the other has.
    pub other: String,
}

/// Another request that may be the same, beside this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Twin {
    /// The other request.
    pub request: String,
    /// Where it stands.
    pub status: RequestStatus,
    /// When it was stored.
    pub created_at: Timestamp,
    /// How many hours lie between the two.
    pub hours_apart: u64,
    /// Whether it asks for the same: invoice or customer, kind, amount, lines and reason.
    pub exact: bool,
    /// How alike they are in all, from 0 to 100: the aspects by their weight.
    pub alike: u32,
    /// What is the same and what differs.
    pub aspects: Vec<Compared>,
}

/// Returns the requests that may repeat this one or be repeated by it, the most alike first.
#[must_use]
pub fn among(this: &Request, others: &[Request]) -> Vec<Twin> {
    let others = others.iter().filter(|other| other.id != this.id && same_customer(this, other));
    let mut twins: Vec<Twin> = others.map(|other| compare(this, other)).collect();
    twins.retain(|twin| twin.exact || twin.alike >= limits::TWIN_ALIKE);
    twins.sort_by_key(|twin| (!twin.exact, 100 - twin.alike.min(100), twin.hours_apart));
    twins.truncate(limits::TWINS);
    twins
}

fn same_customer(one: &Request, other: &Request) -> bool {
    let customer = |request: &Request| request.customer.as_deref().map(words::canonical);
    customer(one) == customer(other) || one.ask.invoice.is_some() && one.ask.invoice == other.ask.invoice
}

fn compare(this: &Request, other: &Request) -> Twin {
    let aspects: Vec<Compared> = Aspect::ALL.iter().map(|aspect| side_by_side(*aspect, this, other)).collect();
    let known = aspects.iter().filter_map(|compared| Some((compared.alike?, compared.aspect.weight())));
    let (sum, weights) = known.fold((0, 0), |(sum, weights), (alike, weight)| (sum + alike * weight, weights + weight));
    let is_same = |aspect: Aspect| {
        aspects
            .iter()
            .find(|compared| compared.aspect == aspect)
            .is_none_or(|compared| compared.alike.unwrap_or(100) == 100)
    };
    let decisive = [Aspect::Invoice, Aspect::Lines, Aspect::Amount, Aspect::Kind, Aspect::Reason];
    Twin {
        request: other.id.clone(),
        status: other.status,
        created_at: other.created_at,
        hours_apart: this.created_at.ms_since(other.created_at).max(other.created_at.ms_since(this.created_at))
            / limits::HOUR_MS,
        exact: decisive.into_iter().all(is_same),
        alike: sum / weights.max(1),
        aspects,
    }
}

fn side_by_side(aspect: Aspect, this: &Request, other: &Request) -> Compared {
    let show = |request: &Request| match aspect {
        Aspect::Invoice => request.ask.invoice.clone().unwrap_or_default(),
        Aspect::Lines => lines(request).into_iter().collect::<Vec<_>>().join(", "),
        Aspect::Amount => amount(request).map(|amount| format!("{amount} {}", amount.currency)).unwrap_or_default(),
        Aspect::Kind => format!("{}, {}", request.ask.kind.title(), request.ask.direction().title()),
        Aspect::Reason => request.ask.reason.clone(),
        Aspect::Note => excerpt(&request.ask.note),
        Aspect::Source => {
            let reference = request.source.reference.as_deref().unwrap_or_default();
            format!("{} {reference}", request.source.channel).trim().to_owned()
        }
        Aspect::Requester => request.requester.clone(),
    };
    let (here, there) = (show(this), show(other));
    let same = |same: bool| Some(if same { 100 } else { 0 });
    let alike = match aspect {
        _ if here.is_empty() && there.is_empty() => None,
        Aspect::Lines => overlap(&lines(this), &lines(other)),
        Aspect::Amount => amount(this).zip(amount(other)).map_or(Some(0), |(one, other)| Some(near(one, other))),
        Aspect::Note => Some(likeness(&this.ask.note, &other.ask.note)),
        Aspect::Reason => Some(likeness(&this.ask.reason, &other.ask.reason)),
        // One channel alone says nothing.
        Aspect::Source => match (&this.source.reference, &other.source.reference) {
            (None, None) => None,
            _ => same(here == there),
        },
        Aspect::Requester => same(words::same(&here, &there)),
        Aspect::Invoice | Aspect::Kind => same(here == there),
    };
    Compared { aspect, alike, this: here, other: there }
}

fn excerpt(text: &str) -> String {
    text.chars().take(limits::ROW_NOTE_CHARS).collect()
}

/// Returns what a request comes to, or asks for where it was not granted.
fn amount(request: &Request) -> Option<Money> {
    request.amount.or(request.ask.amount)
}

/// Returns the lines of its invoice that it credits, or asks for where it was not granted.
fn lines(request: &Request) -> BTreeSet<String> {
    let credited = request.lines.iter().map(|line| line.line.clone());
    let asked = request.ask.lines.iter().map(|line| line.line.clone());
    if request.lines.is_empty() { asked.collect() } else { credited.collect() }
}

/// Returns how many percent of the lines both have.
fn overlap(one: &BTreeSet<String>, other: &BTreeSet<String>) -> Option<u32> {
    let (both, all) = (one.intersection(other).count(), one.union(other).count());
    u32::try_from((both * 100).checked_div(all)?).ok()
}

/// Returns how near two amounts are: 100 where they are the same, five less for every percent of difference.
fn near(one: Money, other: Money) -> u32 {
    if one.currency != other.currency {
        return 0;
    }
    let larger = one.minor.unsigned_abs().max(other.minor.unsigned_abs());
    let difference = u128::from(one.minor.abs_diff(other.minor)) * 500;
    // What differs is never called the same.
    let off = difference.div_ceil(u128::from(larger.max(1)));
    u32::try_from(100_u128.saturating_sub(off)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
