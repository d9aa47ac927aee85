//! Parts: what somebody has had to do with a request. Whoever had one part must not have another.

use super::approvals::{Decision, Verdict};
use crate::identity::Identity;
use crate::lifecycle::named;

named! {
    /// A part that somebody has had in a request.
    Part {
        /// Asked for it.
        Asked = "asked",
        /// Approved it, or lent the authority by which it was approved; also of content that has changed since.
        Approved = "approved",
    }
}

/// Knows who had which part in a request.
pub trait Involving {
    /// Returns who asked for it.
    fn asker(&self) -> Identity;

    /// Returns every decision that was made on it.
    fn decisions(&self) -> &[Decision];

    /// Tells whether somebody had that part in it, or may have had: where two names may be one person's, they count as
    /// one here.
    fn had(&self, part: Part, who: &Identity) -> bool {
        match part {
            Part::Asked => !self.asker().is_surely_not(who),
            Part::Approved => {
                self.decisions().iter().any(|made| made.decision == Verdict::Approve && made.may_be_of(who))
            }
        }
    }
}

/// Reads who asked: a source that named nobody stands there by its own name.
pub(super) fn asker(requester: &str, channel: &str) -> Identity {
    if requester == channel { Identity::nobody(channel) } else { Identity::read(requester) }
}
