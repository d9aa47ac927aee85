//! Lists the places of the console, and draws the navigation between them: what the person's role does most stands at
//! hand, and the rest is in a menu, which opens without a script.

use contraflow_domain::authority::{Effect, Held, Role};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout::Frame;
use crate::limits;
use crate::locale::say;

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
    /// Messages that are sent.
    Outbox,
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
        entry(Place::Requests, ("/requests", "frame-requests", "g r"), &[], &[Requester, Approver, Finance, Auditor, Admin]),
        entry(Place::New, ("/new", "frame-new", "g n"), &[E::Ask], &[Requester]),
        entry(Place::Payouts, ("/payouts", "frame-payouts", "g p"), &[E::ConfirmPayout], &[Finance]),
        entry(Place::Disputes, ("/disputes", "frame-disputes", "g d"), &[E::ReadDisputeEvidence], &[Finance]),
        entry(Place::Documents, ("/documents", "frame-documents", "g m"), &[E::ReadBooks], &[Finance]),
        entry(Place::Customers, ("/customers", "frame-customers", "g c"), &[E::Find], &[Approver]),
        entry(Place::Invoices, ("/invoices", "frame-invoices", "g i"), &[E::Find], &[Requester, Approver]),
        entry(Place::Policy, ("/policy", "frame-policy", ""), &[E::ReadPolicy], &[Admin]),
        entry(Place::People, ("/people", "frame-people", ""), &[E::SeePeople], &[Admin]),
        entry(Place::Schedules, ("/schedules", "frame-schedules", ""), &[E::ReadSchedules], &[Admin]),
        entry(Place::Imports, ("/imports", "frame-imports", ""), &[E::Ask, E::KeepImportTemplates], &[Admin]),
        entry(Place::Delegations, ("/delegations", "frame-delegations", ""), &[E::Decide, E::SeeLoans], &[Approver]),
        entry(Place::Audit, ("/audit", "frame-audit", ""), &[E::ExportRecord], &[Auditor]),
        entry(Place::Patterns, ("/patterns", "frame-patterns", ""), &[E::SeePatterns], &[Auditor]),
        entry(Place::Clients, ("/clients", "frame-clients", ""), &[E::SeeClients], &[]),
        entry(Place::Outbox, ("/outbox", "frame-outbox", ""), &[E::SeeTasks], &[]),
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
        all.into_iter().find(|entry| entry.address.trim_start_matches('/') == first).map_or(Self::Elsewhere, |entry| entry.place)
    }
}

/// Says how many of something wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Count {
    /// How many were counted.
    pub count: u64,
    /// False when there are more than were counted.
    #[serde(default)]
    pub is_complete: bool,
}

impl Count {
    /// Writes it: `71`, or `1000+` where there are more.
    pub fn written(self) -> String {
        format!("{}{}", self.count, if self.is_complete { "" } else { "+" })
    }
}

/// Says how much waits for a person; none where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Decisions that they may make.
    pub decisions: Option<Count>,
    /// Tasks that they see to.
    pub tasks: Option<Count>,
    /// Questions that they were asked.
    pub questions: Option<Count>,
    /// Requests that they were told of.
    pub alerts: Option<Count>,
    /// What of all that is late.
    pub overdue: Option<Count>,
}

impl Counts {
    /// Returns the count that stands beside a place.
    fn beside(self, place: Place) -> Option<Count> {
        let count = match place {
            Place::Queue => self.decisions,
            Place::Tasks => self.tasks,
            _ => None,
        };
        count.filter(|count| count.count > 0)
    }
}

