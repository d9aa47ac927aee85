//! By when people must act, who is reminded, and to whom it goes when they are late.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::BTreeSet;

use contraflow_domain::approval::automatic::{Origin, Passing};
use contraflow_domain::approval::{self, DecisionError, Person, Ruling, Verdict};
use contraflow_domain::catalogue::{EventKind, MessageKind, TaskCode};
use contraflow_domain::chain::{self, Next, Step};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::{REMINDER_MESSAGES, WAITS};
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::wait::{Wait, WaitStep, Watch};
use contraflow_domain::request::{Request, message};
use contraflow_domain::sla;
use contraflow_domain::time::Timestamp;
use samples::{approved, at, executing, steps};

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// Monday, 09:00: the tests begin on a Saturday at noon.
const MONDAY: u64 = DAY + 21 * HOUR;

/// The default policy with these rules of time instead of its own.
fn policy(rules: &str) -> Policy {
    let (before, rest) = DEFAULT.split_once("[[sla]]").unwrap();
    let (_, after) = rest.split_once("[customers]").unwrap();
    Policy::parse(&format!("{before}{rules}\n[customers]{after}")).unwrap_or_else(|error| panic!("{error}"))
}

fn lead() -> Policy {
    policy(
        r#"[[sla]]
        name = "lead"
        step = "decide"
        within = "4 business hours"
        remind_before = ["1 business hour", "2 business hours"]
        remind_after = ["1 business hour"]
        escalate_to = "manager"
        escalate_after = "30 minutes"
        [[sla]]
        name = "answer"
        step = "answer"
        within = "1 business day"
        remind_before = ["1 business hour"]
        escalate_to = "finance"
        [[sla]]
        name = "task"
        step = "task"
        within = "2 business hours"
        remind_after = ["1 business hour"]
        escalate_to = "finance""#,
    )
}

fn person(name: &str, roles: &[&str]) -> Person {
    Person::new(name, roles.iter().map(|role| (*role).into()).collect())
}

/// A request of alice's for 100.00 that the policy routes then.
fn routed(policy: &Policy, then: Timestamp) -> Request {
    let mut request = approved(10_000);
    request.status = RequestStatus::Validated;
    request.hash_content();
    let passing = Passing::of(&request, Origin::Asked, policy, then);
    approval::route(&mut request, &passing, policy, then).unwrap();
    steps::seal(&mut request, then);
    request
}

fn rule(
    request: &mut Request,
    who: &Person,
    verdict: Verdict,
    policy: &Policy,
    then: Timestamp,
) -> Result<(), DecisionError> {
    let hash = request.content_hash.clone();
    let ruling = Ruling { verdict, note: "because", content_hash: Some(&hash) };
    approval::decide(request, who, ruling, policy, then)?;
    steps::seal(request, then);
    Ok(())
}

/// What the clock does then: the step of the chain, where one is due.
fn tick(request: &mut Request, policy: &Policy, then: Timestamp) {
    if chain::next(request, then) == Next::Do(Step::Approval) {
        sla::keep(request, policy, then);
        steps::seal(request, then);
    }
}

/// Lets the clock come by every five minutes.
fn pass(request: &mut Request, policy: &Policy, from: u64, to: u64) {
    for seconds in (from..=to).step_by(usize::try_from(5 * MINUTE).unwrap()) {
        tick(request, policy, at(seconds));
    }
}

/// The messages of a kind, each once although it goes over several channels.
fn told(request: &Request, kind: MessageKind) -> Vec<(String, String)> {
    let of_kind = request.outbox.iter().filter(|message| message.kind == kind && message.channel == "events");
    of_kind.map(|message| (message.at.to_string(), message.text.clone())).collect()
}

fn noted(request: &Request, kind: EventKind) -> usize {
    request.fresh.iter().filter(|event| event.what == kind).count()
}

