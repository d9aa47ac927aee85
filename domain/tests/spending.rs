//! Bounds on what people approve: what goes beyond one needs the next level, and what is counted is what was let go.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod samples;

use std::collections::BTreeMap;

use contraflow_domain::approval::automatic::{Origin, Passing, Tally};
use contraflow_domain::approval::delegation::Delegation;
use contraflow_domain::approval::spending::{self, SumKey, Sums};
use contraflow_domain::approval::{self, DecisionError, Person, Ruling, Verdict};
use contraflow_domain::catalogue::FindingCode;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::policy::{DEFAULT, Policy};
use contraflow_domain::request::Request;
use contraflow_domain::request::approvals::Approvals;
use contraflow_domain::request::spending::SpendingLeft;
use samples::{approved, at};

const LEAD: &[&str] = &["approver:team-lead"];
const MANAGER: &[&str] = &["approver:manager"];

/// A policy with these bounds: whose approvals, of which level, up to what, in 30 days.
fn policy(bounds: &[(&str, Option<&str>, &str)]) -> Policy {
    let bound = |(per, level, up_to): &(&str, Option<&str>, &str)| {
        let level = level.map(|level| format!("level = \"{level}\"\n")).unwrap_or_default();
        format!("[[spending.limits]]\nper = \"{per}\"\n{level}days = 30\nup_to = \"{up_to}\"\n")
    };
    Policy::parse(&format!("{DEFAULT}\n{}", bounds.iter().map(bound).collect::<String>())).unwrap()
}

fn person(name: &str, roles: &[&str]) -> Person {
    Person::new(name, roles.iter().map(|role| (*role).into()).collect())
}

/// It waits for these levels, comes to so many cents, and alice asked for it.
fn waiting(levels: &[&str], cents: i64) -> Request {
    let mut request = approved(10_000);
    request.status = RequestStatus::PendingApproval;
    request.amount = Some(Money { minor: cents, currency: Currency::EUR });
    request.customer = Some("CUST-7".into());
    request.approvals.required = levels.iter().map(|level| (*level).into()).collect();
    request.hash_content();
    request
}

/// What is stored of what was approved.
#[derive(Default)]
struct Stored(BTreeMap<SumKey, Tally>);

impl Stored {
    fn read(&self, request: &Request, who: &Person, policy: &Policy) -> Sums {
        let mut sums = Sums::default();
        for key in spending::wanted(request, who, Verdict::Approve, policy) {
            let tally = self.0.get(&key).cloned().unwrap_or_default();
            sums.look(key, tally);
        }
        sums
    }

    /// What is shown to somebody before they decide; to nobody in particular, before it is known who will.
    fn show(&self, request: &Request, who: Option<&Person>, policy: &Policy) -> SpendingLeft {
        let mut sums = Sums::default();
        for key in spending::wanted_to_show(request, who, policy) {
            let tally = self.0.get(&key).cloned().unwrap_or_default();
            sums.look(key, tally);
        }
        spending::show(request, who, &sums, policy, at(1))
    }

    /// Decides, and checks that what was shown before is what then holds.
    fn decide(&mut self, request: &mut Request, who: &Person, policy: &Policy) -> Result<(), DecisionError> {
        let shown = self.show(request, Some(who), policy);
        self.carry_out(request, who, policy)?;
        if shown.counts {
            let is_let_go = request.status == RequestStatus::Approved;
            assert_eq!((shown.needs.is_none(), shown.needs.as_deref()), (is_let_go, next(request)), "{shown:?}");
            assert!(shown.fits == Some(true) || !told(request).is_empty(), "{shown:?}");
        } else {
            let is_bounded = !policy.spending.limits.is_empty();
            assert!(!is_bounded || request.status == RequestStatus::PendingApproval, "{shown:?}");
        }
        Ok(())
    }

    fn carry_out(&mut self, request: &mut Request, who: &Person, policy: &Policy) -> Result<(), DecisionError> {
        let mut sums = self.read(request, who, policy);
        let hash = request.content_hash.clone();
        let ruling = Ruling { verdict: Verdict::Approve, note: "", content_hash: Some(&hash) };
        approval::decide_within(request, who, ruling, (&mut sums, policy), at(1))?;
        let changed: Vec<_> = sums.changed().map(|(key, tally)| (key.clone(), tally.clone())).collect();
        self.0.extend(changed);
        Ok(())
    }

