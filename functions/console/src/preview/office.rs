//! The pages of running the house.

use std::collections::BTreeSet;

use contraflow_domain::access::{Account, Client, Left, PersonView};
use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::chronicle::Entry;
use contraflow_domain::dry_run::{
    AmountSum, Decided, Difference, DryRunView, EventTrial, EventTrials, Mind, Outcome, RuleTrial, RunState, Simulation,
};
use contraflow_domain::lifecycle::dispute::DisputeStatus;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::patterns::{Pattern, PatternKind, Patterns};
use contraflow_domain::policy::{
    Activation, DEFAULT, FileView, InForceView, PolicyDiff, StandingView, VersionState, VersionView,
};
use contraflow_domain::request::ask::Kind;
use contraflow_domain::request::draft::FieldError;
use contraflow_domain::request::exception::{ExceptionCount, ExceptionQueue};
use contraflow_domain::request::row::RequestRow;
use contraflow_domain::request::ruled::PassedOver;
use contraflow_domain::time::Timestamp;
use contraflow_domain::totals::{Counted, QueueCounts};
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;

use serde_json::json;

use super::{HOSTILE, Named, fixtures, frame, now, session};
use crate::form::Form;
use crate::pages::audit::{self, doctor, record};
use crate::pages::disputes::evidence::{Dispute, Evidence, Payment};
use crate::pages::documents::{Booked, Direction, Standing};
use crate::pages::people::one::Known;
use crate::pages::tasks::Filter;
use crate::pages::tasks::list::Listed;
use crate::pages::{clients, disputes, documents, home, patterns, payouts, people, policy, tasks};
use crate::parts::layout::{Frame, Place};
use crate::parts::task::Group;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn euros(minor: i64) -> Money {
    Money { minor, currency: Currency::EUR }
}

fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, next: None }
}

/// Returns a request for each kind of task.
fn with_tasks() -> Vec<RequestRow> {
    let one = |(index, code): (usize, &TaskCode)| {
        let mut view = fixtures::attention();
        view.id = format!("019ac8f0-11aa-7c3e-9d00-{index:012x}");
        view.tasks.truncate(1);
        view.tasks[0].code = *code;
        view.next_try_at = Some(at("2026-11-21T23:14:00.000Z"));
        if *code == TaskCode::LegPayOut {
            view.tasks[0].subject = "l2".into();
        }
        RequestRow::from(view)
    };
    TaskCode::ALL.iter().enumerate().map(one).collect()
}

fn hostile_row() -> RequestRow {
    let mut view = fixtures::hostile(HOSTILE);
    view.legs[0].id = HOSTILE.into();
    let mut payout = view.tasks[0].clone();
    payout.code = TaskCode::LegPayOut;
    view.tasks.push(payout);
    RequestRow::from(view)
}

fn evidence() -> Evidence {
    let dispute =
        |id: &str, status, amount| Dispute { id: id.into(), status, amount, reason: "product_not_received".into() };
    Evidence {
        payments: vec![Payment {
            gateway: "stripe".into(),
            reference: "ch_3PqLr2eZvKYlo2C1abcdef".into(),
            captured: Some(euros(11_900)),
            paid_back: Some(euros(5_140)),
            exposure: Some(euros(5_140)),
            disputes: vec![
                dispute("dp_1", DisputeStatus::Open, Some(euros(11_900))),
                dispute(HOSTILE, DisputeStatus::Lost, None),
            ],
        }],
    }
}

/// Returns a person.
pub fn max() -> PersonView {
    let account = |subject: &str| Account {
        issuer: "https://login.example/realms/firm".into(),
        subject: subject.into(),
        linked_at: at("2026-03-01T08:00:00.000Z"),
    };
    PersonView {
        name: "max".into(),
        full_name: Some("Max Mustermann".into()),
        addresses: BTreeSet::from(["max@firm.example".into(), "zendesk:agent-7".into()]),
        roles: BTreeSet::from(["approver:manager".into()]),
        locale: Some("de".into()),
        time_zone: Some("Europe/Berlin".into()),
        accounts: vec![account("00u1"), account(HOSTILE)],
        last_seen_at: Some(at("2026-11-21T09:00:00.000Z")),
        seen_roles: BTreeSet::from(["approver:manager".into(), "requester".into()]),
        left: None,
        created_at: at("2026-01-01T08:00:00.000Z"),
    }
}

