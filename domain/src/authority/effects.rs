//! The table: every effect that somebody may want, and who may cause it.

use super::Role::{self, Admin, Approver, Auditor, Finance, Machine, Requester};
use crate::lifecycle::named;
use crate::request::parts::Part::{self, Approved, Asked, PaidOut, SentElsewhere};

named! {
    /// What somebody may cause, or read.
    Effect {
        /// Asks for credits and refunds.
        Ask = "ask",
        /// Writes and removes templates of imports.
        KeepImportTemplates = "keep_import_templates",
        /// Finds invoices and customers, to ask for credits.
        Find = "find",
        /// Reads requests with their events.
        ReadRequests = "read_requests",
        /// Decides on a request.
        Decide = "decide",
        /// Hands a decision to another person by name.
        Reassign = "reassign",
        /// Lends authority to decide.
        Lend = "lend",
        /// Adds evidence or an answer to a request.
        Reply = "reply",
        /// Withdraws a request.
        Withdraw = "withdraw",
        /// Is led to what only a person can mend.
        SeeTasks = "see_tasks",
        /// Closes a task that a person has seen to.
        CloseTask = "close_task",
        /// Sends on what has failed, to the place that was approved.
        Retry = "retry",
        /// Wants what has failed sent elsewhere than was approved.
        Redirect = "redirect",
        /// Says that money was paid out by hand.
        ConfirmPayout = "confirm_payout",
        /// Voids a document and takes back what can be taken back.
        Reverse = "reverse",
        /// Reads what is sent to a bank in a dispute.
        ReadDisputeEvidence = "read_dispute_evidence",
        /// Sees messages that wait for a person, are tried again, or could not be delivered.
        SeeOutbox = "see_outbox",
        /// Sends or drops messages that wait for a person, and has others tried again.
        SendMessages = "send_messages",
        /// Writes the templates of letters.
        KeepLetterTemplates = "keep_letter_templates",
        /// Ends what one person lends another.
        EndLoans = "end_loans",
        /// Sees what everybody lends.
        SeeLoans = "see_loans",
        /// Ends a token, or all tokens of somebody else.
        EndSessions = "end_sessions",
        /// Reads who people are.
        SeePeople = "see_people",
        /// Writes down who people are, which roles they have, and that they left.
        KeepPeople = "keep_people",
        /// Reads which machine clients there are.
        SeeClients = "see_clients",
        /// Makes machine clients, and revokes their keys.
        KeepClients = "keep_clients",
        /// Reads a customer's store credit.
        ReadBalances = "read_balances",
        /// Spends a customer's store credit, and undoes that.
        SpendStoreCredit = "spend_store_credit",
        /// Asks for store credit to go to another customer, or to last longer.
        AskCreditChange = "ask_credit_change",
        /// Confirms such a change that somebody else asked for.
        ConfirmCreditChange = "confirm_credit_change",
        /// Sees such changes.
        SeeCreditChanges = "see_credit_changes",
        /// Sees what stands out over time.
        SeePatterns = "see_patterns",
        /// Sends events because of which the rules of the policy make requests.
        SendEvents = "send_events",
        /// Reads schedules.
        ReadSchedules = "read_schedules",
        /// Makes, changes, takes over and ends schedules.
        KeepSchedules = "keep_schedules",
        /// Confirms a schedule, so that its requests may pass by themselves.
        ConfirmSchedules = "confirm_schedules",
        /// Reads the policy, its versions, and what they would decide.
        ReadPolicy = "read_policy",
        /// Proposes a version of the policy.
        ProposePolicy = "propose_policy",
        /// Puts a version of the policy in force that somebody else proposed.
        ActivatePolicy = "activate_policy",
        /// Exports the record of all events.
        ExportRecord = "export_record",
        /// Seals the record, and stores signed checkpoints over it.
        SealRecord = "seal_record",
        /// Exports requests that ended long ago, and removes them.
        Archive = "archive",
        /// Compares all that is stored.
        Examine = "examine",
        /// Reads an invoice of the embedded books.
        ReadInvoices = "read_invoices",
        /// Reads credit memos and the journal of the embedded books.
        ReadBooks = "read_books",
        /// Takes invoices and exchange rates into the embedded books.
        ImportBooks = "import_books",
        /// Posts and voids drafts in the embedded books.
        PostDrafts = "post_drafts",
        /// Carries requests on: the clock, and every step.
        Drive = "drive",
    }
}

