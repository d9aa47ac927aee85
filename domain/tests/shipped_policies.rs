//! What the shipped policies decide, case by case; and that each of their rules is there for a case.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use contraflow_domain::account::{Accounts, InvoiceAccount, PaymentAccount};
use contraflow_domain::approval::automatic::{Origin, Passing};
use contraflow_domain::approval::simulate;
use contraflow_domain::catalogue::FindingCode;
use contraflow_domain::eligibility::{self, Asked};
use contraflow_domain::invoice::{Invoice, Payment};
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::policy::{Deciders, Policy};
use contraflow_domain::request::ask::{Ask, Destination, Evidence, Kind};
use contraflow_domain::request::risk::Risk;
use contraflow_domain::request::{Finding, KnownCustomer, Packet, Request, Severity, Source};
use contraflow_domain::time::Timestamp;
use contraflow_domain::zone::Zone;
use serde_json::json;

const DEFAULT: &str = include_str!("../../policy/default.toml");
const STRICT: &str = include_str!("../../policy/strict.toml");
const EU: &str = include_str!("../../policy/eu-b2c.toml");
const US: &str = include_str!("../../policy/us-retail.toml");
const B2B: &str = include_str!("../../policy/b2b-ar.toml");

/// A request, and what becomes of it.
#[derive(Clone)]
struct Case {
    kind: Kind,
    value: &'static str,
    reason: &'static str,
    days: u64,
    country: &'static str,
    tier: &'static str,
    to: Destination,
    method: &'static str,
    bare: bool,
    risk: u32,
    wants: &'static str,
}

/// A case about an invoice of ten days ago, paid by card, with a note and evidence.
fn case(kind: Kind, value: &'static str, reason: &'static str, wants: &'static str) -> Case {
    let (days, country, tier, to) = (10, "DE", "", Destination::Auto);
    Case { kind, value, reason, days, country, tier, to, method: "card", bare: false, risk: 0, wants }
}

impl Case {
    fn days(self, days: u64) -> Self {
        Self { days, ..self }
    }
    fn of(self, country: &'static str) -> Self {
        Self { country, ..self }
    }
    fn tier(self, tier: &'static str) -> Self {
        Self { tier, ..self }
    }
    fn to(self, to: Destination) -> Self {
        Self { to, ..self }
    }
    /// By which method it was paid; "" for not at all.
    fn paid_by(self, method: &'static str) -> Self {
        Self { method, ..self }
    }
    /// Without note and evidence.
    fn bare(self) -> Self {
        Self { bare: true, ..self }
    }
    fn risk(self, risk: u32) -> Self {
        Self { risk, ..self }
    }

    fn request(&self, at: Timestamp) -> Request {
        let invoiced = !matches!(self.kind, Kind::GoodwillCredit | Kind::PromotionalCredit | Kind::AccountCredit);
        let evidence = json!([{"kind": "photo", "url": "https://files.example/1"}]);
        let evidence: Vec<Evidence> = serde_json::from_value(evidence).unwrap();
        let ask = Ask {
            kind: self.kind,
            direction: None,
            invoice: invoiced.then(|| "INV-1".into()),
            customer: (!invoiced).then(|| "CUST-7".into()),
            reason: self.reason.into(),
            note: if self.bare { String::new() } else { "as agreed".into() },
            lines: Vec::new(),
            amount: Some(Money::parse(self.value, Currency::EUR).unwrap()),
            destination: self.to,
            evidence: if self.bare { Vec::new() } else { evidence },
        };
        let source = Source { channel: "api".into(), reference: None, link: None };
        let mut request = Request::receive("request-1".into(), source, "alice".into(), ask, at);
        let known = KnownCustomer { known: true, alike: Vec::new() };
        request.packet = Some(Packet {
            built_at: at,
            invoice: invoiced.then(|| self.invoice(at)),
            customer: (!invoiced).then_some(known),
        });
        request
    }

