//! Lists the places of the console: where they are, what they are called, and who is led there.

use contraflow_domain::authority::{Effect, Role};

/// Names a page's place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What concerns whoever is signed in, at a glance.
    Home,
    /// The queue: what waits for whoever is signed in.
    Queue,
    /// What only a person can mend.
    Tasks,
    /// The list of all requests.
    Requests,
    /// The form for a new request.
    New,
    /// Invoices, with what is left of them.
    Invoices,
    /// Customers.
    Customers,
    /// Disputed payments.
    Disputes,
    /// Money that is paid out by hand.
    Payouts,
    /// Credit memos and the journal.
    Documents,
    /// Messages that did not go by themselves.
    Outbox,
    /// The templates of letters.
    Letters,
    /// Requests that came in a file.
    Imports,
    /// Requests that come again and again.
    Schedules,
    /// Authority that is lent.
    Delegations,
    /// The rules by which requests are decided.
    Policy,
    /// Who people are.
    People,
    /// Machine clients.
    Clients,
    /// What stands out over time.
    Patterns,
    /// The record of what happened.
    Audit,
    /// What the person prefers to see.
    Settings,
    /// Explains words and keys.
    Help,
    /// A page that is none of these.
    Elsewhere,
}

/// Holds what is known of a place.
pub struct Entry {
    /// The place.
    pub place: Place,
    /// Its address.
    pub address: &'static str,
    /// The key of its name.
    pub name: &'static str,
    /// The effects of which a person must be allowed one to be led there; none means that it is for everybody.
    pub effects: &'static [Effect],
    /// The roles that go there most.
    pub roles: &'static [Role],
    /// The keys that lead there.
    pub keys: &'static str,
}

const fn entry(
    place: Place,
    (address, name, keys): (&'static str, &'static str, &'static str),
    effects: &'static [Effect],
    roles: &'static [Role],
) -> Entry {
    Entry { place, address, name, effects, roles, keys }
}

/// Lists every place to which the navigation leads, the most used first. The account's own places stand in its menu.
pub const NAVIGATION: &[Entry] = {
    use Effect as E;
    use Role::{Admin, Approver, Auditor, Finance, Requester};
    &[
        entry(Place::Home, ("/", "frame-home", "g h"), &[], &[]),
        entry(Place::Queue, ("/queue", "frame-queue", "g q"), &[], &[Requester, Approver, Finance, Admin]),
        entry(Place::Tasks, ("/tasks", "frame-tasks", "g t"), &[E::SeeTasks], &[Finance, Admin]),
        entry(
            Place::Requests,
            ("/requests", "frame-requests", "g r"),
            &[],
            &[Requester, Approver, Finance, Auditor, Admin],
        ),
        entry(Place::New, ("/new", "frame-new", "g n"), &[E::Ask], &[Requester]),
        entry(Place::Payouts, ("/payouts", "frame-payouts", "g p"), &[E::ConfirmPayout], &[Finance]),
        entry(Place::Disputes, ("/disputes", "frame-disputes", "g d"), &[E::ReadDisputeEvidence], &[Finance]),
        entry(Place::Documents, ("/documents", "frame-documents", "g m"), &[E::ReadBooks], &[Finance]),
        entry(Place::Outbox, ("/outbox", "frame-outbox", "g o"), &[E::SeeOutbox], &[]),
        entry(Place::Customers, ("/customers", "frame-customers", "g c"), &[E::Find], &[Approver]),
        entry(Place::Invoices, ("/invoices", "frame-invoices", "g i"), &[E::Find], &[Requester, Approver]),
        entry(Place::Policy, ("/policy", "frame-policy", ""), &[E::ReadPolicy], &[Admin]),
        entry(Place::Letters, ("/letters", "frame-letters", ""), &[E::KeepLetterTemplates, E::SeeOutbox], &[]),
        entry(Place::People, ("/people", "frame-people", ""), &[E::SeePeople], &[Admin]),
        entry(Place::Schedules, ("/schedules", "frame-schedules", ""), &[E::ReadSchedules], &[Admin]),
        entry(Place::Imports, ("/imports", "frame-imports", ""), &[E::Ask, E::KeepImportTemplates], &[Admin]),
        entry(Place::Delegations, ("/delegations", "frame-delegations", ""), &[E::Decide, E::SeeLoans], &[Approver]),
        entry(Place::Audit, ("/audit", "frame-audit", ""), &[E::ExportRecord], &[Auditor]),
        entry(Place::Patterns, ("/patterns", "frame-patterns", ""), &[E::SeePatterns], &[Auditor]),
        entry(Place::Clients, ("/clients", "frame-clients", ""), &[E::SeeClients], &[]),
    ]
};

/// Lists the places that stand in the menu of the account.
pub const ACCOUNT: &[Entry] = &[
    entry(Place::Settings, ("/settings", "frame-settings", ""), &[], &[]),
    entry(Place::Help, ("/help", "frame-help", "?"), &[], &[]),
];

impl Place {
    /// Returns the place that a path lies in, by its first segment.
    pub fn of(path: &str) -> Self {
        let first = path.split('/').nth(1).unwrap_or(".");
        let all = NAVIGATION.iter().chain(ACCOUNT);
        all.into_iter()
            .find(|entry| entry.address.trim_start_matches('/') == first)
            .map_or(Self::Elsewhere, |entry| entry.place)
    }
}