fn people_of(count: usize) -> Vec<PersonView> {
    let one = |index: usize| PersonView {
        name: format!("person-{index}@firm.example"),
        left: (index % 3 == 1).then(|| Left { at: at("2026-11-01T08:00:00.000Z"), by: "ada".into() }),
        last_seen_at: max().last_seen_at.filter(|_| index % 3 != 2),
        full_name: index.is_multiple_of(2).then(|| HOSTILE.to_owned()),
        ..max()
    };
    (0..count).map(one).collect()
}

fn entries(what: &[&str]) -> Vec<Entry> {
    let one = |(index, what): (usize, &&str)| Entry {
        request: "person:max".into(),
        sequence: index as u64 + 1,
        at: at("2026-11-20T08:00:00.000Z"),
        actor: "ada".into(),
        what: (*what).to_owned(),
        why: if index == 0 { HOSTILE.into() } else { String::new() },
        data: json!({"number": 7, "before": {"roles": ["finance"]}}),
        previous: String::new(),
        hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
    };
    what.iter().enumerate().map(one).collect()
}

fn client(name: &str, revoked: bool) -> Client {
    Client {
        id: "0f3a9b1c2d4e5f60".into(),
        name: name.into(),
        scopes: BTreeSet::from(["ask".into(), "read_requests".into(), "import_books".into()]),
        created_at: at("2026-05-01T08:00:00.000Z"),
        created_by: "ada".into(),
        kept_by: Some("otto".into()),
        keeper_left_at: None,
        old_key_until: None,
        expires_at: (!revoked).then(|| at("2027-05-01T08:00:00.000Z")),
        last_used_at: Some(at("2026-11-21T22:50:00.000Z")),
        revoked: revoked
            .then(|| contraflow_domain::access::Revoked { at: at("2026-11-01T08:00:00.000Z"), by: "ada".into() }),
    }
}

fn version(number: u32, state: VersionState, by: &str) -> VersionView {
    VersionView {
        number,
        policy: format!("default-{number}"),
        state,
        hash: "ab".repeat(32),
        bytes: 12_000,
        note: if number == 9 { HOSTILE.into() } else { "Goodwill up to 80 passes by itself.".into() },
        proposed_by: by.into(),
        proposed_at: at("2026-11-19T08:00:00.000Z"),
        in_force_at: (state != VersionState::Proposed).then(|| at("2026-11-20T08:00:00.000Z")),
    }
}

fn standing(number: Option<u32>) -> StandingView {
    let activation = |number, from: &str| Activation {
        number,
        policy: "default-8".into(),
        hash: "ab".repeat(32),
        from: at(from),
        by: "bea".into(),
        at: at("2026-11-20T08:00:00.000Z"),
        note: "Agreed with the board.".into(),
    };
    StandingView {
        in_force: InForceView {
            number,
            policy: "default-7".into(),
            hash: "ab".repeat(32),
            activation: number.map(|number| activation(Some(number), "2026-11-20T08:00:00.000Z")),
            fault: None,
        },
        next: number.map(|_| activation(Some(8), "2026-12-01T08:00:00.000Z")),
        file: FileView { in_force: number.is_none(), policy: Some("default-1".into()), hash: None, fault: None },
        meaning: String::new(),
    }
}

/// Returns what the rules of a policy would make of events, one of which can't be read; each text of a sender is this.
pub fn event_trials(text: &str) -> EventTrials {
    let made = |outcome: Outcome, over: Option<&str>| RuleTrial {
        rule: text.into(),
        over: over.map(str::to_owned),
        simulation: Simulation {
            would: decided(outcome),
            unknown: None,
            passed_over: Vec::new(),
            findings: fixtures::ineligible().findings,
            then: None,
            otherwise: None,
            quote: Some(super::desk::quote_of(text)),
        },
    };
    let (id, kind) = (Some(text.to_owned()), Some("delivery.late".to_owned()));
    let event = EventTrial { id, kind, ..EventTrial::default() };
    let over = "3 of 2 requests were made in the last 30 days for one customer";
    let error = FieldError { pointer: "/data/total".into(), detail: text.into() };
    let why = format!("no rule of policy default-1 (7) takes events of type `{text}`");
    let nothing = [(text.to_owned(), "its condition is not true of the event".to_owned())].into();
    EventTrials {
        policy: "default-1".into(),
        number: Some(7),
        items: vec![
            EventTrial { made: vec![made(Outcome::Passes, None)], nothing, ..event.clone() },
            EventTrial { known: true, made: vec![made(Outcome::Waits, Some(over))], ..event.clone() },
            EventTrial { errors: vec![error.clone()], ..event.clone() },
            EventTrial { errors: vec![error], ..EventTrial::default() },
            EventTrial { why: Some(why), ..event },
        ],
    }
}