/// Who may cause an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The effect in words, for people.
    pub what: &'static str,
    /// The roles of which one is enough.
    pub roles: &'static [Role],
    /// Whether the requester may, on their own request, whatever their roles.
    pub own_request: bool,
    /// Whether whoever has a request of their own about the same invoice or customer may, whatever their roles.
    pub touched: bool,
    /// Whether a person may to whom somebody lends authority to decide.
    pub on_loan: bool,
    /// The parts in the same request that whoever causes it must not have had before.
    pub apart_from: &'static [Part],
}

/// Those who read what concerns every request.
const READERS: &[Role] = &[Approver, Finance, Auditor, Admin];

impl Rule {
    const fn new(what: &'static str, roles: &'static [Role]) -> Self {
        Self { what, roles, own_request: false, touched: false, on_loan: false, apart_from: &[] }
    }

    const fn or_own_request(self) -> Self {
        Self { own_request: true, ..self }
    }

    const fn or_touched(self) -> Self {
        Self { touched: true, ..self }
    }

    const fn or_on_loan(self) -> Self {
        Self { on_loan: true, ..self }
    }

    const fn apart_from(self, apart_from: &'static [Part]) -> Self {
        Self { apart_from, ..self }
    }
}

impl Effect {
    /// Tells whether a machine client may be allowed it. What needs a person's judgement, or gives authority, is none.
    #[must_use]
    pub const fn is_scope(self) -> bool {
        matches!(
            self,
            Self::Ask
                | Self::Find
                | Self::ReadRequests
                | Self::Reply
                | Self::Withdraw
                | Self::ReadBalances
                | Self::SpendStoreCredit
                | Self::SendEvents
                | Self::ReadSchedules
                | Self::ReadPolicy
                | Self::ExportRecord
                | Self::SealRecord
                | Self::Examine
                | Self::ReadInvoices
                | Self::ReadBooks
                | Self::ImportBooks
                | Self::Drive
        )
    }

