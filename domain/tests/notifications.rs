//! Who is told what, what a person reads before it goes, and by when money arrives.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use contraflow_domain::catalogue::{EventKind, MessageKind, TaskCode};
use contraflow_domain::limits::{ARRIVAL_DAYS, LETTERS, MESSAGES, NOTIFICATION_RULES, WRITTEN_LETTERS};
use contraflow_domain::policy::{DEFAULT, Facts, Policy, Surroundings, Told, is_address};
use contraflow_domain::request::Request;
use contraflow_domain::request::attempt::CallError;
use contraflow_domain::request::message::letter::{self, Addressed, Audience, HandError, Letter, NewWords, Recipient};
use contraflow_domain::request::message::view::{MessageView, OutboxRow, OutboxState};
use contraflow_domain::request::message::{self, Delivery, Message, MessageStatus, Tried};
use samples::{approved, at, steps};

/// The default policy with these rules besides.
fn policy(rules: &str) -> Result<Policy, String> {
    let text = DEFAULT.replace("\n[arrival]", &format!("\n{rules}\n\n[arrival]"));
    Policy::parse(&text).map_err(|error| error.to_string())
}

/// Whom these rules tell of a request that is done, over e-mail; with `!` where a person reads it first.
fn told(rules: &str, request: &Request) -> Vec<String> {
    let rules = policy(rules).unwrap_or_else(|error| panic!("{error}"));
    let facts = Facts::of(request, &Surroundings::default(), &rules);
    let name = |told: &Told| match told {
        Told::Part(part) => part.name().to_owned(),
        Told::Address(address) => address.clone(),
    };
    let telling = rules.telling(MessageKind::RequestCompleted, "mail", &facts);
    telling.iter().map(|one| format!("{}{}", name(one.to), if one.hold { "!" } else { "" })).collect()
}

fn rule(more: &str) -> String {
    format!("[[notifications]]\nname = \"n\"\nnews = [\"request.completed\"]\n{more}")
}

#[test]
fn all_rules_that_fit_count_and_what_one_holds_is_held() {
    let request = approved(5_950);
    assert_eq!(told("", &request), ["requester"], "as it is shipped");
    let two =
        format!("{}\n{}", rule("to = [\"customer\"]"), rule("to = [\"customer\", \"ap@firm.example\"]\nhold = true"));
    assert_eq!(told(&two, &request), ["requester", "customer!", "ap@firm.example!"]);
    assert_eq!(told(&rule("to = [\"finance\"]\nover = [\"slack\"]"), &request), ["requester"], "over another courier");
    assert_eq!(told(&rule("to = [\"finance\"]\nwhen = 'request.amount > 59'"), &request), ["requester", "finance"]);
    assert_eq!(told(&rule("to = [\"finance\"]\nwhen = 'request.amount > 60'"), &request), ["requester"]);
}

#[test]
fn what_nobody_can_say_tells_all_the_same_and_holds_what_a_customer_may_read() {
    let unsure = rule("to = [\"finance\", \"customer\", \"ticket\"]\nwhen = 'customer.tier == \"vip\"'");
    let mut request = approved(5_950);
    request.packet = None;
    assert_eq!(told(&unsure, &request), ["requester", "finance", "customer!", "ticket!"]);
}

#[test]
fn a_rule_that_tells_nobody_nothing_or_of_what_is_not_known_is_refused_with_its_place() {
    for (wrong, why) in [
        (rule("to = []"), "tells nobody"),
        (rule("to = [\"boss\"]"), "`boss` is nobody who is told"),
        (rule("to = [\"address\"]"), "is nobody who is told"),
        (rule("to = [\"a b@firm.example\"]"), "is nobody who is told"),
        (rule("to = [\"finance\"]\nwhen = 'risk.score > 3'"), "known when the deciders are chosen only"),
        (rule("to = [\"finance\"]\nwhen = 'request.amount >'"), "rule `n`"),
        (rule("to = [\"finance\"]").replace("request.completed", "request.done"), "line "),
        (rule("to = [\"finance\"]").replace("[\"request.completed\"]", "[]"), "is about nothing"),
        ("[[notifications]]\nname = \" \"\nnews = [\"request.completed\"]\nto = [\"finance\"]".into(), "needs a name"),
    ] {
        let error = policy(&wrong).unwrap_err();
        assert!(error.contains(why) && error.contains("line"), "{wrong}: {error}");
    }
    let shipped = 3;
    let many = |count: usize| vec![rule("to = [\"finance\"]"); count].join("\n");
    assert!(policy(&many(NOTIFICATION_RULES - shipped)).is_ok());
    assert!(policy(&many(NOTIFICATION_RULES - shipped + 1)).unwrap_err().contains("more than"));
}