    fn invoice(&self, at: Timestamp) -> Invoice {
        let issued_on = Zone::UTC.day(at) - chrono::Days::new(self.days);
        let payments = if self.method.is_empty() {
            json!([])
        } else {
            json!([{"id": "P1", "gateway": "sandbox", "reference": "ch_1", "method": self.method,
                "captured": "300000.00", "paid_at": "2026-01-01T00:00:00Z"}])
        };
        serde_json::from_value(json!({
            "number": "INV-1", "issued_on": issued_on, "currency": "EUR", "prices_include_tax": true,
            "tax_rounding": "line",
            "customer": {"id": "CUST-7", "name": "Muster", "country": self.country, "tier": self.tier},
            "lines": [{"id": "1", "description": "Lamp", "quantity": "1", "unit_price": "300000.00", "tax_rate": "0",
                "net": "300000.00", "tax": "0.00", "gross": "300000.00"}],
            "payments": payments,
        }))
        .unwrap()
    }

    /// Says what the policy makes of it: refused or by which rule, who decides, and what they are told.
    fn outcome(&self, policy: &Policy) -> String {
        let at: Timestamp = "2026-06-15T12:00:00Z".parse().unwrap();
        let mut request = self.request(at);
        let found = |_: &Payment| Ok::<Option<PaymentAccount>, ()>(None);
        let account = request.ask.invoice.is_some().then(|| InvoiceAccount::untouched("INV-1"));
        let mut accounts = Accounts::gather(&request, account, found).unwrap();
        eligibility::check(&mut request, &mut accounts, &mut Asked::default(), &["sandbox"], policy, at).unwrap();
        if request.status != RequestStatus::Validated {
            return format!("refused | {}", label(request.findings.last().unwrap()));
        }
        request.risk = Some(Risk { score: self.risk, ..Risk::default() });
        let passing = Passing::of(&request, Origin::Asked, policy, at).apart_from_sums();
        let decided = simulate(&request, &passing, policy);
        let deciders = Deciders { required: decided.required, any: decided.any };
        let who = if decided.passes { " passes".to_owned() } else { format!(": {}", deciders.title()) };
        let told = request.findings.iter().chain(&decided.findings).filter(|told| told.severity >= Severity::Warning);
        let told: String = told.map(|finding| format!(" | {}", label(finding))).collect();
        format!("{}{who}{told}", decided.rule.unwrap_or_default())
    }
}

/// Names a finding: a check and a row of terms by their name, others by their code.
fn label(finding: &Finding) -> &str {
    match finding.code {
        FindingCode::PolicyCheck | FindingCode::PolicyRefused => {
            finding.message.split(['“', '”']).rev().nth(1).unwrap()
        }
        FindingCode::WindowExceeded if finding.message.contains("by the row “") => {
            finding.message.split(['“', '”']).rev().nth(1).unwrap()
        }
        code => code.name(),
    }
}

fn default_cases() -> Vec<Case> {
    use Kind::{GoodwillCredit, PromotionalCredit, Refund};
    vec![
        case(GoodwillCredit, "50.00", "late", "small-goodwill passes"),
        case(PromotionalCredit, "50.00", "", "small-goodwill passes").bare(),
        case(GoodwillCredit, "50.01", "late", "small: team-lead"),
        case(Refund, "50.00", "late", "small: team-lead"),
        case(Refund, "500.00", "late", "small: team-lead"),
        case(Refund, "500.01", "late", "medium: manager"),
        case(Refund, "5000.00", "late", "medium: manager"),
        case(Refund, "5000.01", "late", "large: manager, then finance"),
        case(Refund, "10.00", "damaged", "small: team-lead | evidence.missing").bare(),
        case(Refund, "10.00", "late", "small: team-lead | window.exceeded").days(366),
        case(Refund, "10.00", "late", "small: team-lead").days(365),
    ]
}