    /// Approves one, and tells whether it was let go.
    fn approve(&mut self, request: &mut Request, who: &Person, policy: &Policy) -> bool {
        self.decide(request, who, policy).unwrap();
        request.status == RequestStatus::Approved
    }

    fn sums(&self) -> Vec<String> {
        let today = policy(&[]).business.time_zone.day(at(1));
        let one = |(key, tally): (&SumKey, &Tally)| {
            format!("{} {} {} {}", key.per.name(), key.who, key.level, tally.since(30, today)).replace("  ", " ")
        };
        self.0.iter().map(one).collect()
    }
}

fn told(request: &Request) -> Vec<&str> {
    let found = request.findings.iter().filter(|finding| finding.code == FindingCode::ApprovalLimit);
    found.map(|finding| finding.message.as_str()).collect()
}

fn next(request: &Request) -> Option<&str> {
    request.approvals.next_level(&request.content_hash)
}

#[test]
fn what_an_approver_approves_ends_at_the_bound_and_one_cent_more_needs_the_next_level() {
    let policy = policy(&[("approver", Some("team-lead"), "100.00")]);
    let (lea, max) = (person("lea", LEAD), person("max", MANAGER));
    let mut stored = Stored::default();
    assert!(stored.approve(&mut waiting(&["team-lead"], 6_000), &lea, &policy));
    assert!(stored.approve(&mut waiting(&["team-lead"], 4_000), &lea, &policy), "at the bound");
    let mut more = waiting(&["team-lead"], 1);
    assert!(!stored.approve(&mut more, &lea, &policy), "one cent more");
    assert_eq!((more.status, next(&more)), (RequestStatus::PendingApproval, Some("manager")));
    let [said] = told(&more)[..] else { panic!("{:?}", told(&more)) };
    for part in ["100.00 of 100.00 EUR", "by lea", "in the last 30 days", "0.01 more", "so manager decides, too"] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(stored.sums(), ["approver lea team-lead 10000"], "what was not let go is not counted");
    assert_eq!(
        stored.decide(&mut more.clone(), &lea, &policy),
        Err(DecisionError::Authority { level: "manager".into(), held: "approver:team-lead".into() })
    );
    assert!(stored.approve(&mut more, &max, &policy), "who is above lets it go");
    assert_eq!(stored.sums(), ["approver lea team-lead 10000"], "by a manager's authority, which nothing bounds");
    assert!(stored.approve(&mut waiting(&["team-lead"], 6_000), &person("leo", LEAD), &policy), "another's bound");
    assert!(stored.approve(&mut waiting(&["team-lead"], 90_000), &max, &policy), "a manager in a team lead's place");
}

#[test]
fn bounds_of_a_customer_a_reason_a_level_and_all_are_answered_for_once_by_the_next_level() {
    for (per, level) in [
        ("customer", None),
        ("reason", None),
        ("requester", Some("team-lead")),
        ("all", Some("team-lead")),
        ("all", None),
    ] {
        let policy = policy(&[(per, level, "50.00")]);
        let mut stored = Stored::default();
        let one = person("lea", LEAD);
        assert!(stored.approve(&mut waiting(&["team-lead"], 5_000), &one, &policy), "{per}");
        let mut more = waiting(&["team-lead"], 100);
        assert!(!stored.approve(&mut more, &person("leo", LEAD), &policy), "whoever it is: {per}");
        assert!(stored.approve(&mut more, &person("max", MANAGER), &policy), "asked once: {per}");
        assert_eq!(told(&more).len(), 1, "{per}");
        let sum = if level.is_none() { "5100" } else { "5000" };
        assert!(stored.sums()[0].ends_with(sum), "{:?}", stored.sums());
        let mut other = waiting(&["team-lead"], 100);
        (other.customer, other.ask.reason, other.requester) = (Some("C-8".into()), "other".into(), "berta".into());
        other.hash_content();
        assert_eq!(stored.approve(&mut other, &one, &policy), per != "all", "another one: {per}");
    }
}