#[test]
fn an_address_is_one_mailbox_and_nothing_else() {
    for good in ["a@b.example", "m.muster+refunds@firm.example", "müller@firm.example"] {
        assert!(is_address(good), "{good}");
    }
    let long = format!("{}@firm.example", "x".repeat(250));
    for bad in ["", "a", "@b", "a@", "a@b,c@d", "a b@c", "a@b\r\nBcc: c@d", "<a@b>", "a@b@c", "a@.b", long.as_str()] {
        assert!(!is_address(bad), "{bad}");
    }
}

#[test]
fn money_arrives_so_many_open_days_after_it_was_sent() {
    let policy = policy("").unwrap();
    let mut leg = approved(5_950).legs.remove(0);
    assert_eq!(policy.arrives_by(&leg), None, "it was not sent");
    leg.sent_at = Some("2026-11-21T12:00:00Z".parse().unwrap());
    leg.method = "card".into();
    assert_eq!(policy.arrives_by(&leg).unwrap().to_string(), "2026-12-04");
    leg.method = "bank_transfer".into();
    assert_eq!(policy.arrives_by(&leg).unwrap().to_string(), "2026-11-25");
    for wrong in ["otherwise_days = 0".to_owned(), format!("otherwise_days = {}", ARRIVAL_DAYS + 1)] {
        let error = Policy::parse(&DEFAULT.replace("otherwise_days = 10", &wrong)).unwrap_err().to_string();
        assert!(error.contains("[arrival] takes 1 to 60 days"), "{error}");
    }
}

fn recipient(address: &str) -> Recipient {
    Recipient { audience: Audience::Customer, address: address.into(), name: "Nordlicht".into(), language: "de".into() }
}

fn words() -> Letter {
    Letter { subject: "Ihre Erstattung".into(), text: "Sie ist unterwegs.".into(), edited_by: None }
}

/// A request with news on a courier that reaches people.
fn with_news() -> Request {
    let mut request = approved(5_950);
    request.channels = Some(vec!["mail".into()]);
    message::queue(&mut request, MessageKind::RequestCompleted, "Done: 59.50 was credited.", at(1));
    request
}

/// The same, with one letter for a person to read first.
fn with_held() -> (Request, String) {
    let mut request = with_news();
    let news = request.outbox[0].id.clone();
    let held = Addressed { recipient: recipient("ap@firm.example"), held: Some(words()) };
    letter::address(&mut request, &news, vec![held], at(2));
    steps::seal(&mut request, at(2));
    let id = request.outbox[0].id.clone();
    (request, id)
}

#[test]
fn news_become_one_letter_for_each_reader_under_names_of_their_own() {
    let mut request = with_news();
    let news = request.outbox[0].id.clone();
    let each = ["a@firm.example", "b@firm.example"];
    let letters: Vec<_> = each.iter().map(|to| Addressed { recipient: recipient(to), held: None }).collect();
    letter::address(&mut request, &news, letters.clone(), at(2));
    let ids: Vec<_> = request.outbox.iter().map(|message| message.id.clone()).collect();
    assert_eq!(ids, [format!("{news}-1"), format!("{news}-2")]);
    letter::address(&mut request, &news, letters, at(3));
    assert_eq!(request.outbox.len(), 2, "a second try changes nothing");
    message::queue(&mut request, MessageKind::RequestReversed, "Taken back.", at(4));
    assert!(!ids.contains(&request.outbox[2].id), "no two messages have one name");
    let last = request.outbox[2].id.clone();
    letter::address(&mut request, &last, Vec::new(), at(5));
    assert_eq!(request.outbox[2].status, MessageStatus::Unheard, "it concerns nobody");
}

#[test]
fn no_news_becomes_more_letters_than_there_is_room_for() {
    let many = |count: usize| -> Vec<Addressed> {
        (0..count).map(|n| Addressed { recipient: recipient(&format!("{n}@firm.example")), held: None }).collect()
    };
    let mut request = with_news();
    let news = request.outbox[0].id.clone();
    letter::address(&mut request, &news, many(LETTERS + 1), at(2));
    assert_eq!(request.outbox.len(), LETTERS);
    let mut full = with_news();
    while full.outbox.len() < MESSAGES {
        message::queue(&mut full, MessageKind::RequestCompleted, "Done.", at(2));
    }
    let news = full.outbox[0].id.clone();
    letter::address(&mut full, &news, many(LETTERS), at(3));
    assert_eq!((full.outbox.len(), full.outbox[0].to.is_some()), (MESSAGES, true), "the first is kept");
}

#[test]
fn words_are_kept_of_so_many_messages_and_what_is_beyond_is_held_all_the_same() {
    let mut request = with_news();
    for n in 0..=WRITTEN_LETTERS {
        message::queue(&mut request, MessageKind::RequestCompleted, "Done.", at(2));
        let news = request.outbox.last().unwrap().id.clone();
        let held = Addressed { recipient: recipient(&format!("{n}@firm.example")), held: Some(words()) };
        letter::address(&mut request, &news, vec![held], at(2));
    }
    let held: Vec<_> = request.outbox.iter().filter(|message| message.status == MessageStatus::Held).collect();
    let written = held.iter().filter(|message| message.letter.is_some()).count();
    assert_eq!((held.len(), written), (WRITTEN_LETTERS + 1, WRITTEN_LETTERS));
    let last = held.last().unwrap().id.clone();
    let new = NewWords { text: Some("Other words."), subject: None };
    assert_eq!(letter::send(&mut request, &last, new, ("fina", ""), at(3)), Err(HandError::Unwritten));
    assert_eq!(letter::send(&mut request, &last, NewWords::default(), ("fina", ""), at(3)), Ok(()));
}

