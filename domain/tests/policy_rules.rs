//! Who decides by the policy: conditions, sets of deciders, people by name, and what becomes of what nobody can say.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;

use contraflow_domain::approval::automatic::{Circumstances, Origin, Passing};
use contraflow_domain::approval::{self, Approvals, DecisionError, Person, Ruling, Simulated, Verdict, simulate};
use contraflow_domain::catalogue::FindingCode;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::policy::{DEFAULT, Policy, Surroundings};
use contraflow_domain::request::ask::{Ask, Destination, Kind};
use contraflow_domain::request::{Packet, Request, Source};
use contraflow_domain::time::Timestamp;
use serde_json::json;

fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_ms(1_790_000_000_000 + ms)
}

/// The default policy with these rules before its own.
fn policy(rules: &str) -> Policy {
    let text = DEFAULT.replacen("[[approval]]", &format!("{rules}\n[[approval]]"), 1);
    Policy::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(rules: &str) -> String {
    Policy::parse(&DEFAULT.replacen("[[approval]]", &format!("{rules}\n[[approval]]"), 1)).unwrap_err().to_string()
}

fn request(kind: Kind, value: &str) -> Request {
    let amount = Money::parse(value, Currency::EUR).unwrap();
    let ask = Ask {
        kind,
        direction: None,
        invoice: None,
        customer: Some("CUST-7".into()),
        reason: "late".into(),
        note: String::new(),
        lines: Vec::new(),
        amount: Some(amount),
        destination: Destination::Auto,
        evidence: Vec::new(),
    };
    let source = Source { channel: "api".into(), reference: None, link: None };
    let mut request = Request::receive("request-1".into(), source, "alice".into(), ask, at(0));
    request.amount = Some(amount);
    request.status = RequestStatus::Validated;
    request.hash_content();
    request
}

/// Gives the request an invoice of a customer.
fn invoiced(mut request: Request, country: &str, tier: &str) -> Request {
    let invoice = json!({
        "number": "INV-1", "issued_on": "2026-09-01", "currency": "EUR", "prices_include_tax": true, "tax_rounding": "line",
        "customer": {"id": "CUST-7", "name": "Muster", "country": country, "tier": tier},
        "lines": [{"id": "1", "description": "Lamp", "quantity": "1", "unit_price": "119.00", "discount": "0.00",
            "tax_rate": "0.19", "net": "100.00", "tax": "19.00", "gross": "119.00"}],
        "totals": {"net": "100.00", "tax": "19.00", "gross": "119.00"},
        "payments": [],
    });
    let invoice = serde_json::from_value(invoice).unwrap();
    request.packet = Some(Packet { built_at: at(0), invoice: Some(invoice), customer: None });
    request
}

fn simulated(request: &Request, policy: &Policy) -> Simulated {
    simulate(request, &Passing::of(request, Origin::Asked, policy, at(1)).apart_from_sums(), policy)
}

fn routed(mut request: Request, policy: &Policy) -> Request {
    let passing = Passing::of(&request, Origin::Asked, policy, at(1)).apart_from_sums();
    approval::route(&mut request, &passing, policy, at(1)).unwrap();
    request
}

fn person(name: &str, roles: &[&str]) -> Person {
    Person::new(name, roles.iter().map(|role| (*role).to_owned()).collect::<BTreeSet<_>>())
}

fn decide(request: &mut Request, who: &Person, verdict: Verdict, policy: &Policy) -> Result<(), DecisionError> {
    let hash = request.content_hash.clone();
    approval::decide(request, who, Ruling { verdict, note: "", content_hash: Some(&hash) }, policy, at(2))
}

fn approve(request: &mut Request, who: &Person, policy: &Policy) -> Result<(), DecisionError> {
    decide(request, who, Verdict::Approve, policy)
}

#[test]
fn a_rule_with_a_condition_decides_where_it_is_true_and_the_others_say_why_they_do_not() {
    let policy = policy(
        "[[approval]]\nname = \"gold\"\nkinds = [\"refund\"]\nwhen = 'customer.tier == \"gold\" && invoice.age_days <= 30'\n\
         up_to = \"200.00\"\nlevels = [\"team-lead\"]\n",
    );
    let gold = simulated(&invoiced(request(Kind::Refund, "119.00"), "DE", "Gold"), &policy);
    assert_eq!((gold.rule.as_deref(), gold.required.as_slice()), (Some("gold"), ["team-lead".to_owned()].as_slice()));
    assert_eq!(gold.policy, "default-1");
    let silver = simulated(&invoiced(request(Kind::Refund, "600.00"), "DE", "silver"), &policy);
    assert_eq!(silver.rule.as_deref(), Some("medium"));
    let why: Vec<_> = silver.passed_over.iter().map(|over| format!("{}: {}", over.rule, over.why)).collect();
    assert_eq!(
        why,
        [
            "gold: 600.00 EUR is more than 200.00",
            "small-goodwill: it is for “Goodwill credit”, “Promotional credit”, and this is “Refund”",
            "small: 600.00 EUR is more than 500.00",
        ]
    );
    let other = simulated(&invoiced(request(Kind::Refund, "119.00"), "DE", "silver"), &policy);
    assert_eq!(other.rule.as_deref(), Some("small"));
    assert_eq!(
        other.passed_over[0].why,
        "customer.tier == \"gold\" && invoice.age_days <= 30 is not true: customer.tier is “silver”, invoice.age_days is 20"
    );
}

#[test]
fn a_condition_that_cannot_be_evaluated_never_passes_by_itself_and_says_which_rule_and_why() {
    let passing = "[[approval]]\nname = \"home\"\nwhen = 'customer.country == \"DE\"'\nlevels = []\n";
    let unknown = simulated(&request(Kind::GoodwillCredit, "5.00"), &policy(passing));
    assert!(!unknown.passes, "small-goodwill alone would let it pass");
    assert_eq!(unknown.required, ["team-lead"], "the level for exceptions");
    let finding = &unknown.findings[0];
    assert_eq!(finding.code, FindingCode::PolicyUnsure);
    assert_eq!(
        finding.message,
        "whether rule “home” fits can't be said: customer.country == \"DE\": customer.country is not known of this request"
    );
    // Known, it passes or not by that.
    let at_home = invoiced(request(Kind::GoodwillCredit, "5.00"), "DE", "");
    assert_eq!(simulated(&at_home, &policy(passing)).rule.as_deref(), Some("home"));
    assert!(simulated(&at_home, &policy(passing)).passes);
    let abroad = invoiced(request(Kind::GoodwillCredit, "5.00"), "FR", "");
    assert_eq!(simulated(&abroad, &policy(passing)).rule.as_deref(), Some("small-goodwill"));
}

#[test]
fn of_rules_of_which_nobody_can_say_whether_they_fit_the_strictest_decides() {
    let strict = "[[approval]]\nname = \"abroad\"\nwhen = 'customer.country != \"DE\"'\nlevels = [\"finance\"]\n";
    let decided = simulated(&request(Kind::Refund, "5.00"), &policy(strict));
    assert_eq!(
        (decided.rule.as_deref(), decided.required.as_slice()),
        (Some("abroad"), ["finance".to_owned()].as_slice())
    );
    let lax = "[[approval]]\nname = \"home\"\nwhen = 'customer.country == \"DE\"'\nlevels = [\"team-lead\"]\n";
    let decided = simulated(&request(Kind::Refund, "700.00"), &policy(lax));
    assert_eq!(
        (decided.rule.as_deref(), decided.required.as_slice()),
        (Some("medium"), ["manager".to_owned()].as_slice())
    );
    assert!(decided.findings.iter().any(|finding| finding.code == FindingCode::PolicyUnsure));
}

#[test]
fn what_is_known_around_a_request_decides_as_well() {
    use contraflow_domain::policy::Past;
    use contraflow_domain::request::risk::Risk;
    let rules = policy(
        "[[approval]]\nname = \"risky\"\nwhen = 'risk.score >= 50'\nlevels = [\"finance\"]\n\
         [[approval]]\nname = \"often\"\nwhen = 'history.customer.requests > 3 || history.requester.worth > 1000'\n\
         levels = [\"manager\"]\n",
    );
    assert!(rules.asks_for_history() && !Policy::parse(DEFAULT).unwrap().asks_for_history());
    let decided = |score: u32, customer: u32, requester_worth: Option<i64>| {
        let around = Surroundings {
            customer: Some(Past { requests: customer, worth: Some(0) }),
            requester: Some(Past { requests: 1, worth: requester_worth }),
        };
        let mut request = request(Kind::GoodwillCredit, "5.00");
        request.risk = Some(Risk { score, ..Risk::default() });
        let circumstances = Circumstances { origin: Origin::Asked, around };
        let passing = Passing::of(&request, circumstances, &rules, at(1)).apart_from_sums();
        simulate(&request, &passing, &rules).rule.unwrap()
    };
    assert_eq!(decided(0, 3, Some(100_000)), "small-goodwill");
    assert_eq!(decided(50, 0, Some(0)), "risky");
    assert_eq!(decided(49, 4, Some(0)), "often");
    assert_eq!(decided(0, 0, Some(100_001)), "often");
    assert_eq!(decided(0, 0, None), "often", "nobody knows what the others were worth, and a person decides");
    let nobody_looked = simulated(&request(Kind::GoodwillCredit, "5.00"), &rules);
    assert_eq!((nobody_looked.rule.as_deref(), nobody_looked.passes), (Some("risky"), false), "no score is not 0");
}

#[test]
fn all_of_a_set_decide_in_any_order_and_each_for_one_place() {
    let policy = policy("[[approval]]\nname = \"all\"\nall_of = [\"manager\", \"finance\"]\n");
    let mut request = routed(request(Kind::Refund, "5.00"), &policy);
    assert_eq!((request.approvals.required.len(), request.approvals.any), (2, Some(2)));
    assert_eq!(request.approvals.open(&request.content_hash), ["manager", "finance"]);
    let (fin, mia, max) =
        (person("fin", &["finance"]), person("mia", &["approver:manager"]), person("max", &["approver:manager"]));
    let lea = person("lea", &["approver:team-lead"]);
    let refused = approve(&mut request, &lea, &policy).unwrap_err().to_string();
    assert!(refused.contains("approver:manager or approver:finance"), "{refused}");
    approve(&mut request, &fin, &policy).unwrap();
    assert_eq!(request.approvals.decisions[0].level, "finance", "where the most authority is needed");
    assert_eq!(request.approvals.open(&request.content_hash), ["manager"]);
    assert_eq!(approve(&mut request, &fin, &policy), Err(DecisionError::Twice));
    approve(&mut request, &mia, &policy).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
    assert!(approve(&mut request, &max, &policy).is_err());
}

#[test]
fn any_so_many_of_a_set_are_enough() {
    let policy =
        policy("[[approval]]\nname = \"two\"\nany_of = [\"team-lead\", \"manager\", \"finance\"]\ncount = 2\n");
    let mut request = routed(request(Kind::Refund, "5.00"), &policy);
    let (lea, leo) = (person("lea", &["approver:team-lead"]), person("leo", &["approver:team-lead"]));
    let fin = person("fin", &["finance"]);
    approve(&mut request, &lea, &policy).unwrap();
    assert_eq!(request.approvals.missing(&request.content_hash), 1);
    assert!(approve(&mut request, &leo, &policy).is_err(), "the team lead's place is taken");
    assert_eq!(request.status, RequestStatus::PendingApproval);
    approve(&mut request, &fin, &policy).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
    assert_eq!(request.approvals.open(&request.content_hash), [""; 0]);
}

#[test]
fn one_of_a_set_goes_higher_and_the_others_stay() {
    let policy = policy("[[approval]]\nname = \"all\"\nall_of = [\"team-lead\", \"manager\"]\n");
    let mut request = routed(request(Kind::Refund, "5.00"), &policy);
    let (mia, fin) = (person("mia", &["approver:manager"]), person("fin", &["finance"]));
    decide(&mut request, &mia, Verdict::Escalate, &policy).unwrap();
    assert_eq!(request.approvals.required, ["team-lead", "finance"]);
    approve(&mut request, &fin, &policy).unwrap();
    approve(&mut request, &mia, &policy).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
}

#[test]
fn a_person_whom_the_policy_names_decides_and_the_fallback_does_in_their_place() {
    let rule = "[[approval]]\nname = \"owner\"\nlevels = [{ person = \"Mia\", fallback = \"manager\" }]\n";
    let policy = policy(rule);
    let waiting = || routed(request(Kind::Refund, "5.00"), &policy);
    assert_eq!(waiting().approvals.required, ["person:mia:manager"]);
    let mia = person("mia", &["approver:team-lead"]);
    let mut request = waiting();
    approve(&mut request, &mia, &policy).unwrap();
    assert_eq!(
        (request.status, request.approvals.decisions[0].level.as_str()),
        (RequestStatus::Approved, "person:mia:manager")
    );
    let mut request = waiting();
    assert!(approve(&mut request, &person("lea", &["approver:team-lead"]), &policy).is_err());
    approve(&mut request, &person("max", &["approver:manager"]), &policy).unwrap();
    assert_eq!(request.status, RequestStatus::Approved);
    let mut higher = waiting();
    decide(&mut higher, &mia, Verdict::Escalate, &policy).unwrap();
    assert_eq!(higher.approvals.required, ["finance"]);
}

#[test]
fn a_person_whom_the_policy_names_never_decides_on_their_own_request() {
    let policy = policy("[[approval]]\nname = \"owner\"\nlevels = [{ person = \"alice\", fallback = \"manager\" }]\n");
    let request = routed(request(Kind::Refund, "5.00"), &policy);
    assert_eq!(request.approvals.required, ["manager"]);
    let finding = request.findings.iter().find(|finding| finding.code == FindingCode::PolicyDeciderReplaced).unwrap();
    assert!(
        finding.message.contains("alice asked for this request, or may have, so manager decides"),
        "{}",
        finding.message
    );
}

#[test]
fn a_rule_that_contradicts_itself_is_refused_with_its_line_and_column() {
    let line = DEFAULT.lines().position(|line| line == "[[approval]]").unwrap() + 1;
    for (rule, down, column, says) in [
        ("[[approval]]\nname = \"x\"\n", 0, 1, "rule `x` does not say who decides"),
        ("[[approval]]\nname = \"x\"\nlevels = []\nall_of = [\"manager\"]\n", 0, 1, "says twice who decides"),
        ("[[approval]]\nname = \"x\"\nall_of = []\n", 2, 10, "names nobody in all_of"),
        ("[[approval]]\nname = \"x\"\nlevels = [\"manager\", \"boss\"]\n", 2, 22, "names level `boss`"),
        ("[[approval]]\nname = \"x\"\nany_of = [\"manager\"]\ncount = 2\n", 3, 9, "asks for 2 of 1"),
        ("[[approval]]\nname = \"x\"\nany_of = [\"manager\"]\ncount = 0\n", 3, 9, "asks for 0 of 1"),
        ("[[approval]]\nname = \"x\"\nlevels = [\"manager\"]\ncount = 1\n", 3, 9, "goes with any_of only"),
        (
            "[[approval]]\nname = \"x\"\nwhen = 'true && request.amout > 5'\nlevels = []\n",
            2,
            17,
            "there is no `request.amout`",
        ),
        ("[[approval]]\nname = \"x\"\nwhen = 'request.amount >'\nlevels = []\n", 2, 25, "this is no condition"),
        (
            "[[approval]]\nname = \"x\"\nlevels = [{ person = \"mia\", fallback = \"boss\" }]\n",
            2,
            11,
            "names level `boss`",
        ),
        (
            "[[approval]]\nname = \"x\"\nlevels = [{ person = \"zendesk:mia\", fallback = \"manager\" }]\n",
            2,
            11,
            "must have no colon",
        ),
        ("[[approval]]\nname = \"x\"\nlevels = [\"manager\"]\nwhen_ = 'true'\n", 3, 1, "unknown field"),
        ("[[approval]]\nname = \"\"\nlevels = [\"manager\"]\n", 1, 8, "a rule needs a name"),
    ] {
        let told = refused(rule);
        assert!(told.contains(says), "{rule}\n{told}");
        let place = format!("line {}, column {column}:", line + down);
        assert!(told.contains(&place), "{rule}\n{told}\nwanted {place}");
    }
    assert!(
        Policy::parse(&DEFAULT.replace("\"team-lead\", \"manager\"", "\"person:x:y\", \"team-lead\", \"manager\""))
            .is_err()
    );
    let both = refused("[[approval]]\nname = \"x\"\n[[approval]]\nname = \"y\"\nwhen = '1'\nlevels = []\n");
    assert!(both.contains("rule `x`") && both.contains("rule `y`"), "every mistake at once: {both}");
}

#[test]
fn a_policy_has_an_end_in_bytes_rules_and_deciders() {
    use contraflow_domain::limits;
    let rules = DEFAULT.matches("[[approval]]").count();
    let one = "[[approval]]\nname = \"x\"\nlevels = [\"manager\"]\n";
    let many = |count: usize| {
        Policy::parse(&DEFAULT.replacen("[[approval]]", &format!("{}[[approval]]", one.repeat(count)), 1))
    };
    assert!(many(limits::POLICY_RULES - rules).is_ok(), "at the bound");
    assert!(many(limits::POLICY_RULES - rules + 1).unwrap_err().to_string().contains("more than 500 rules"));
    let named = |count: usize| {
        let names = vec!["\"manager\""; count].join(", ");
        let rule = format!("[[approval]]\nname = \"x\"\nlevels = [{names}]\n[[approval]]");
        Policy::parse(&DEFAULT.replacen("[[approval]]", &rule, 1))
    };
    assert!(named(limits::DECIDERS).is_ok(), "at the bound");
    assert!(named(limits::DECIDERS + 1).unwrap_err().to_string().contains("more than 20 deciders"));
    let padded = |length: usize| format!("{DEFAULT}{}", "#".repeat(length - DEFAULT.len()));
    assert!(Policy::parse(&padded(limits::POLICY_BYTES)).is_ok(), "at the bound");
    assert!(Policy::parse(&padded(limits::POLICY_BYTES + 1)).is_err(), "one more");
}

#[test]
fn approvals_that_were_stored_before_there_were_sets_decide_in_order() {
    let stored = r#"{"required":["manager","finance"],"rule":"large","policy":"default-1","decisions":[]}"#;
    let approvals: Approvals = serde_json::from_str(stored).unwrap();
    assert_eq!((approvals.any, approvals.open("h"), approvals.missing("h")), (None, vec!["manager"], 2));
    assert_eq!(serde_json::to_string(&approvals).unwrap(), stored, "and are written as before");
}

#[test]
fn the_reference_of_the_policy_names_every_field_of_conditions() {
    use contraflow_domain::policy::condition::Field;
    let reference = include_str!("../../docs/policy.md");
    for field in Field::ALL {
        let row = format!("| `{}` | {} |", field.name(), field.title());
        assert!(reference.contains(&row), "docs/policy.md lacks: {row}");
    }
    let named = reference.matches("\n| `").count();
    assert!(named >= Field::ALL.len());
}