fn strict_cases() -> Vec<Case> {
    use Kind::{AccountCredit, BalanceCorrection, GoodwillCredit, Refund};
    vec![
        case(GoodwillCredit, "1.00", "goodwill", "small: team-lead"),
        case(AccountCredit, "10.00", "late", "risky: all of manager; finance").risk(50),
        case(AccountCredit, "10.00", "late", "small: team-lead").risk(49),
        case(BalanceCorrection, "10.00", "reconciliation", "correction: manager, then finance | policy.person_decides"),
        case(AccountCredit, "50.00", "late", "small: team-lead"),
        case(AccountCredit, "50.01", "late", "medium: team-lead, then manager"),
        case(AccountCredit, "1000.00", "late", "medium: team-lead, then manager"),
        case(AccountCredit, "1000.01", "late", "large: manager, then finance"),
        case(AccountCredit, "10000.00", "late", "large: manager, then finance"),
        case(AccountCredit, "10000.01", "late", "largest: manager, then finance, then director"),
        case(AccountCredit, "10.00", "whatever", "refused | reason.unknown"),
        case(AccountCredit, "10.00", "", "refused | reason.unknown"),
        case(AccountCredit, "10.00", "wrong_tax", "refused | reason.other_kind"),
        case(AccountCredit, "10.00", "late", "small: team-lead | reason.note_missing").bare(),
        case(AccountCredit, "10.00", "billed_twice", "small: team-lead | evidence.missing").bare(),
        case(Refund, "10.00", "late", "small: team-lead | window.exceeded").days(365),
        case(Refund, "10.00", "late", "refused | old invoice").days(366),
        case(Refund, "10.00", "late", "small: team-lead | paid out by hand").to(Destination::Manual),
    ]
}

fn eu_cases() -> Vec<Case> {
    use Kind::{GoodwillCredit, PromotionalCredit, Refund};
    vec![
        case(Refund, "150.00", "withdrawal", "withdrawal passes").days(14),
        case(Refund, "150.00", "withdrawal", "withdrawal passes").days(14).of("GB"),
        case(Refund, "150.01", "withdrawal", "small: team-lead"),
        case(Refund, "10.00", "withdrawal", "small: team-lead | withdrawal is late").days(15),
        case(Refund, "10.00", "withdrawal", "small: team-lead | UK cancellation is late").days(15).of("GB"),
        case(Refund, "10.00", "withdrawal", "withdrawal: team-lead | withdrawal elsewhere").of("US"),
        case(Refund, "10.00", "withdrawal", "small: team-lead | same means of payment").to(Destination::StoreCredit),
        case(Refund, "10.00", "withdrawal", "withdrawal: team-lead | same means of payment | payout.by_hand")
            .to(Destination::Manual),
        case(GoodwillCredit, "30.00", "late", "small-goodwill passes"),
        case(PromotionalCredit, "30.00", "late", "small-goodwill passes"),
        case(GoodwillCredit, "30.01", "late", "small: team-lead"),
        case(Refund, "10.00", "late", "small: team-lead"),
        case(Refund, "1000.00", "not_conforming", "not-conforming: team-lead"),
        case(Refund, "1000.01", "not_conforming", "medium: manager"),
        case(Refund, "10.00", "not_conforming", "not-conforming: team-lead").days(730),
        case(Refund, "10.00", "not_conforming", "not-conforming: team-lead | guarantee is over").days(731),
        case(Refund, "10.00", "not_conforming", "not-conforming: team-lead").days(30).of("GB"),
        case(Refund, "10.00", "not_conforming", "not-conforming: team-lead | UK right to reject is over")
            .days(31)
            .of("GB"),
        case(Refund, "10.00", "not_conforming", "refused | destination.not_allowed").to(Destination::StoreCredit),
        case(Refund, "10.00", "withdrawal", "small: team-lead | withdrawal elsewhere").days(15).of("US"),
        case(Refund, "10.00", "not_conforming", "not-conforming: team-lead").days(31).of("US"),
        case(Refund, "10.00", "late", "small: team-lead").days(731),
        case(Refund, "10.00", "late", "small: team-lead").days(31).of("GB"),
        case(Refund, "250.00", "late", "small: team-lead"),
        case(Refund, "250.01", "late", "medium: manager"),
        case(Refund, "2500.00", "late", "medium: manager"),
        case(Refund, "2500.01", "late", "large: manager, then finance"),
    ]
}