#[test]
fn who_decides_has_the_time_of_the_policy_and_is_reminded_before_and_after_and_then_it_goes_higher() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    let due = at(MONDAY + 4 * HOUR);
    assert_eq!((request.due_at(), request.waits[0].rule.as_str()), (Some(due), "lead"));
    assert_eq!(request.watch(at(1)), Watch::Wait(at(MONDAY + 2 * HOUR)));
    pass(&mut request, &policy, 0, MONDAY + 8 * HOUR);
    let when: Vec<_> = told(&request, MessageKind::RequestReminder).into_iter().map(|(at, _)| at).collect();
    // Each some minutes after its time, by when it was found a second time.
    assert_eq!(when, ["2026-11-23T11:05:00.000Z", "2026-11-23T12:05:00.000Z", "2026-11-23T14:05:00.000Z"]);
    let late = told(&request, MessageKind::RequestOverdue);
    assert_eq!(late.len(), 1);
    assert_eq!(late[0].0, "2026-11-23T13:35:00.000Z");
    assert!(late[0].1.contains("manager"), "{late:?}");
    assert_eq!(request.waits[0].escalated_to.as_deref(), Some("manager"));
    assert_eq!(noted(&request, EventKind::RequestReminded), 3);
    assert_eq!(noted(&request, EventKind::RequestOverdue), 1);
    assert_eq!(request.due_at(), Some(due), "being late changes no time");
    let before = request.clone();
    pass(&mut request, &policy, MONDAY + 8 * HOUR, MONDAY + 3 * DAY);
    assert_eq!(request, before, "nothing more comes");
}

#[test]
fn a_clock_that_jumps_for_a_moment_reminds_nobody_and_escalates_nothing() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    tick(&mut request, &policy, at(20 * DAY));
    assert_eq!(noted(&request, EventKind::RequestReminded) + noted(&request, EventKind::RequestOverdue), 0);
    for seconds in [60, 120, MONDAY, MONDAY + HOUR] {
        steps::seal(&mut request, at(seconds));
        tick(&mut request, &policy, at(seconds));
    }
    assert_eq!(request.waits[0].noticed_at, None, "what a wrong clock noticed counts no more");
    tick(&mut request, &policy, at(MONDAY + 2 * HOUR));
    assert_eq!(told(&request, MessageKind::RequestReminder), []);
    tick(&mut request, &policy, at(MONDAY + 2 * HOUR + 5 * MINUTE));
    assert_eq!(told(&request, MessageKind::RequestReminder).len(), 1, "and by the right one it is done");
}

#[test]
fn reminders_that_were_missed_are_not_made_up_for_one_by_one() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    tick(&mut request, &policy, at(3 * DAY));
    tick(&mut request, &policy, at(3 * DAY + 5 * MINUTE));
    let reminders = told(&request, MessageKind::RequestReminder);
    assert_eq!(reminders.len(), 1, "{reminders:?}");
    assert!(reminders[0].1.contains("was due"), "{reminders:?}");
    assert_eq!(told(&request, MessageKind::RequestOverdue).len(), 1);
}

#[test]
fn a_reminder_is_sent_once_however_often_and_by_how_many_clocks_the_request_is_taken_up() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    tick(&mut request, &policy, at(MONDAY + 2 * HOUR));
    let sure = at(MONDAY + 2 * HOUR + 5 * MINUTE);
    for _ in 0..3 {
        sla::keep(&mut request, &policy, sure);
        steps::seal(&mut request, sure);
    }
    let ids: BTreeSet<_> = request.outbox.iter().map(|message| &message.id).collect();
    assert_eq!(ids.len(), request.outbox.len(), "each message has a key of its own");
    assert_eq!(told(&request, MessageKind::RequestReminder).len(), 1);
}