/// Splits the places to which a person is led into those at hand and those in the menu.
fn split<'a>(frame: &Frame<'_>) -> (Vec<&'a Entry>, Vec<&'a Entry>) {
    let roles = frame.session.map(|session| &session.person.roles);
    let does = |entry: &Entry| roles.is_some_and(|roles| Held::all(roles).any(|held| entry.roles.contains(&held.role)));
    let open = NAVIGATION.iter().filter(|entry| frame.leads_to(entry));
    let (mut at_hand, mut rest): (Vec<&Entry>, Vec<&Entry>) = open.partition(|entry| does(entry));
    while at_hand.len() > limits::PLACES {
        rest.extend(at_hand.pop());
    }
    // A menu with a single entry is a detour.
    if at_hand.len() + rest.len() <= limits::PLACES {
        at_hand.append(&mut rest);
    } else if rest.len() == 1 {
        rest.extend(at_hand.pop());
    }
    let rank = |entry: &&Entry| NAVIGATION.iter().position(|known| known.place == entry.place);
    at_hand.sort_by_key(rank);
    rest.sort_by_key(rank);
    (at_hand, rest)
}

/// Draws the navigation.
pub fn navigation(frame: &Frame<'_>) -> Markup {
    let (at_hand, rest) = split(frame);
    let here = rest.iter().find(|entry| entry.place == frame.place);
    html! {
        nav aria-label=(say!("frame-navigation")) {
            @for entry in at_hand { (link(entry, frame)) }
            @if !rest.is_empty() {
                details.menu name="menu" {
                    summary.here[here.is_some()] {
                        @match here { Some(entry) => { (say!("frame-more-here", place = say!(entry.name))) }, None => { (say!("frame-more")) } }
                    }
                    div.menu-list { @for entry in &rest { (link(entry, frame)) } }
                }
            }
        }
    }
}

/// Draws the link to a place, with what waits there.
pub fn link(entry: &Entry, frame: &Frame<'_>) -> Markup {
    html! {
        a href=(entry.address) aria-current=[(entry.place == frame.place).then_some("page")] data-key=[Some(entry.keys).filter(|keys| !keys.is_empty())] {
            (say!(entry.name)) (beside(entry.place, frame.counts, false))
        }
    }
}

/// Draws the number beside a place, also where it is none yet, so that a later one finds its place.
fn beside(place: Place, counts: Counts, is_news: bool) -> Markup {
    let name = match place {
        Place::Queue => "count-queue",
        Place::Tasks => "count-tasks",
        _ => return html! {},
    };
    let count = counts.beside(place);
    html! {
        span.count id=(name) hx-swap-oob=[is_news.then_some("true")] {
            @if let Some(count) = count { span.hidden { ", " } (say!("frame-waiting", count = count.written())) }
        }
    }
}

/// Draws the numbers anew, to be put where the old ones stand.
pub fn news(counts: Counts) -> Markup {
    html! { (beside(Place::Queue, counts, true)) (beside(Place::Tasks, counts, true)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{frame, session};

    #[test]
    fn everybody_has_six_places_at_hand_at_most_and_none_is_lost_or_forbidden() {
        for roles in [&["requester"][..], &["approver:lead"], &["finance"], &["auditor"], &["admin"], &["finance", "admin", "requester"], &[]] {
            let who = session("somebody", roles);
            let frame = frame(&who, Place::Queue);
            let (at_hand, rest) = split(&frame);
            assert!(at_hand.len() <= limits::PLACES, "{roles:?}");
            assert_ne!(rest.len(), 1, "{roles:?}: a menu of one");
            let open = NAVIGATION.iter().filter(|entry| frame.leads_to(entry)).count();
            assert_eq!(at_hand.len() + rest.len(), open, "{roles:?}");
        }
    }

    #[test]
    fn a_page_lies_in_the_place_of_its_first_segment() {
        assert_eq!(Place::of("/queue/next"), Place::Queue);
        assert_eq!(Place::of("/requests/1/print"), Place::Requests);
        assert_eq!(Place::of("/requestsx"), Place::Elsewhere);
        assert_eq!((Place::of("/"), Place::of("")), (Place::Home, Place::Elsewhere));
    }

    #[test]
    fn a_number_says_when_it_is_not_all() {
        let count = |is_complete| Count { count: 1000, is_complete }.written();
        assert_eq!((count(true).as_str(), count(false).as_str()), ("1000", "1000+"));
        assert_eq!(Counts { decisions: Some(Count { count: 0, is_complete: true }), ..Counts::default() }.beside(Place::Queue), None);
    }
}
