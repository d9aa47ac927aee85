//! What a helpdesk's tests say of it.

use crate::harness::line::Line;
use crate::harness::running::Conditions;

/// A helpdesk adapter and what stands for its helpdesk.
pub trait Helpdesk: Sized + Send + Sync {
    /// Its folder.
    const FOLDER: &'static str;
    /// The variables without which it sends nothing.
    const CREDENTIALS: &'static [&'static str];
    /// Whether it tells other input under a used key apart. Where the key alone stands in the comment, an update under
    /// it is taken for the one that was written.
    const TELLS_OTHER_INPUT: bool;
    /// How many comments it looks at in one call.
    const PAGE: usize;

    /// Starts what stands for the helpdesk.
    fn start() -> Self;

    /// How the adapter reaches it.
    fn conditions(&self) -> Conditions;

    /// The line to it.
    fn line(&self) -> &Line;

    /// A ticket that is open.
    fn ticket(&self) -> String;

    /// A ticket that takes no comment any more.
    fn closed(&self) -> String;

    /// The name of a ticket that is not there.
    fn missing(&self) -> String;

    /// Names that no ticket has: they would lead elsewhere in an address.
    fn misnomers() -> Vec<&'static str>;

    /// Somebody else writes so many comments on a ticket.
    fn others_write(&self, ticket: &str, count: usize);

    /// The comments on a ticket.
    fn comments(&self, ticket: &str) -> Vec<Comment>;
}

/// A comment as the helpdesk has it.
#[derive(Clone, Debug)]
pub struct Comment {
    /// All of its text.
    pub body: String,
    /// Whether the customer sees it.
    pub public: bool,
}