#[test]
fn to_whom_it_went_because_it_was_late_may_decide_and_the_asker_and_the_barred_still_may_not() {
    let rules = |to: &str| {
        policy(&format!("[[sla]]\nname = \"any\"\nstep = \"decide\"\nwithin = \"1 business hour\"\nescalate_to = {to}"))
    };
    let late = |policy: &Policy| {
        let mut request = routed(policy, at(0));
        request.approvals.required = vec!["manager".into()];
        pass(&mut request, policy, MONDAY + HOUR, MONDAY + 2 * HOUR);
        request
    };
    let policy = rules(r#"{ person = "mia", fallback = "finance" }"#);
    let mia = person("mia", &["approver:team-lead"]);
    let mut early = routed(&policy, at(0));
    early.approvals.required = vec!["manager".into()];
    assert!(matches!(rule(&mut early, &mia, Verdict::Approve, &policy, at(1)), Err(DecisionError::Authority { .. })));
    let mut request = late(&policy);
    for barred in ["alice", "bob"] {
        let mut tried = request.clone();
        tried.record_part(contraflow_domain::request::parts::Part::SentElsewhere, "bob");
        let who = person(barred, &["approver:manager", "finance"]);
        assert!(rule(&mut tried, &who, Verdict::Approve, &policy, at(2 * DAY)).is_err(), "{barred}");
    }
    rule(&mut request, &mia, Verdict::Approve, &policy, at(2 * DAY)).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
    let made = &request.approvals.decisions[0];
    assert_eq!((made.level.as_str(), made.escalated_to.as_deref()), ("manager", Some("person:mia:finance")));
    // Whoever asked is passed over for their level, and less authority than is waited for is never enough.
    let own = late(&rules(r#"{ person = "Alice", fallback = "finance" }"#));
    assert_eq!(own.waits[0].escalated_to.as_deref(), Some("finance"));
    let lower = late(&rules(r#""team-lead""#));
    assert_eq!((lower.waits[0].escalated_to.clone(), lower.waits[0].escalates_at), (None, None));
    assert_eq!(told(&lower, MessageKind::RequestOverdue), []);
}

#[test]
fn whoever_may_decide_anyway_does_not_decide_as_the_one_it_went_to() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    pass(&mut request, &policy, MONDAY, MONDAY + 6 * HOUR);
    assert!(request.waits[0].escalated_to.is_some());
    rule(&mut request, &person("lea", &["approver:team-lead"]), Verdict::Approve, &policy, at(2 * DAY)).unwrap();
    assert_eq!(request.approvals.decisions[0].escalated_to, None);
}

#[test]
fn each_decider_in_turn_has_a_time_of_their_own_and_what_one_was_late_with_gives_nobody_a_later_place() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    request.approvals.required = vec!["team-lead".into(), "finance".into()];
    pass(&mut request, &policy, MONDAY, MONDAY + 6 * HOUR);
    assert_eq!(request.deciders_besides().collect::<Vec<_>>(), ["manager"]);
    rule(&mut request, &person("max", &["approver:manager"]), Verdict::Approve, &policy, at(MONDAY + 6 * HOUR))
        .unwrap();
    assert_eq!(request.deciders_besides().count(), 0);
    assert_eq!(request.waits.len(), 1);
    assert_eq!((request.waits[0].subject.as_str(), request.waits[0].since), ("1", at(MONDAY + 6 * HOUR)));
    let mia = person("mia", &["approver:manager"]);
    let refused = rule(&mut request, &mia, Verdict::Approve, &policy, at(MONDAY + 7 * HOUR));
    assert!(matches!(refused, Err(DecisionError::Authority { .. })), "{refused:?}");
    // A person who hands it up begins the time of whoever has it then.
    rule(&mut request, &person("fina", &["finance"]), Verdict::Reject, &policy, at(MONDAY + 7 * HOUR)).unwrap();
    assert_eq!(request.waits, [], "what ended has no time");
}

#[test]
fn those_who_decide_in_any_order_have_one_time_together() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    request.approvals.required = vec!["team-lead".into(), "manager".into(), "finance".into()];
    request.approvals.any = Some(2);
    let before = request.waits.clone();
    rule(&mut request, &person("lea", &["approver:team-lead"]), Verdict::Approve, &policy, at(MONDAY)).unwrap();
    assert_eq!((request.status, &request.waits), (RequestStatus::PendingApproval, &before));
}

#[test]
fn a_question_stops_the_time_to_decide_and_the_answer_begins_it_anew() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    request.channels = Some(vec!["events".into(), "zendesk".into()]);
    request.source.channel = "zendesk".into();
    let lea = person("lea", &["approver:team-lead"]);
    rule(&mut request, &lea, Verdict::RequestInfo, &policy, at(MONDAY)).unwrap();
    let wait = &request.waits[0];
    assert_eq!((wait.step, wait.due_at), (WaitStep::Answer, Some(at(MONDAY + DAY + 8 * HOUR))));
    pass(&mut request, &policy, MONDAY, MONDAY + DAY + 9 * HOUR);
    let reminders: Vec<_> = request.outbox.iter().filter(|told| told.kind == MessageKind::RequestReminder).collect();
    assert_eq!(reminders.iter().map(|told| told.channel.as_str()).collect::<Vec<_>>(), ["events", "zendesk"]);
    assert_eq!(reminders[0].data["waits_for"]["to"], serde_json::json!(["alice"]));
    assert_eq!(request.escalated_to().collect::<Vec<_>>(), ["finance"]);
    assert_eq!(request.deciders_besides().count(), 0, "who sees to the answer does not decide");
    let answered = at(MONDAY + 2 * DAY);
    approval::reply(&mut request, "alice", "the blue one", &[], answered).unwrap();
    steps::seal(&mut request, answered);
    assert_eq!(chain::next(&request, answered), Next::Do(Step::Approval), "the clock works the new time out");
    tick(&mut request, &policy, answered);
    assert_eq!((request.waits[0].step, request.due_at()), (WaitStep::Decide, Some(at(MONDAY + 2 * DAY + 4 * HOUR))));
    // What nobody asked for begins no new time.
    approval::reply(&mut request, "alice", "and a photo", &[], at(MONDAY + 2 * DAY + HOUR)).unwrap();
    steps::seal(&mut request, at(MONDAY + 2 * DAY + HOUR));
    assert_eq!(request.waits[0].since, answered);
    // Asked again before the clock came by, the new question has its own time.
    rule(&mut request, &lea, Verdict::RequestInfo, &policy, at(MONDAY + 2 * DAY + HOUR)).unwrap();
    approval::reply(&mut request, "alice", "yes", &[], at(MONDAY + 2 * DAY + 2 * HOUR)).unwrap();
    steps::seal(&mut request, at(MONDAY + 2 * DAY + 2 * HOUR));
    rule(&mut request, &lea, Verdict::RequestInfo, &policy, at(MONDAY + 2 * DAY + 3 * HOUR)).unwrap();
    assert_eq!(request.waits[0].since, at(MONDAY + 2 * DAY + 3 * HOUR));
}

#[test]
fn a_reminder_of_a_decision_or_a_task_is_nothing_that_the_ticket_reads() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    request.channels = Some(vec!["events".into(), "zendesk".into()]);
    request.source.channel = "zendesk".into();
    pass(&mut request, &policy, MONDAY, MONDAY + 6 * HOUR);
    let is_reminder = |kind| matches!(kind, MessageKind::RequestReminder | MessageKind::RequestOverdue);
    let over: BTreeSet<_> =
        request.outbox.iter().filter(|told| is_reminder(told.kind)).map(|told| told.channel.as_str()).collect();
    assert_eq!(over, BTreeSet::from(["events"]));
    let first = request.outbox.iter().find(|told| told.kind == MessageKind::RequestReminder).unwrap();
    assert_eq!(first.data["waits_for"]["to"], serde_json::json!(["team-lead"]));
    assert_eq!(first.data["request"], request.id.as_str());
}

