//! Draws the navigation between the places of the console: what the person's role does most stands at hand, and the
//! rest is in a menu, which opens without a script.

use contraflow_domain::authority::Held;
use contraflow_domain::totals::Counted;
use maud::{Markup, html};

use super::frame::Frame;
use super::place::{Entry, NAVIGATION, Place};
use super::totals::{self, counted};
use crate::api_client::Waiting;
use crate::limits;
use crate::locale::say;

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
    let known = Waiting { queue: frame.counts, outbox: frame.outbox };
    html! {
        nav aria-label=(say!("frame-navigation")) {
            // On a phone these stand in one line that scrolls, and the menu beside it.
            div.at-hand { @for entry in at_hand { (link(entry, frame)) } }
            @if !rest.is_empty() {
                details.menu name="menu" {
                    summary.here[here.is_some()] {
                        @match here { Some(entry) => { (say!("frame-more-here", place = say!(entry.name))) }, None => { (say!("frame-more")) } }
                        (number("count-more", in_menu(&rest, known), false))
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
            (say!(entry.name)) (beside(entry.place, Waiting { queue: frame.counts, outbox: frame.outbox }, false))
        }
    }
}

/// Returns how much waits at a place; `None` where nothing does, or nobody knows.
fn waiting(place: Place, known: Waiting) -> Option<Counted> {
    let count = match place {
        Place::Queue => known.queue?.decisions,
        Place::Tasks => known.queue?.tasks,
        Place::Outbox => totals::of_people(known.outbox?),
        _ => return None,
    };
    Some(count).filter(|count| count.count > 0)
}

/// Draws the number beside a place, also where it is none yet, so that a later one finds its place.
fn beside(place: Place, known: Waiting, is_news: bool) -> Markup {
    let name = match place {
        Place::Queue => "count-queue",
        Place::Tasks => "count-tasks",
        Place::Outbox => "count-outbox",
        _ => return html! {},
    };
    number(name, waiting(place, known), is_news)
}

fn number(name: &str, count: Option<Counted>, is_news: bool) -> Markup {
    html! {
        span.count id=(name) hx-swap-oob=[is_news.then_some("true")] {
            @if let Some(count) = count { span.hidden { ", " } (say!("frame-waiting", count = counted(count))) }
        }
    }
}

/// Returns how much waits at the places in the menu, which show their numbers only once it is open.
fn in_menu(rest: &[&Entry], known: Waiting) -> Option<Counted> {
    let counts = rest.iter().filter_map(|entry| waiting(entry.place, known));
    counts.reduce(|all, one| Counted {
        count: all.count.saturating_add(one.count),
        is_complete: all.is_complete && one.is_complete,
    })
}

/// Draws the numbers anew, to be put where the old ones stand; nothing where nobody knows them.
pub fn news(frame: &Frame<'_>, known: Waiting) -> Markup {
    let (_, rest) = split(frame);
    // A sum without one of its parts would say too little.
    let is_known = |entry: &&Entry| match entry.place {
        Place::Queue | Place::Tasks => known.queue.is_some(),
        Place::Outbox => known.outbox.is_some(),
        _ => true,
    };
    html! {
        @if known.queue.is_some() { (beside(Place::Queue, known, true)) (beside(Place::Tasks, known, true)) }
        @if known.outbox.is_some() { (beside(Place::Outbox, known, true)) }
        @if !rest.is_empty() && rest.iter().all(is_known) { (number("count-more", in_menu(&rest, known), true)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::{frame, session};
    use contraflow_domain::request::message::view::OutboxCounts;
    use contraflow_domain::totals::QueueCounts;

    #[test]
    fn everybody_has_six_places_at_hand_at_most_and_none_is_lost_or_forbidden() {
        for roles in [
            &["requester"][..],
            &["approver:lead"],
            &["finance"],
            &["auditor"],
            &["admin"],
            &["finance", "admin", "requester"],
            &[],
        ] {
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
        let count = |is_complete| counted(Counted { count: 1000, is_complete });
        assert_eq!((count(true).as_str(), count(false).as_str()), ("1000", "1000+"));
        let nothing = QueueCounts { decisions: Counted { count: 0, is_complete: true }, ..QueueCounts::default() };
        assert_eq!(waiting(Place::Queue, Waiting { queue: Some(nothing), outbox: None }), None);
        let fina = session("fina", &["finance"]);
        let told = news(&frame(&fina, Place::Queue), Waiting::default()).into_string();
        assert!(told.is_empty(), "what stands there stays where nobody knows better");
    }

    #[test]
    fn the_outbox_counts_what_waits_for_people_and_not_what_is_tried_again_by_itself() {
        let outbox = OutboxCounts { held: 2, failing: 7, undeliverable: 1, more: false };
        let known = Waiting { queue: None, outbox: Some(outbox) };
        assert_eq!(waiting(Place::Outbox, known), Some(Counted { count: 3, is_complete: true }));
        let quiet = Waiting { queue: None, outbox: Some(OutboxCounts { failing: 7, ..OutboxCounts::default() }) };
        assert_eq!(waiting(Place::Outbox, quiet), None);
        let fina = session("fina", &["finance"]);
        let drawn = navigation(&Frame { outbox: Some(outbox), ..frame(&fina, Place::Outbox) }).into_string();
        assert!(drawn.contains("id=\"count-outbox\"") && drawn.contains("href=\"/outbox\""), "{drawn}");
        let on_the_menu = "<span class=\"count\" id=\"count-more\"><span class=\"hidden\">, </span>3</span></summary>";
        assert!(drawn.contains(on_the_menu), "the menu says it before it is opened: {drawn}");
        let told = news(&frame(&fina, Place::Queue), known).into_string();
        assert!(told.contains("id=\"count-more\" hx-swap-oob=\"true\"><span class=\"hidden\">, </span>3<"), "{told}");
        let alice = session("alice", &["requester"]);
        assert!(!navigation(&frame(&alice, Place::Queue)).into_string().contains("/outbox"));
    }
}