fn decided(outcome: Outcome) -> Decided {
    Decided {
        outcome,
        rule: "medium".into(),
        required: if outcome == Outcome::Waits { vec!["manager".into()] } else { Vec::new() },
        any: None,
        policy: "default-1".into(),
        number: Some(7),
    }
}

/// Returns a dry run.
pub fn run(state: RunState) -> DryRunView {
    let sum = |requests: u64, minor: i64| AmountSum { requests, amounts: vec![euros(minor)] };
    let none = || AmountSum { requests: 0, amounts: Vec::new() };
    DryRunView {
        id: "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee".into(),
        number: Some(8),
        policy: "default-8".into(),
        hash: "ab".repeat(32),
        by: "ada".into(),
        at: at("2026-11-21T22:58:00.000Z"),
        from: Some(at("2026-08-23T22:58:00.000Z")),
        until: at("2026-11-21T22:58:00.000Z"),
        state,
        looked_at: 1_310,
        undecided: 12,
        unreadable: 0,
        same: sum(1_201, 12_345_678),
        unknown: none(),
        would_pass: sum(90, 540_000),
        would_wait: sum(7, 43_000),
        would_be_refused: none(),
        would_be_taken: none(),
        other_deciders: none(),
        listed: 97,
        assumptions: contraflow_domain::dry_run::ASSUMPTIONS.map(str::to_owned).into(),
    }
}

fn difference(otherwise: Mind) -> Difference {
    Difference {
        request: "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee".into(),
        kind: Kind::GoodwillCredit,
        customer: Some(HOSTILE.into()),
        amount: Some(euros(6_000)),
        created_at: at("2026-11-01T08:00:00.000Z"),
        otherwise,
        then: decided(Outcome::Waits),
        would: decided(Outcome::Passes),
    }
}

/// Returns a document of each sort.
pub fn documents() -> Vec<Booked> {
    let one = |status, direction, number: Option<&str>| Booked {
        number: number.map(str::to_owned),
        erp_reference: "DOC-0000000001".into(),
        direction,
        status,
        invoice: Some("INV-1001".into()),
        customer: HOSTILE.into(),
        request: "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee".into(),
        issued_on: "2026-11-21".into(),
        net: euros(5_000),
        tax: euros(950),
        total: euros(5_950),
    };
    vec![
        one(Standing::Posted, Direction::Credit, Some("CM-000001")),
        one(Standing::Draft, Direction::Credit, None),
        one(Standing::Voided, Direction::Debit, Some("DM-000001")),
        one(Standing::Posted, Direction::Payout, Some("PO-000001")),
    ]
}

fn found() -> Patterns {
    let one = |kind, about: &str, counted, usual| Pattern {
        kind,
        about: about.into(),
        counted,
        usual,
        days: 28,
        sentence: String::new(),
    };
    Patterns {
        until: Some("2026-11-20".parse().expect("a day")),
        days: 28,
        items: vec![
            one(PatternKind::RequesterRate, "mia", 91, 12),
            one(PatternKind::RequesterWorth, HOSTILE, 12_345_678, 99_000),
            one(PatternKind::ProductReturns, "Sensor X2, Messing", 40, 9),
        ],
    }
}