#[test]
fn a_task_has_a_time_that_ends_with_it_and_holds_up_nothing_else() {
    let policy = lead();
    let mut request = executing(10_000);
    sla::begin(&mut request, &policy);
    request.raise(at(MONDAY), TaskCode::LegHeld, "l1", "held");
    steps::seal(&mut request, at(MONDAY));
    // What is to be done for the money goes first.
    assert_eq!(request.watch(at(MONDAY)), Watch::Now);
    assert!(matches!(chain::next(&request, at(MONDAY)), Next::Do(step) if step != Step::Approval));
    sla::keep(&mut request, &policy, at(MONDAY));
    assert_eq!((request.waits[0].rule.as_str(), request.due_at()), ("task", Some(at(MONDAY + 2 * HOUR))));
    for later in [3 * HOUR, 3 * HOUR + 5 * MINUTE] {
        sla::keep(&mut request, &policy, at(MONDAY + later));
    }
    let reminder = request.outbox.iter().find(|told| told.kind == MessageKind::RequestReminder).unwrap();
    assert_eq!(reminder.data["waits_for"]["to"], serde_json::json!(["finance"]));
    request.clear(TaskCode::LegHeld, "l1");
    request.drop_waits();
    assert_eq!((request.waits.len(), request.due_at()), (0, None));
}

