//! Dry runs: which requests another policy would have decided otherwise, and of which nobody can say.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use contraflow_domain::approval;
use contraflow_domain::approval::automatic::{Origin, Passing};
use contraflow_domain::approval::{Person, Ruling, Verdict};
use contraflow_domain::catalogue::FindingCode;
use contraflow_domain::dry_run::{ASSUMPTIONS, DryRun, DryRunView, Mind, Outcome, RunState, Summary, recorded, tried};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::limits::{DAY_MS, DRY_RUN_LISTED};
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::policy::{DEFAULT, Past, Policy, Surroundings};
use contraflow_domain::request::ask::{Ask, Destination, Kind};
use contraflow_domain::request::risk::Risk;
use contraflow_domain::request::ruled::PolicyText;
use contraflow_domain::request::{Finding, Packet, Request, Severity, Source};
use contraflow_domain::time::Timestamp;
use serde_json::json;

fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_ms(1_790_000_000_000 + ms)
}

fn default() -> Policy {
    Policy::parse(DEFAULT).unwrap()
}

fn changed(change: impl Fn(&str) -> String) -> Policy {
    let text = change(DEFAULT);
    assert_ne!(text, DEFAULT);
    Policy::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// The default policy with these rules before its own.
fn with(rules: &str) -> Policy {
    changed(|policy| policy.replacen("[[approval]]", &format!("{rules}\n[[approval]]"), 1))
}

/// A checked request about an invoice of that many days.
fn checked(kind: Kind, value: &str, days: u64) -> Request {
    let amount = Money::parse(value, Currency::EUR).unwrap();
    let ask = Ask {
        kind,
        direction: None,
        invoice: Some("INV-1".into()),
        customer: Some("CUST-7".into()),
        reason: "late".into(),
        note: String::new(),
        lines: Vec::new(),
        amount: Some(amount),
        destination: Destination::Auto,
        evidence: Vec::new(),
    };
    let source = Source { channel: "api".into(), reference: None, link: None };
    let mut request = Request::receive(format!("{value}-{days}"), source, "alice".into(), ask, at(0));
    let issued = contraflow_domain::zone::Zone::UTC.day(Timestamp::from_unix_ms(at(0).unix_ms() - days * DAY_MS));
    let invoice = json!({
        "number": "INV-1", "issued_on": issued.to_string(), "currency": "EUR", "prices_include_tax": true, "tax_rounding": "line",
        "customer": {"id": "CUST-7", "name": "Muster", "country": "DE", "tier": ""},
        "lines": [{"id": "1", "description": "Lamp", "quantity": "1", "unit_price": "11900.00", "discount": "0.00",
            "tax_rate": "0.19", "net": "10000.00", "tax": "1900.00", "gross": "11900.00"}],
        "totals": {"net": "10000.00", "tax": "1900.00", "gross": "11900.00"},
        "payments": [],
    });
    request.packet =
        Some(Packet { built_at: at(0), invoice: Some(serde_json::from_value(invoice).unwrap()), customer: None });
    request.amount = Some(amount);
    request.risk = Some(Risk::default());
    request.status = RequestStatus::Validated;
    request.hash_content();
    request
}

fn routed(mut request: Request, policy: &Policy) -> Request {
    let passing = Passing::of(&request, Origin::Asked, policy, at(1)).apart_from_sums();
    approval::route(&mut request, &passing, policy, at(1)).unwrap();
    request
}

/// In which way the policy decides otherwise than it was decided; none where nobody can say.
fn otherwise(request: &Request, policy: &Policy) -> Option<Option<Mind>> {
    let tried = tried(request, Surroundings::default(), policy);
    tried.unknown.is_none().then(|| tried.decided.otherwise(&recorded(request).unwrap()))
}

#[test]
fn the_same_policy_decides_the_same_again() {
    for (kind, value) in
        [(Kind::GoodwillCredit, "40.00"), (Kind::Refund, "40.00"), (Kind::Refund, "700.00"), (Kind::Refund, "9000.00")]
    {
        let request = routed(checked(kind, value, 10), &default());
        assert_eq!(otherwise(&request, &default()), Some(None), "{value}");
        let then = recorded(&request).unwrap();
        assert_eq!(tried(&request, Surroundings::default(), &default()).decided, then, "{value}");
    }
}

#[test]
fn each_way_in_which_another_policy_decides_otherwise_is_told() {
    let goodwill = routed(checked(Kind::GoodwillCredit, "40.00", 10), &default());
    let refund = routed(checked(Kind::Refund, "400.00", 10), &default());
    let old = routed(checked(Kind::Refund, "400.00", 40), &default());
    let tight = changed(|policy| policy.replacen("up_to = \"50.00\"", "up_to = \"30.00\"", 1));
    let lax = with("[[approval]]\nname = \"all\"\nkinds = [\"refund\"]\nlevels = []\n");
    let others =
        with("[[approval]]\nname = \"two\"\nkinds = [\"refund\"]\nany_of = [\"team-lead\", \"manager\"]\ncount = 2\n");
    let refuses = changed(|policy| {
        format!(
            "{policy}\n[[checks]]\nname = \"late\"\nwhen = 'invoice.age_days > 30'\nthen = \"refuse\"\nmessage = \"too late\"\n"
        )
    });
    for (request, policy, mind) in [
        (&goodwill, &tight, Some(Mind::Waits)),
        (&refund, &tight, None),
        (&goodwill, &lax, None),
        (&refund, &lax, Some(Mind::Passes)),
        (&refund, &others, Some(Mind::Others)),
        (&goodwill, &others, None),
        (&refund, &refuses, None),
        (&old, &refuses, Some(Mind::Refused)),
    ] {
        assert_eq!(otherwise(request, policy), Some(mind), "{}", request.id);
    }
    let late = tried(&old, Surroundings::default(), &refuses);
    assert_eq!((late.decided.outcome, late.decided.rule.as_str()), (Outcome::Refused, "late"));
    assert_eq!(late.findings.last().unwrap().code, FindingCode::PolicyRefused);

    // Refused then, and not any more.
    let mut refused = old.clone();
    refused.status = RequestStatus::Ineligible;
    (refused.amount, refused.approvals) = (None, approval::Approvals::default());
    refused.findings =
        vec![Finding { code: FindingCode::PolicyRefused, severity: Severity::Blocking, message: String::new() }];
    assert_eq!(otherwise(&refused, &refuses), Some(None));
    assert_eq!(otherwise(&refused, &default()), Some(Some(Mind::Taken)));
    refused.findings[0].code = FindingCode::InvoiceNotFound;
    assert_eq!(recorded(&refused), None, "no policy refused that");
}

#[test]
fn a_window_that_changed_is_looked_at_anew() {
    let wide = changed(|policy| policy.replacen("refund_days = 365", "refund_days = 9999", 1));
    let lets_pass = |policy: &Policy| {
        let mut request = checked(Kind::GoodwillCredit, "40.00", 400);
        if policy.windows.refund_days < 400 {
            let message = "the invoice is 400 days old".into();
            request.findings.push(Finding { code: FindingCode::WindowExceeded, severity: Severity::Warning, message });
        }
        routed(request, policy)
    };
    assert!(default().windows.refund_days < 400 && wide.windows.refund_days > 400);
    assert_eq!(otherwise(&lets_pass(&default()), &wide), Some(Some(Mind::Passes)));
    assert_eq!(otherwise(&lets_pass(&wide), &default()), Some(Some(Mind::Waits)));
}

#[test]
fn who_took_over_later_is_not_whom_the_rule_named() {
    let mut request = routed(checked(Kind::Refund, "400.00", 10), &default());
    let lea = Person::new("lea", ["approver:team-lead".to_owned()].into());
    let hash = request.content_hash.clone();
    let ruling = Ruling { verdict: Verdict::Escalate, note: "", content_hash: Some(&hash) };
    approval::decide(&mut request, &lea, ruling, &default(), at(2)).unwrap();
    assert_eq!(request.approvals.required, ["manager"]);
    assert_eq!(otherwise(&request, &default()), Some(None));
}

#[test]
fn what_depends_on_what_nobody_knows_any_more_is_not_guessed() {
    let often =
        with("[[approval]]\nname = \"often\"\nwhen = 'history.customer.requests > 3'\nlevels = [\"finance\"]\n");
    let request = routed(checked(Kind::GoodwillCredit, "40.00", 10), &default());
    let unknown = tried(&request, Surroundings::default(), &often).unknown.unwrap();
    assert!(unknown.contains("rule “often” asks for history.customer.requests"), "{unknown}");
    let around = |requests| Surroundings { customer: Some(Past { requests, worth: Some(0) }), requester: None };
    for (requests, rule) in [(3, "small-goodwill"), (4, "often")] {
        let tried = tried(&request, around(requests), &often);
        assert_eq!((tried.unknown, tried.decided.rule.as_str()), (None, rule), "where it is known it counts");
    }
    let risky = with("[[approval]]\nname = \"risky\"\nwhen = 'risk.score >= 50'\nlevels = [\"finance\"]\n");
    assert_eq!(otherwise(&request, &risky), Some(None));
    assert_eq!(otherwise(&Request { risk: None, ..request.clone() }, &risky), None, "it never had a score");
    // A bound on what passes by itself stopped it: how much of it is used up is not known.
    let mut stopped = checked(Kind::GoodwillCredit, "40.00", 10);
    stopped = routed(stopped, &changed(|policy| policy.replacen("up_to = \"50.00\"", "up_to = \"30.00\"", 1)));
    let message = "passed by itself today".into();
    stopped.findings.push(Finding { code: FindingCode::AutomaticLimit, severity: Severity::Warning, message });
    assert_eq!(otherwise(&stopped, &default()), None);
}

#[test]
fn a_run_adds_up_each_way_by_currency_and_lists_as_many_as_it_may() {
    let tight = changed(|policy| policy.replacen("up_to = \"50.00\"", "up_to = \"30.00\"", 1));
    let mut run = DryRun {
        id: "r".into(),
        text: PolicyText::File,
        policy: tight.version.clone(),
        hash: tight.hash.clone(),
        by: "ada".into(),
        at: at(0),
        from: None,
        until: at(0),
        state: RunState::Running,
        next: String::new(),
        due: None,
        summary: Summary::default(),
        listed: DRY_RUN_LISTED - 1,
    };
    let goodwill = routed(checked(Kind::GoodwillCredit, "40.00", 10), &default());
    let listed: Vec<_> = (0..3).filter_map(|_| run.take(&goodwill, &tight)).collect();
    assert_eq!(listed.len(), 1, "one more fits the list");
    assert_eq!(
        (listed[0].otherwise, listed[0].then.rule.as_str(), listed[0].would.rule.as_str()),
        (Mind::Waits, "small-goodwill", "small")
    );
    assert_eq!(run.take(&routed(checked(Kind::Refund, "400.00", 10), &default()), &tight), None);
    assert_eq!(run.take(&checked(Kind::Refund, "400.00", 10), &tight), None);
    run.pass_over();
    let stored: DryRun = serde_json::from_str(&serde_json::to_string(&run).unwrap()).unwrap();
    assert_eq!(stored, run);
    let view = DryRunView::from(run);
    assert_eq!((view.looked_at, view.undecided, view.unreadable, view.listed), (6, 1, 1, DRY_RUN_LISTED));
    assert_eq!(
        (view.would_wait.requests, view.would_wait.amounts),
        (3, vec![Money::parse("120.00", Currency::EUR).unwrap()])
    );
    assert_eq!((view.same.requests, view.would_pass.requests, view.unknown.requests), (1, 0, 0));
    assert_eq!(view.assumptions, ASSUMPTIONS);
}