fn us_cases() -> Vec<Case> {
    use Kind::{GoodwillCredit, PromotionalCredit, Refund};
    vec![
        case(Refund, "5000.00", "cooling_off", "cooling-off: team-lead").of("US"),
        case(Refund, "100.00", "return", "return passes").days(30).of("US"),
        case(Refund, "100.01", "return", "small: team-lead").days(30).of("US"),
        case(Refund, "10.00", "return", "small: team-lead | posted window").days(31).of("US"),
        case(Refund, "10.00", "return", "small: team-lead | posted window").days(90).of("US"),
        case(Refund, "10.00", "return", "refused | return window is long over").days(91).of("US"),
        case(Refund, "10.00", "return", "small: team-lead").to(Destination::Manual).of("US"),
        case(Refund, "10.00", "not_shipped", "refused | destination.not_allowed").to(Destination::StoreCredit),
        case(GoodwillCredit, "25.00", "late", "small-goodwill passes"),
        case(PromotionalCredit, "25.00", "late", "small-goodwill passes"),
        case(GoodwillCredit, "25.01", "late", "small: team-lead"),
        case(Refund, "10.00", "late", "small: team-lead"),
        case(Refund, "10.00", "late", "gift-card: manager").paid_by("gift_card").to(Destination::Manual),
        case(Refund, "10.00", "late", "small: team-lead").paid_by("gift_card"),
        case(Refund, "250.00", "late", "small: team-lead"),
        case(Refund, "250.01", "late", "medium: manager"),
        case(Refund, "2500.00", "late", "medium: manager"),
        case(Refund, "2500.01", "late", "large: manager, then finance"),
    ]
}

fn b2b_cases() -> Vec<Case> {
    use Kind::{AccountCredit, GoodwillCredit, InvoiceCorrection, Refund};
    let open = |value, reason, wants| case(InvoiceCorrection, value, reason, wants).paid_by("");
    vec![
        case(GoodwillCredit, "0.01", "late", "small: team-lead"),
        open("0.01", "write_off", "write-off: manager, then finance").days(90),
        open("0.01", "write_off", "write-off: manager, then finance | write-off of a young invoice").days(89),
        open("0.01", "Write Off", "refused | destination.not_allowed").days(90).to(Destination::StoreCredit),
        open("500.00", "short_pay", "deduction: team-lead"),
        open("500.00", "deduction", "deduction: team-lead"),
        open("500.00", "deduction", "deduction: team-lead | evidence.missing").bare(),
        open("500.00", "short_pay", "deduction: team-lead | reason.note_missing").bare(),
        open("500.01", "short_pay", "large-deduction: all of manager; finance"),
        open("500.01", "deduction", "large-deduction: all of manager; finance"),
        case(InvoiceCorrection, "10.00", "short_pay", "refused | short pay of a paid invoice"),
        case(Refund, "20000.00", "late", "key-account: manager").tier("Key"),
        case(Refund, "20000.01", "late", "large: manager, then finance").tier("key"),
        case(AccountCredit, "10.00", "late", "small: team-lead"),
        case(Refund, "1000.00", "late", "small: team-lead"),
        case(Refund, "1000.01", "late", "medium: manager"),
        case(Refund, "10000.00", "late", "medium: manager"),
        case(Refund, "10000.01", "late", "large: manager, then finance"),
        case(Refund, "100000.00", "late", "large: manager, then finance"),
        case(Refund, "100000.01", "late", "largest: all of finance; director"),
    ]
}

/// Returns the first case that a policy decides otherwise.
fn differing(policy: &Policy, cases: &[Case]) -> Option<String> {
    cases.iter().enumerate().find_map(|(place, case)| {
        let outcome = case.outcome(policy);
        (outcome != case.wants)
            .then(|| format!("case {place}: {} {} is {outcome}, not {}", case.value, case.reason, case.wants))
    })
}

fn decides(text: &str, cases: &[Case]) {
    let policy = Policy::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let wrong: Vec<_> = cases.iter().filter_map(|case| differing(&policy, std::slice::from_ref(case))).collect();
    assert!(wrong.is_empty(), "policy {}:\n{}", policy.version, wrong.join("\n"));
}

#[test]
fn the_default_policy_decides_its_cases() {
    decides(DEFAULT, &default_cases());
}

#[test]
fn the_strict_policy_lets_nothing_pass_and_decides_its_cases() {
    decides(STRICT, &strict_cases());
    assert!(Policy::parse(STRICT).unwrap().approval.iter().all(|rule| !rule.deciders().is_nobody()));
}

#[test]
fn the_policy_for_consumers_in_the_eu_and_the_uk_decides_its_cases() {
    decides(EU, &eu_cases());
}

#[test]
fn the_policy_for_retail_in_the_us_decides_its_cases() {
    decides(US, &us_cases());
}

