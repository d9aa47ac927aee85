//! Parts: what somebody has had to do with a request. Whoever had one part must not have certain others.

use serde::{Deserialize, Serialize};

use super::approvals::{Decision, Verdict};
use crate::identity::{Identity, People};
use crate::lifecycle::named;

named! {
    /// A part that somebody has had in a request.
    Part {
        /// Asked for it.
        Asked = "asked",
        /// Approved it, or lent the authority by which it was approved; also of content that has changed since.
        Approved = "approved",
        /// Wanted its money sent elsewhere than was approved.
        SentElsewhere = "sent_elsewhere",
        /// Said that its money was paid out by hand.
        PaidOut = "paid_out",
    }
}

impl Part {
    /// Returns what whoever had the part did, to go on from "you" or "whoever".
    #[must_use]
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Asked => "asked for this request",
            Self::Approved => "approved this request",
            Self::SentElsewhere => "wanted its money sent elsewhere",
            Self::PaidOut => "said that its money was paid out",
        }
    }
}

/// A deed: a part that is on record of somebody, besides those that the requester and the deciders had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deed {
    /// The name of whoever had the part.
    pub by: String,
    /// The part.
    pub part: Part,
}

/// Knows who had which part in a request.
pub trait Involving {
    /// Returns who asked for it.
    fn asker(&self) -> Identity;

    /// Returns every decision that was made on it.
    fn decisions(&self) -> &[Decision];

    /// Returns the other parts that are on record.
    fn deeds(&self) -> &[Deed];

    /// Tells whether somebody had that part in it, or may have had: where two names may be one person's, they count as
    /// one here.
    fn had(&self, part: Part, who: &Identity) -> bool {
        let may_be = |name: &str| !Identity::read(name).is_surely_not(who);
        let has_deed = || self.deeds().iter().any(|deed| deed.part == part && may_be(&deed.by));
        match part {
            // Of a schedule, those have asked, too, who wrote it before whoever keeps it now.
            Part::Asked => !self.asker().is_surely_not(who) || has_deed(),
            Part::Approved => {
                self.decisions().iter().any(|made| made.decision == Verdict::Approve && made.may_be_of(who))
            }
            Part::SentElsewhere | Part::PaidOut => has_deed(),
        }
    }

    /// Tells whether somebody asked for it, or may have, by the names as they stand and by those that people sign in
    /// with.
    fn may_have_asked(&self, who: &Identity, people: &People) -> bool {
        self.had(Part::Asked, who) || !people.resolve(&self.asker()).is_surely_not(&people.resolve(who))
    }
}

/// Reads who asked: a source that named nobody stands there by its own name.
pub(super) fn asker(requester: &str, channel: &str) -> Identity {
    if requester == channel { Identity::nobody(channel) } else { Identity::read(requester) }
}