#[test]
fn of_two_who_approve_the_higher_authority_counts_in_whatever_order_they_do() {
    let policy = policy(&[("approver", None, "100.00")]);
    let (lea, max) = (person("lea", LEAD), person("max", MANAGER));
    for (order, any) in [([&lea, &max], None), ([&max, &lea], Some(2))] {
        let mut stored = Stored::default();
        let mut request = waiting(&["team-lead", "manager"], 10_000);
        request.approvals.any = any;
        request.hash_content();
        assert!(!stored.approve(&mut request, order[0], &policy) && stored.approve(&mut request, order[1], &policy));
        assert_eq!(stored.sums(), ["approver max 10000"]);
    }
}

#[test]
fn a_place_that_a_bound_made_is_filled_by_the_next_level_and_nobody_of_the_set() {
    let policy = policy(&[("customer", None, "10.00")]);
    let mut request = waiting(&["team-lead", "team-lead", "finance"], 1_001);
    request.approvals.any = Some(1);
    request.hash_content();
    let mut stored = Stored::default();
    assert!(!stored.approve(&mut request, &person("lea", LEAD), &policy));
    assert_eq!((next(&request), request.approvals.any), (Some("manager"), None));
    assert!(stored.decide(&mut request, &person("leo", LEAD), &policy).is_err());
    assert!(stored.approve(&mut request, &person("fina", &["approver:finance"]), &policy), "higher still");
}

#[test]
fn above_the_highest_level_a_second_person_of_it_decides_once() {
    let policy = policy(&[("approver", None, "10.00")]);
    let finance = |name| person(name, &["approver:finance"]);
    let mut stored = Stored::default();
    for name in ["fina", "fred"] {
        assert!(stored.approve(&mut waiting(&["finance"], 1_000), &finance(name), &policy));
    }
    let mut request = waiting(&["finance"], 1_000);
    assert!(!stored.approve(&mut request, &finance("fina"), &policy));
    assert_eq!(next(&request), Some("finance"));
    assert!(told(&request)[0].contains("a second person of finance"), "{:?}", told(&request));
    assert_eq!(stored.decide(&mut request.clone(), &finance("fina"), &policy), Err(DecisionError::Twice));
    assert!(stored.approve(&mut request, &finance("fred"), &policy), "who is beyond their own bound, too");
    assert!(told(&request)[1].contains("nobody is above"), "{:?}", told(&request));
}

#[test]
fn what_nobody_knows_fits_no_bound() {
    let policy = policy(&[("approver", Some("team-lead"), "100.00")]);
    let lea = person("lea", LEAD);
    let mut foreign = waiting(&["team-lead"], 100);
    foreign.amount = Some(Money { minor: 100, currency: "BHD".parse().unwrap() });
    assert!(!Stored::default().approve(&mut foreign, &lea, &policy), "a currency without a factor");
    assert!(told(&foreign)[0].contains("can't be said"), "{:?}", told(&foreign));
    let mut unread = waiting(&["team-lead"], 100);
    let hash = unread.content_hash.clone();
    let ruling = Ruling { verdict: Verdict::Approve, note: "", content_hash: Some(&hash) };
    approval::decide(&mut unread, &lea, ruling, &policy, at(1)).unwrap();
    assert_eq!(next(&unread), Some("manager"), "no sum was looked at");
}

#[test]
fn whoever_lends_authority_lends_its_bounds() {
    let policy = policy(&[("approver", None, "100.00")]);
    let mut eve = person("eve", &["requester"]);
    let roles = LEAD.iter().map(|role| (*role).into()).collect();
    eve.lent = vec![Delegation { from: "lea".into(), to: "eve".into(), roles, since: at(0), until: at(9) }];
    let mut stored = Stored::default();
    assert!(stored.approve(&mut waiting(&["team-lead"], 10_000), &eve, &policy));
    assert_eq!(stored.sums(), ["approver lea 10000"]);
    assert!(!stored.approve(&mut waiting(&["team-lead"], 1), &person("lea", LEAD), &policy));
}