#[test]
fn the_policy_between_companies_puts_short_pays_deductions_and_write_offs_before_a_person() {
    decides(B2B, &b2b_cases());
    assert!(Policy::parse(B2B).unwrap().approval.iter().all(|rule| !rule.deciders().is_nobody()));
}

/// Returns the policy with each of its rules and checks taken out or altered, with a name for each change.
fn mutants(text: &str) -> Vec<(String, String)> {
    let document: toml::Table = text.parse().unwrap();
    let mut mutants = Vec::new();
    for list in ["approval", "checks", "eligibility"] {
        let rules = document.get(list).and_then(toml::Value::as_array).cloned().unwrap_or_default();
        for (place, rule) in rules.iter().enumerate() {
            let rule = rule.as_table().unwrap();
            let name = rule["name"].as_str().unwrap();
            let mut add = |what: &str, changed: Option<toml::Table>| {
                let mut all = rules.clone();
                match changed {
                    Some(changed) => all[place] = changed.into(),
                    None => drop(all.remove(place)),
                }
                let mut document = document.clone();
                document.insert(list.into(), all.into());
                mutants.push((format!("{list} {name}: {what}"), document.to_string()));
            };
            let with = |member: &str, value: toml::Value| {
                let mut rule = rule.clone();
                rule.insert(member.into(), value);
                Some(rule)
            };
            let without = |member: &str| {
                let mut rule = rule.clone();
                rule.remove(member);
                Some(rule)
            };
            add("removed", None);
            if let Some(bound) = rule.get("up_to").and_then(toml::Value::as_str) {
                let bound: rust_decimal::Decimal = bound.parse().unwrap();
                let cent = rust_decimal::Decimal::new(1, 2);
                add("a cent more", with("up_to", (bound + cent).to_string().into()));
                add("a cent less", with("up_to", (bound - cent).to_string().into()));
            }
            if let Some(when) = rule.get("when").and_then(toml::Value::as_str) {
                add("the opposite", with("when", format!("!({when})").into()));
            }
            if let Some(days) = rule.get("days").and_then(toml::Value::as_integer) {
                add("a day more", with("days", (days + 1).into()));
                add("a day less", with("days", (days - 1).into()));
            }
            for scope in ["kinds", "reasons", "countries"].into_iter().filter(|scope| rule.contains_key(*scope)) {
                add(&format!("for all {scope}"), without(scope));
            }
            if let Some(then) = rule.get("then").and_then(toml::Value::as_str) {
                let other = if then == "person" { "refuse" } else { "person" };
                add(other, with("then", other.into()));
            }
            for who in ["levels", "all_of", "any_of"].into_iter().filter(|who| rule.contains_key(*who)) {
                let mut others = without(who).unwrap();
                others.remove("count");
                others.insert("levels".into(), toml::Value::Array(vec!["finance".into(); 4]));
                add("decided by others", Some(others));
            }
        }
    }
    mutants
}

fn each_rule_matters(text: &str, cases: &[Case]) {
    let mutants = mutants(text);
    assert!(mutants.len() >= 10, "{}", mutants.len());
    let lived = mutants.iter().filter(|(_, mutant)| match Policy::parse(mutant) {
        Ok(policy) => differing(&policy, cases).is_none(),
        Err(_) => false,
    });
    let lived: Vec<_> = lived.map(|(name, _)| name.as_str()).collect();
    assert!(lived.is_empty(), "no case notices: {lived:?}");
}

#[test]
fn a_case_notices_every_change_of_a_rule_of_the_default_policy() {
    each_rule_matters(DEFAULT, &default_cases());
}

#[test]
fn a_case_notices_every_change_of_a_rule_of_the_strict_policy() {
    each_rule_matters(STRICT, &strict_cases());
}

#[test]
fn a_case_notices_every_change_of_a_rule_of_the_policy_for_consumers_in_the_eu_and_the_uk() {
    each_rule_matters(EU, &eu_cases());
}

#[test]
fn a_case_notices_every_change_of_a_rule_of_the_policy_for_retail_in_the_us() {
    each_rule_matters(US, &us_cases());
}

#[test]
fn a_case_notices_every_change_of_a_rule_of_the_policy_between_companies() {
    each_rule_matters(B2B, &b2b_cases());
}