fn glance() -> home::Glance {
    let queue = |queue, waiting, overdue, is_mine| ExceptionCount {
        queue,
        title: String::new(),
        owners: vec!["finance".into()],
        is_mine,
        waiting,
        overdue,
        more: waiting >= 1000,
    };
    home::Glance {
        exceptions: vec![
            queue(ExceptionQueue::Policy, 1000, 3, true),
            queue(ExceptionQueue::Dispute, 2, 0, false),
            queue(ExceptionQueue::Materiality, 0, 0, false),
        ],
        waiting: Some((
            fixtures::many(40)
                .into_iter()
                .enumerate()
                .map(|(index, view)| {
                    let created_at = Timestamp::from_unix_ms(now().unix_ms() - index as u64 * 36_000_000);
                    RequestRow { created_at, ..view.into() }
                })
                .collect(),
            false,
        )),
        mine: fixtures::many(6).into_iter().map(RequestRow::from).collect(),
    }
}

/// Returns every page with a name of its own.
pub fn pages() -> Vec<Named> {
    [work_of_finance(), policies(), people_and_programs(), overview()].into_iter().flatten().collect()
}

fn work_of_finance() -> Vec<Named> {
    let fina = session("fina", &["finance", "admin"]);
    let at = |place| frame(&fina, place);
    let none = Form::default();
    let all = Listed { rows: with_tasks(), next: Some("next".into()), is_complete: true };
    let hostile = Listed { rows: vec![hostile_row()], next: None, is_complete: false };
    let empty = Listed { is_complete: true, ..Listed::default() };
    let mine = Filter { group: Some(Group::Money), mine: true, ..Filter::default() };
    let problem = Problem::field("/reference", "Enter the reference under which it was paid.");
    let refused = at(Place::Payouts).failed(problem.clone());
    let typed = Form::parse(b"decision=confirm&reference=SEPA+2026-11-21");
    let payments: Vec<_> = (0..12)
        .map(|index| {
            let mut view = fixtures::attention();
            view.id = format!("019ac8f0-11aa-7c3e-9d00-{index:012x}");
            RequestRow::from(view)
        })
        .chain([hostile_row()])
        .collect();
    let outcome = |leg: &str, fault| payouts::result::Outcome {
        id: "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee".into(),
        leg: leg.into(),
        request: Some(fixtures::completed()),
        fault,
    };
    let outcomes = [outcome("l1", None), outcome("l9", Some(payouts::result::Fault::TooLate)), outcome("l2", None)];
    let disputed = Listed {
        rows: with_tasks().into_iter().filter(|row| disputes::of(row).next().is_some()).collect(),
        next: None,
        is_complete: true,
    };
    let mut evidence_task = RequestRow::from(fixtures::attention());
    evidence_task.tasks[0].code = TaskCode::DisputeEvidence;
    let decided = RequestRow::from(fixtures::completed());
    vec![
        ("tasks", tasks::render(&at(Place::Tasks), &fina, &all, &Filter::default(), &none)),
        ("tasks-hostile", tasks::render(&at(Place::Tasks), &fina, &hostile, &Filter::default(), &none)),
        ("tasks-none", tasks::render(&at(Place::Tasks), &fina, &empty, &Filter::default(), &none)),
        ("tasks-none-fits", tasks::render(&at(Place::Tasks), &fina, &empty, &mine, &none)),
        ("payouts", payouts::render(&at(Place::Payouts), &fina, &page(payments.clone()), "", &none)),
        ("payouts-refused", payouts::render(&refused, &fina, &page(payments), "", &typed)),
        ("payouts-none", payouts::render(&at(Place::Payouts), &fina, &page(Vec::new()), "", &none)),
        ("payouts-result", payouts::result::render(&at(Place::Payouts), &outcomes)),
        ("disputes", disputes::render(&at(Place::Disputes), &disputed)),
        ("disputes-none", disputes::render(&at(Place::Disputes), &empty)),
        ("dispute", disputes::one::render(&at(Place::Disputes), &fina, &evidence_task, &evidence(), &none)),
        ("dispute-over", disputes::one::render(&at(Place::Disputes), &fina, &decided, &Evidence::default(), &none)),
        ("documents", documents::render(&at(Place::Documents), &fina, &page(documents()), "")),
        ("documents-none", documents::render(&at(Place::Documents), &fina, &page(Vec::new()), "")),
        ("documents-elsewhere", documents::render_elsewhere(&Frame { has_books: false, ..at(Place::Documents) })),
    ]
}