#[test]
fn other_content_forgets_the_bound_and_the_same_content_keeps_it_however_often_it_is_routed() {
    let policy = policy(&[("customer", None, "10.00")]);
    let mut stored = Stored::default();
    let mut request = waiting(&["team-lead"], 1_001);
    assert!(!stored.approve(&mut request, &person("lea", LEAD), &policy));
    let mut again = request.clone();
    again.status = RequestStatus::Validated;
    let passing = Passing::of(&again, Origin::Asked, &policy, at(2));
    approval::route(&mut again, &passing, &policy, at(2)).unwrap();
    assert_eq!((again.status, next(&again)), (RequestStatus::PendingApproval, Some("manager")), "it still waits");
    assert_eq!(told(&again).len(), 1);
    approval::reply(&mut request, "alice", "one more thing", &[], at(2)).unwrap();
    assert_eq!((next(&request), told(&request).len()), (Some("team-lead"), 0));
    assert_eq!(request.approvals.required, ["team-lead"]);
    assert!(!stored.approve(&mut request, &person("lea", LEAD), &policy), "and is asked anew");
    assert_eq!(request.approvals.required, ["team-lead", "manager"]);
}

#[test]
fn what_is_rejected_escalated_or_not_yet_let_go_is_not_counted() {
    let policy = policy(&[("all", None, "100.00")]);
    let lea = person("lea", LEAD);
    for verdict in [Verdict::Reject, Verdict::Escalate, Verdict::RequestInfo] {
        assert_eq!(spending::wanted(&waiting(&["team-lead"], 1), &lea, verdict, &policy), []);
    }
    assert_eq!(spending::wanted(&waiting(&["team-lead", "manager"], 1), &lea, Verdict::Approve, &policy), []);
    assert_eq!(spending::wanted(&waiting(&["team-lead"], 1), &lea, Verdict::Approve, &policy).len(), 1);
}

#[test]
fn a_bound_on_approvals_that_is_none_is_refused_by_line_and_there_are_so_many_at_most() {
    let told = |bound: &str| Policy::parse(&format!("{DEFAULT}\n{bound}")).unwrap_err();
    let good = "[[spending.limits]]\nper = \"approver\"\nlevel = \"team-lead\"\ndays = 30\nup_to = \"1\"\n";
    for (from, to, member) in [
        ("team-lead", "boss", "level = "),
        ("days = 30", "days = 0", "days = "),
        ("days = 30", "days = 367", "days = "),
        ("\"1\"", "\"-1\"", "up_to = "),
        ("approver", "boss", "per = "),
    ] {
        let text = good.replace(from, to);
        let error = told(&text);
        let line = DEFAULT.lines().count() + 1 + text.lines().position(|line| line.starts_with(member)).unwrap() + 1;
        assert_eq!(error.0[0].line, line, "{error}");
    }
    assert!(Policy::parse(&format!("{DEFAULT}\n{}", good.repeat(limits::AUTOMATIC_LIMITS))).is_ok(), "at the bound");
    assert!(told(&good.repeat(limits::AUTOMATIC_LIMITS + 1)).to_string().contains("more than"), "one more");
    let settled = Policy::parse(&format!("{DEFAULT}\n{}", good.replace("team-lead", "Team-Lead"))).unwrap();
    assert_eq!(settled.spending.limits[0].level.as_deref(), Some("team-lead"), "as the order of levels writes it");
}

#[test]
fn approvals_beyond_a_bound_are_written_and_read_and_those_of_before_bounds_are_read() {
    let policy = policy(&[("all", None, "1.00")]);
    let mut request = waiting(&["team-lead"], 101);
    assert!(!Stored::default().approve(&mut request, &person("lea", LEAD), &policy));
    let written = serde_json::to_string(&request.approvals).unwrap();
    assert_eq!(serde_json::from_str::<Approvals>(&written).unwrap(), request.approvals);
    let old = r#"{"required":["manager"],"rule":"medium","policy":"default-1","decisions":[]}"#;
    assert_eq!(serde_json::from_str::<Approvals>(old).unwrap().over, None);
}

/// The bounds as they are shown: whose, what is left, and whether it fits.
fn lines(shown: &SpendingLeft) -> Vec<String> {
    let line = |bound: &contraflow_domain::request::spending::SpendingLimitUse| {
        let left = bound.left.map_or_else(|| "?".into(), |left| left.to_string());
        format!("{} {left} of {} {:?}", bound.per, bound.up_to, bound.fits)
    };
    shown.bounds.iter().map(line).collect()
}