    /// Returns the effect's row of the table.
    #[must_use]
    #[rustfmt::skip]
    pub const fn rule(self) -> Rule {
        match self {
            Self::Ask => Rule::new("Ask for credits and refunds, one by one or by a file", &[Requester]),
            Self::KeepImportTemplates => Rule::new("Write and remove templates by which files are imported", &[Admin]),
            Self::Find => Rule::new("Find invoices and customers by a part of what is known of them",
                &[Requester, Approver, Finance, Auditor, Admin]),
            Self::ReadRequests => Rule::new("Read requests with their events", READERS).or_own_request().or_on_loan(),
            Self::Decide => Rule::new("Decide on a request, at the level held or below", &[Approver, Finance]).or_on_loan()
                .apart_from(&[Asked, SentElsewhere, PaidOut]),
            Self::Reassign => Rule::new("Hand a decision that is waited for to another person by name", &[Approver, Finance])
                .or_on_loan().apart_from(&[Asked, SentElsewhere, PaidOut]),
            Self::Lend => Rule::new("Lend the own authority to decide", &[Approver, Finance]),
            Self::Reply => Rule::new("Add evidence or an answer to a request", &[Approver, Finance]).or_own_request(),
            Self::Withdraw => Rule::new("Withdraw a request", &[Finance, Admin]).or_own_request(),
            Self::SeeTasks => Rule::new("Find in the queue what only a person can mend", &[Finance, Admin]),
            Self::CloseTask => Rule::new("Close a task that a person has seen to", &[Finance, Admin]).apart_from(&[Asked]),
            Self::Retry => Rule::new("Retry what has failed, to the place that was approved", &[Finance, Admin]),
            Self::Redirect => Rule::new("Want what has failed sent elsewhere; the deciders decide on that", &[Finance, Admin])
                .apart_from(&[Asked, Approved]),
            Self::ConfirmPayout => Rule::new("Confirm that money was paid out by hand", &[Finance]).apart_from(&[Asked, Approved]),
            Self::Reverse => Rule::new("Reverse a request: void its memo and take back what can be taken back", &[Finance])
                .apart_from(&[Asked, Approved]),
            Self::SeeOutbox => Rule::new("See messages that wait for a person, are tried again, or could not be delivered",
                &[Finance, Auditor, Admin]),
            Self::SendMessages => Rule::new("Send, change or drop a message that waits for a person; have one tried again",
                &[Finance, Admin]),
            Self::KeepLetterTemplates => Rule::new("Write the templates of letters, and try them", &[Admin]),
            Self::EndLoans => Rule::new("End what one person lends another", &[Admin]),
            Self::SeeLoans => Rule::new("See what everybody lends", &[Auditor, Admin]),
            Self::EndSessions => Rule::new("End a token, or all tokens of somebody else; everybody ends their own", &[Admin]),
            Self::SeePeople => Rule::new("Read who people are; everybody reads that of themselves", &[Auditor, Admin]),
            Self::KeepPeople => Rule::new("Write down who people are, which roles they have, and that they left; nobody of themselves",
                &[Admin]),
            Self::SeeClients => Rule::new("Read which machine clients there are", &[Auditor, Admin]),
            Self::KeepClients => Rule::new("Make machine clients, and revoke their keys", &[Admin]),
            Self::ReadDisputeEvidence => Rule::new("Read what is sent to a bank in a dispute", &[Finance, Auditor, Admin]),
            Self::ReadBalances => Rule::new("Read a customer's store credit", READERS).or_touched(),
            Self::SpendStoreCredit => Rule::new("Spend a customer's store credit, and undo that", &[Finance]),
            Self::AskCreditChange => Rule::new("Ask for store credit to go to another customer, or to last longer",
                &[Approver, Finance]),
            Self::ConfirmCreditChange => Rule::new("Confirm such a change of store credit that somebody else asked for",
                &[Finance]).apart_from(&[Asked, Approved]),
            Self::SeeCreditChanges => Rule::new("See changes of store credit that two people make", READERS),
            Self::SeePatterns => Rule::new("See what stands out over time: requesters, and what comes back", READERS),
            Self::SendEvents => Rule::new("Send events because of which the rules of the policy make requests", &[Machine]),
            Self::ReadSchedules => Rule::new("Read schedules", READERS),
            Self::KeepSchedules => Rule::new("Make, change, take over and end schedules", &[Finance]),
            Self::ConfirmSchedules => Rule::new("Confirm a schedule that somebody else made, at the level for exceptions or above",
                &[Approver, Finance]),
            Self::ReadPolicy => Rule::new("Read the policy with its versions, and try what they would decide", &[Finance, Auditor, Admin]),
            Self::ProposePolicy => Rule::new("Propose a version of the policy", &[Finance, Admin]),
            Self::ActivatePolicy => Rule::new("Put a version of the policy in force that somebody else proposed, or one of before again",
                &[Admin]),
            Self::ExportRecord => Rule::new("Export the record of all events", &[Auditor, Admin]),
            Self::SealRecord => Rule::new("Seal the record, and store the checkpoints that the host signs over it", &[Machine]),
            Self::Archive => Rule::new("Archive requests that ended long ago: export them, and then remove them", &[Admin]),
            Self::Examine => Rule::new("Let the doctor compare all that is stored", &[Auditor, Admin]),
            Self::ReadInvoices => Rule::new("Read an invoice of the embedded books", READERS).or_touched(),
            Self::ReadBooks => Rule::new("Read credit memos and the journal of the embedded books", READERS),
            Self::ImportBooks => Rule::new("Take invoices, payments and exchange rates into the embedded books", &[Finance, Admin]),
            Self::PostDrafts => Rule::new("Post and void drafts in the embedded books", &[Finance]),
            Self::Drive => Rule::new("Carry requests on: the clock, and every step", &[Machine]),
        }
    }
}