/// Says that somebody reads what customers are told before it goes.
const TELLING: &str = r#"
[[notifications]]
name = "customers"
news = ["request.completed", "request.rejected"]
to = ["customer", "ticket", "books@firm.example"]
when = "request.amount > 500"
over = ["postmark"]
hold = true
"#;

fn policies() -> Vec<Named> {
    let ada = session("ada", &["admin", "auditor"]);
    let at = || frame(&ada, Place::Policy);
    let none = Form::default();
    let text = |version: Option<VersionView>| policy::Text { version, hash: "ab".repeat(32), text: DEFAULT.into() };
    let versions = vec![
        version(9, VersionState::Proposed, "ada"),
        version(8, VersionState::Scheduled, "ada"),
        version(7, VersionState::InForce, "cleo"),
        version(6, VersionState::Past, "cleo"),
    ];
    let diff = PolicyDiff::of(DEFAULT, &DEFAULT.replace("\"50.00\"", "\"80.00\"").replace("days = 30", "days = 60"));
    let compared = policy::diff::Compared { before: "7".into(), after: "8".into(), diff };
    let same = policy::diff::Compared { before: "file".into(), after: "8".into(), diff: PolicyDiff::of("", "") };
    let errors = ["line 2, column 9: levels must be one of manager, finance".to_owned(), HOSTILE.to_owned()];
    let wrong = Form::default().with("text", "version = \"x\"\nlevels = 7\n").with("note", HOSTILE);
    let refused =
        at().failed(Problem::new(http::StatusCode::UNPROCESSABLE_ENTITY, "unusable", "The text is not right yet."));
    let simulation = Simulation {
        would: decided(Outcome::Waits),
        unknown: Some("its amount is not known".into()),
        passed_over: vec![PassedOver { rule: HOSTILE.into(), why: "it is for other kinds".into() }],
        findings: fixtures::ineligible().findings,
        then: Some(decided(Outcome::Passes)),
        otherwise: Some(Mind::Waits),
        quote: None,
    };
    let differences = page(vec![difference(Mind::Passes), difference(Mind::Waits)]);
    let faulty = StandingView {
        in_force: InForceView { fault: Some(HOSTILE.into()), ..standing(None).in_force },
        ..standing(None)
    };
    let happened = ["policy_proposed", "policy_activated", "policy_scheduled", "something_else"];
    vec![
        ("policy", policy::render(&at(), &ada, &standing(Some(7)), Some(&format!("{DEFAULT}\n{TELLING}")))),
        ("policy-of-file", policy::render(&at(), &ada, &standing(None), Some(DEFAULT))),
        ("policy-faulty", policy::render(&at(), &ada, &faulty, None)),
        ("policy-versions", policy::versions::render(&at(), &page(versions.clone()), "")),
        ("policy-versions-none", policy::versions::render(&at(), &page(Vec::new()), "")),
        (
            "policy-version",
            policy::version::render(&at(), &ada, &text(Some(version(7, VersionState::Past, "cleo"))), &none),
        ),
        ("policy-version-own", policy::version::render(&at(), &ada, &text(versions.first().cloned()), &none)),
        ("policy-file", policy::version::render(&at(), &ada, &text(None), &none)),
        ("policy-diff", policy::diff::render(&at(), &compared, "7")),
        ("policy-diff-none", policy::diff::render(&at(), &same, "")),
        ("policy-propose", policy::propose::render(&at(), &ada, &Form::default().with("text", DEFAULT), &[])),
        ("policy-propose-wrong", policy::propose::render(&refused, &ada, &wrong, &errors)),
        (
            "policy-simulated",
            policy::simulate::render(&at(), Some(8), "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee", &simulation),
        ),
        ("policy-events-tried", policy::try_events::render(&at(), &event_trials(HOSTILE))),
        (
            "policy-runs",
            policy::dry_run::render_list(&at(), &[run(RunState::Running), run(RunState::Done), run(RunState::Ended)]),
        ),
        ("policy-runs-none", policy::dry_run::render_list(&at(), &[])),
        ("policy-run", policy::dry_run::render(&at(), &ada, &run(RunState::Running), &differences, "")),
        ("policy-history", policy::history::render(&at(), &page(entries(&happened)), "")),
    ]
}