#[test]
fn a_held_message_is_a_task_and_goes_or_is_dropped_once_with_an_event_of_each() {
    let (mut request, id) = with_held();
    assert!(request.has_task(TaskCode::MessageHeld, &id) && !request.outbox[0].is_queued(), "it goes not by itself");
    assert_eq!(OutboxRow::of(&request, OutboxState::Held).unwrap().messages.len(), 1);
    let mut dropped = request.clone();
    let new = NewWords { subject: None, text: Some("Guten Tag!") };
    letter::send(&mut request, &id, new, ("fina", "friendlier"), at(3)).unwrap();
    steps::seal(&mut request, at(3));
    let shown = MessageView::of(&request, &request.outbox[0]);
    assert_eq!((shown.text.as_deref(), shown.edited_by.as_deref()), (Some("Guten Tag!"), Some("fina")));
    assert!(!request.has_task(TaskCode::MessageHeld, &id) && request.outbox[0].is_due("mail", at(3)), "it goes now");
    let again = letter::send(&mut request, &id, NewWords::default(), ("fina", ""), at(4));
    assert_eq!(again, Err(HandError::Elsewhere(MessageStatus::Queued)));
    let told = request.fresh.iter().filter(|event| event.what == EventKind::MessageReleased).count();
    assert_eq!(told, 1);

    letter::drop_it(&mut dropped, &id, ("fina", "told on the phone"), at(3)).unwrap();
    steps::seal(&mut dropped, at(3));
    assert!(!dropped.has_task(TaskCode::MessageHeld, &id) && !dropped.outbox[0].is_queued());
    assert_eq!(
        letter::drop_it(&mut dropped, &id, ("fina", "x"), at(4)),
        Err(HandError::Elsewhere(MessageStatus::Dropped))
    );
    assert_eq!(letter::drop_it(&mut dropped, "nothing", ("fina", "x"), at(4)), Err(HandError::Unknown));
    let event = dropped.fresh.iter().find(|event| event.what == EventKind::MessageDropped).unwrap();
    assert_eq!((event.actor.as_str(), event.why.as_str()), ("fina", "told on the phone"));
}

#[test]
fn what_was_sent_stands_in_the_record_and_what_was_not_stays_with_its_words() {
    let tried = |id: &str, outcome| Tried { id: id.into(), words: Some(words()), outcome };
    let (mut request, id) = with_held();
    letter::send(&mut request, &id, NewWords::default(), ("fina", ""), at(3)).unwrap();
    let mut refused = request.clone();
    message::record_outcome(&mut request, &tried(&id, Ok(Delivery::Delivered)), at(4));
    let event = request.fresh.iter().rfind(|event| event.what == EventKind::MessageDelivered).unwrap();
    assert_eq!(
        (&event.data["subject"], &event.data["to"]["address"]),
        (&"Ihre Erstattung".into(), &"ap@firm.example".into())
    );
    assert_eq!(request.outbox[0].letter, None);
    message::record_outcome(&mut refused, &tried(&id, Err(CallError::Declined("no such mailbox".into()))), at(4));
    steps::seal(&mut refused, at(4));
    assert_eq!(refused.outbox[0].letter, Some(words()));
    assert!(refused.has_task(TaskCode::MessageUndeliverable, &id));
    letter::send(&mut refused, &id, NewWords::default(), ("ada", "mended"), at(5)).unwrap();
    assert!(!refused.has_task(TaskCode::MessageUndeliverable, &id) && refused.outbox[0].is_queued());
}

#[test]
fn a_comment_that_a_person_let_go_is_not_held_again() {
    let mut request = with_news();
    let id = request.outbox[0].id.clone();
    letter::hold(&mut request, &id, words(), at(2));
    assert_eq!(request.outbox[0].status, MessageStatus::Held);
    letter::send(&mut request, &id, NewWords::default(), ("fina", ""), at(3)).unwrap();
    letter::hold(&mut request, &id, words(), at(4));
    assert!(request.outbox[0].is_queued());
}

#[test]
fn messages_that_were_stored_before_there_were_letters_still_read() {
    let stored = r#"{"id": "r-m1", "channel": "webhook", "kind": "request.completed", "at": "2026-11-21T12:00:00.000Z",
        "data": {}, "text": "Done.", "status": "delivered", "tries": 0}"#;
    let message: Message = serde_json::from_str(stored).unwrap();
    assert_eq!((message.to, message.letter, message.status), (None, None, MessageStatus::Delivered));
}