#[test]
fn of_many_tasks_the_oldest_have_a_time_and_the_next_gets_one_when_one_is_done() {
    let policy = lead();
    let mut request = executing(10_000);
    sla::begin(&mut request, &policy);
    for number in 0..=WAITS {
        request.raise(at(u64::try_from(number).unwrap()), TaskCode::DisputeEvidence, &format!("d{number}"), "disputed");
    }
    sla::keep(&mut request, &policy, at(MONDAY));
    assert_eq!(request.waits.len(), WAITS);
    assert_eq!(request.watch(at(MONDAY)), Watch::Wait(at(MONDAY + 2 * HOUR)));
    request.clear(TaskCode::DisputeEvidence, "d0");
    assert_eq!(request.watch(at(MONDAY)), Watch::Now);
    sla::keep(&mut request, &policy, at(MONDAY + HOUR));
    assert_eq!((request.waits.len(), request.waits[WAITS - 1].since), (WAITS, at(MONDAY + HOUR)));
}

#[test]
fn without_rules_of_time_nothing_is_waited_for_and_what_was_routed_before_there_were_any_is_as_it_was() {
    let none = policy("");
    let mut request = routed(&none, at(0));
    assert_eq!((request.waits.len(), request.due_at(), request.timed_steps.len()), (0, None, 0));
    request.outbox.clear();
    let expiry = Next::Wait { until: at(14 * DAY) };
    assert_eq!(chain::next(&request, at(60)), expiry);
    // A policy with rules that comes later is one for the requests that it routes.
    sla::keep(&mut request, &lead(), at(60));
    assert_eq!((request.waits.len(), chain::next(&request, at(60))), (0, expiry));
    let stored = serde_json::to_value(&request).unwrap();
    assert!(["waits", "timed_steps", "watched_again_at"].iter().all(|member| stored.get(member).is_none()));
    assert_eq!(serde_json::from_value::<Request>(stored).unwrap().waits, []);
}

#[test]
fn a_stored_wait_with_nothing_but_a_beginning_is_read() {
    let stored = r#"{"step": "decide", "subject": "0", "since": "2026-11-21T12:00:00.000Z"}"#;
    let wait: Wait = serde_json::from_str(stored).unwrap();
    assert_eq!((wait.due_at, wait.reminded, wait.next_look(at(0))), (None, 0, None));
}

#[test]
fn while_the_policy_cannot_be_read_it_is_looked_again_in_an_hour() {
    let policy = lead();
    let mut request = executing(10_000);
    sla::begin(&mut request, &policy);
    request.raise(at(0), TaskCode::DisputeEvidence, "d", "disputed");
    sla::put_off(&mut request, at(0));
    assert_eq!(request.watch(at(1)), Watch::Wait(at(HOUR)));
    assert_eq!(request.watch(at(HOUR)), Watch::Now);
    sla::keep(&mut request, &policy, at(HOUR));
    assert_eq!(request.watched_again_at, None);
}

#[test]
fn what_began_by_a_clock_that_was_ahead_begins_anew() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    request.waits.clear();
    sla::keep(&mut request, &policy, at(40 * DAY));
    request.watched_again_at = Some(at(40 * DAY));
    steps::seal(&mut request, at(MONDAY));
    assert_eq!((request.waits.len(), request.watch(at(MONDAY))), (0, Watch::Now));
    tick(&mut request, &policy, at(MONDAY));
    assert_eq!(request.due_at(), Some(at(MONDAY + 4 * HOUR)));
}

#[test]
fn reminders_leave_room_for_what_tells_how_it_ended() {
    let policy = lead();
    let mut request = routed(&policy, at(0));
    while request.outbox.len() < REMINDER_MESSAGES - 1 {
        message::queue(&mut request, MessageKind::RequestInfoRequested, "?", at(0));
    }
    pass(&mut request, &policy, MONDAY, MONDAY + 6 * HOUR);
    assert_eq!(request.outbox.len(), REMINDER_MESSAGES, "one more fits, and no further one");
    assert_eq!(noted(&request, EventKind::RequestReminded), 3, "the record has all of them");
    message::queue(&mut request, MessageKind::RequestExpired, "over", at(0));
    assert_eq!(request.outbox.len(), REMINDER_MESSAGES + 1);
}