#[test]
fn what_is_left_is_shown_for_whoever_decides_and_for_nobody_else_whom_nobody_knows() {
    let policy = policy(&[("approver", Some("team-lead"), "100.00"), ("customer", None, "80.00")]);
    let (lea, max) = (person("lea", LEAD), person("max", MANAGER));
    let mut stored = Stored::default();
    assert!(stored.approve(&mut waiting(&["team-lead"], 6_000), &lea, &policy));
    let request = waiting(&["team-lead"], 3_000);
    let own = stored.show(&request, Some(&lea), &policy);
    assert_eq!((own.counts, own.approver.as_deref(), own.level.as_deref()), (true, Some("lea"), Some("team-lead")));
    assert_eq!((own.worth.unwrap().to_string().as_str(), own.fits), ("30.00", Some(false)));
    assert_eq!(own.needs.as_deref(), Some("manager"));
    assert_eq!(lines(&own), ["approver 40.00 of 100.00 Some(true)", "customer 20.00 of 80.00 Some(false)"]);
    let leo = stored.show(&request, Some(&person("leo", LEAD)), &policy);
    assert_eq!(lines(&leo)[0], "approver 100.00 of 100.00 Some(true)", "another's own");
    let above = stored.show(&request, Some(&max), &policy);
    assert_eq!(lines(&above), ["customer 20.00 of 80.00 Some(false)"], "no bound of a team lead's");
    assert_eq!((above.approver.as_deref(), above.needs.as_deref()), (Some("max"), Some("finance")));
    let asker = person("alice", &["requester"]);
    for who in [None, Some(&asker)] {
        let shown = stored.show(&request, who, &policy);
        assert_eq!((shown.counts, shown.approver, shown.level.as_deref()), (false, None, Some("team-lead")));
        let expected = ["approver ? of 100.00 None", "customer 20.00 of 80.00 Some(false)"];
        assert_eq!(lines(&stored.show(&request, who, &policy)), expected);
    }
    let small = stored.show(&waiting(&["team-lead"], 100), None, &policy);
    assert_eq!((small.fits, small.needs), (None, None), "nobody knows who will decide");
}

#[test]
fn before_the_last_approval_the_least_authority_that_must_agree_counts() {
    let policy = policy(&[("approver", None, "100.00"), ("all", Some("manager"), "50.00")]);
    let (lea, max) = (person("lea", LEAD), person("max", MANAGER));
    let stored = Stored::default();
    let request = waiting(&["team-lead", "manager"], 10_000);
    let shown = stored.show(&request, Some(&lea), &policy);
    assert_eq!((shown.counts, shown.approver, shown.level.as_deref()), (false, None, Some("manager")));
    let mut any = waiting(&["finance", "team-lead", "manager"], 10_000);
    for (count, level) in [(1, "team-lead"), (2, "manager"), (3, "finance")] {
        any.approvals.any = Some(count);
        any.hash_content();
        assert_eq!(stored.show(&any, None, &policy).level.as_deref(), Some(level), "{count} of three");
    }
    any.approvals.any = Some(1);
    any.hash_content();
    let own = stored.show(&any, Some(&max), &policy);
    assert_eq!((own.counts, own.approver.as_deref(), own.level.as_deref()), (true, Some("max"), Some("manager")));
    assert_eq!(own.needs.as_deref(), Some("finance"), "100.00 of the 50.00 of all managers");
}

#[test]
fn what_waits_for_nobody_or_was_counted_already_shows_no_bound() {
    let policy = policy(&[("all", None, "1.00")]);
    let (lea, stored) = (person("lea", LEAD), Stored::default());
    let decided = approved(10_000);
    assert_eq!(stored.show(&decided, Some(&lea), &policy), SpendingLeft::default());
    let mut asked_back = waiting(&["team-lead"], 200);
    asked_back.status = RequestStatus::InfoRequested;
    let shown = stored.show(&asked_back, Some(&lea), &policy);
    assert_eq!((shown.counts, shown.fits), (false, Some(false)), "it can't be approved before the answer");
    let mut answered = waiting(&["team-lead"], 200);
    let mut sums = Stored::default();
    assert!(!sums.approve(&mut answered, &lea, &policy));
    let after = sums.show(&answered, Some(&person("max", MANAGER)), &policy);
    assert!(after.bounds[0].answered && after.bounds[0].fits == Some(false), "{after:?}");
    assert_eq!((after.counts, after.fits, after.needs), (true, Some(true), None), "lea went beyond it already");
}