fn people_and_programs() -> Vec<Named> {
    let ada = session("ada", &["admin"]);
    let at = |place| frame(&ada, place);
    let none = Form::default();
    let known =
        Known { person: Some(max()), events: page(entries(&["person_added", "account_linked", "tokens_ended"])) };
    let gone = Known {
        person: Some(PersonView { left: people_of(2).pop().and_then(|person| person.left), ..max() }),
        events: page(Vec::new()),
    };
    let nobody = Known { person: None, events: page(Vec::new()) };
    let programs = vec![client("erp-sync", false), client("old-shop", true)];
    let typed = Form::parse(b"name=ERP&scope=ask");
    let refused = at(Place::Clients).failed(Problem::field("/name", "must have 1 to 40 of the characters a to z"));
    vec![
        ("people", people::render(&at(Place::People), &page(people_of(9)), "")),
        ("people-none", people::render(&at(Place::People), &page(Vec::new()), "")),
        ("person", people::one::render(&at(Place::People), &ada, "max", &known, "", &none)),
        ("person-left", people::one::render(&at(Place::People), &ada, "max", &gone, "", &none)),
        ("person-new", people::one::render(&at(Place::People), &ada, HOSTILE, &nobody, "", &none)),
        ("clients", clients::render(&at(Place::Clients), &ada, &page(programs), "", &none)),
        ("clients-refused", clients::render(&refused, &ada, &page(Vec::new()), "", &typed)),
        (
            "client",
            clients::one::render(
                &at(Place::Clients),
                &ada,
                &client("erp-sync", false),
                &page(entries(&["client_made"])),
                "",
            ),
        ),
        (
            "client-made",
            clients::one::made(&at(Place::Clients), &client("erp-sync", false), "cfk_0f3a9b1c2d4e5f60_tZ8"),
        ),
    ]
}

fn overview() -> Vec<Named> {
    let audrey = session("audrey", &["auditor"]);
    let max = session("max", &["approver:manager", "requester", "finance"]);
    let at = |place| frame(&audrey, place);
    let some = |count| Counted { count, is_complete: true };
    let counts = QueueCounts {
        decisions: some(71),
        tasks: some(34),
        questions: some(2),
        alerts: some(0),
        overdue: Counted { count: 1000, is_complete: false },
    };
    let busy = Frame { counts: Some(counts), ..frame(&max, Place::Home) };
    let quiet = Frame { counts: Some(QueueCounts::default()), ..at(Place::Home) };
    let checkpoint = serde_json::from_value(json!({
        "record": "checkpoint/1", "number": 12, "at": "2026-11-21T12:00:00.000Z", "requests": 1310, "events": 18_204,
        "key": format!("ed25519:{}", "ab".repeat(32)),
    }))
    .expect("a checkpoint");
    let examined = doctor::Examined { requests: 1_310, events: 18_204, accounts: 96, indexes: 4_000 };
    let differs = doctor::Difference {
        key: "payment/sandbox/pay_1".into(),
        code: "payment.refunded".into(),
        stored: HOSTILE.into(),
        expected: "5950".into(),
    };
    let under_way = doctor::Run { examined, next: Some("status/".into()), ..doctor::Run::default() };
    let unsound = doctor::Run { examined, differences: vec![differs], ..doctor::Run::default() };
    let sound = doctor::Run { examined, ..doctor::Run::default() };
    let part = record::Part { number: 1, cursor: "", bytes: 1_204_000, next: Some("heads/0199") };
    vec![
        ("home", home::render(&busy, &max, &glance())),
        ("home-quiet", home::render(&quiet, &audrey, &home::Glance::default())),
        ("patterns", patterns::render(&at(Place::Patterns), &found())),
        ("patterns-none", patterns::render(&at(Place::Patterns), &Patterns::default())),
        ("audit", audit::render(&at(Place::Audit), Some(&checkpoint))),
        ("audit-never-sealed", audit::render(&at(Place::Audit), None)),
        ("audit-record", record::render(&at(Place::Audit), &part)),
        ("doctor-under-way", doctor::render(&at(Place::Audit), &under_way)),
        ("doctor-unsound", doctor::render(&at(Place::Audit), &unsound)),
        ("doctor-sound", doctor::render(&at(Place::Audit), &sound)),
    ]
}