#[test]
fn the_first_rule_that_fits_counts_and_of_those_of_which_that_cannot_be_said_the_one_that_is_over_first() {
    let policy = policy(
        r#"[[sla]]
        name = "old"
        step = "decide"
        when = 'invoice.age_days > 400'
        within = "1 business hour"
        [[sla]]
        name = "lead"
        step = "decide"
        levels = [" Team-Lead"]
        within = "4 business hours"
        [[sla]]
        name = "all"
        step = "decide"
        within = "2 business hours""#,
    );
    let mut request = routed(&policy, at(0));
    assert_eq!(request.waits[0].rule, "lead");
    request.waits.clear();
    request.packet = None;
    sla::keep(&mut request, &policy, at(0));
    assert_eq!(request.waits[0].rule, "old", "nobody knows how old it is");
    request.waits.clear();
    request.packet = approved(1).packet;
    request.approvals.required = vec!["person:mia:manager".into()];
    sla::keep(&mut request, &policy, at(0));
    assert_eq!(request.waits[0].rule, "all");
}

#[test]
fn a_rule_of_time_that_says_nothing_that_can_be_done_is_refused_with_its_place() {
    let told = |rules: &str| {
        let (before, rest) = DEFAULT.split_once("[[sla]]").unwrap();
        let (_, after) = rest.split_once("[customers]").unwrap();
        Policy::parse(&format!("{before}{rules}\n[customers]{after}")).unwrap_err().to_string()
    };
    let decide = "[[sla]]\nname = \"x\"\nstep = \"decide\"\n";
    for (rest, wrong) in [
        ("within = \"soon\"", "2 business days"),
        ("within = \"0 hours\"", "gives no time"),
        ("within = \"1 hour\"\nlevels = [\"boss\"]", "names level `boss`"),
        ("within = \"1 hour\"\ntasks = [\"leg.pay_out\"]", "step = \"task\" only"),
        ("within = \"1 hour\"\ntasks = [\"leg.payout\"]", "unknown variant"),
        ("within = \"1 hour\"\nescalate_to = \"boss\"", "names level `boss`"),
        ("within = \"1 hour\"\nescalate_to = { person = \"zendesk:mia\", fallback = \"manager\" }", "can't sign in"),
        ("within = \"1 hour\"\nescalate_after = \"1 hour\"", "not to whom"),
        (
            "within = \"1 hour\"\nremind_after = [\"1 hour\", \"2 hours\", \"3 hours\", \"4 hours\", \"5 hours\", \"6 hours\"]",
            "more than 5",
        ),
        ("within = \"1 hour\"\nwhen = 'risk.score > 5'", "known when the deciders are chosen only"),
        ("within = \"1 hour\"\nwhen = 'customer.teir == \"x\"'", "customer.teir"),
        ("within = \"1 hour\"\ncategories = [\"nonsense\"]", "names category `nonsense`"),
        (
            "within = \"1 hour\"\n[[holidays]]\ndate = \"2026-12-25\"\nname = \"a\"\n[[holidays]]\ndate = \"2026-12-25\"\nname = \"b\"",
            "twice",
        ),
        ("within = \"1 hour\"\n[[holidays]]\ndate = \"25.12.2026\"\nname = \"a\"", "line "),
    ] {
        let error = told(&format!("{decide}{rest}"));
        assert!(error.contains(wrong) && error.contains("line "), "{rest}: {error}");
    }
    let hours =
        |text: &str| Policy::parse(&DEFAULT.replace("monday = [\"09:00-17:00\"]", text)).unwrap_err().to_string();
    assert!(hours("monday = [\"09:00-13:00\", \"12:00-17:00\"]").contains("in their order"));
    assert!(hours("monday = [\"9-17\"]").contains("09:00-17:00"));
    assert!(hours("mondays = [\"09:00-17:00\"]").contains("unknown field"));
    let (before, rest) = DEFAULT.split_once("monday = ").unwrap();
    let (_, after) = rest.split_once("# Days on which").unwrap();
    assert!(Policy::parse(&format!("{before}\n# {after}")).unwrap_err().to_string().contains("has no hours"));
}
