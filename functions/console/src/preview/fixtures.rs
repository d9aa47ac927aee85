//! Holds made-up answers of the api.

use contraflow_domain::account::{BalanceView, CreditEntry, CreditMove, CreditPart, CustomerBalanceView, Grant, Hold};
use contraflow_domain::approval::{Decision, Verdict};
use contraflow_domain::catalogue::{EventKind, FindingCode, TaskCode};
use contraflow_domain::invoice::{Customer, Invoice, Payment};
use contraflow_domain::lifecycle::document::DocumentStatus;
use contraflow_domain::lifecycle::handoff::HandOffStatus;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::money::{Currency, Money};
use contraflow_domain::request::ask::{Evidence, Kind};
use contraflow_domain::request::event::Event;
use contraflow_domain::request::parts::{Deed, Part};
use contraflow_domain::request::view::{ApprovalsView, DocumentView, LegDestination, LegView, LineView, RequestView};
use contraflow_domain::request::{Finding, Packet, Severity, Source, Task};
use contraflow_domain::time::Timestamp;
use contraflow_guest::view::Page;
use serde_json::{Value, json};

/// Returns an amount in euros.
pub fn money(value: &str) -> Money {
    Money::parse(value, Currency::EUR).expect("an amount")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Returns a request that waits for a manager and then for finance.
pub fn pending() -> RequestView {
    serde_json::from_str(include_str!("../../tests/fixtures/request.json")).expect("a request as the api shows it")
}

/// Returns an approval.
pub fn approval(by: &str, level: &str, note: &str, content_hash: &str) -> Decision {
    Decision {
        by: by.into(),
        level: level.into(),
        decision: Verdict::Approve,
        on_behalf_of: None,
        escalated_to: None,
        note: note.into(),
        at: at("2026-11-21T20:10:00.000Z"),
        content_hash: content_hash.into(),
        ruled: None,
    }
}

fn nobody_decides() -> ApprovalsView {
    let (rule, policy) = (String::new(), String::new());
    ApprovalsView {
        required: Vec::new(),
        any: None,
        open: Vec::new(),
        decisions: Vec::new(),
        next: None,
        rule,
        policy,
        policy_number: None,
        policy_hash: String::new(),
    }
}

fn memo(number: &str, erp_reference: &str) -> DocumentView {
    DocumentView {
        number: Some(number.into()),
        status: DocumentStatus::Issued,
        erp_reference: Some(erp_reference.into()),
        issued_on: "2026-11-21".into(),
        total: money("71.40"),
        hand_off: Some(HandOffStatus::Posted),
        refusal: None,
    }
}

/// Returns the two legs in the given states.
fn legs(card: LegStatus, other: LegStatus) -> [LegView; 2] {
    let [first, second] = pending().legs.try_into().expect("two legs");
    [LegView { status: card, ..first }, LegView { status: other, ..second }]
}

/// Returns a request that is completed.
pub fn completed() -> RequestView {
    let mut legs = legs(LegStatus::Succeeded, LegStatus::Succeeded);
    legs[0].gateway_reference = Some("re_3PqLr2eZvKYlo2C1abcdef".into());
    let before = pending();
    let decisions = vec![
        approval("bob", "manager", "Photos are clear.", "77aa"),
        Decision { at: at("2026-11-21T20:20:00.000Z"), ..approval("carol", "finance", "", "77aa") },
    ];
    RequestView {
        status: RequestStatus::Completed,
        findings: Vec::new(),
        approvals: ApprovalsView { next: None, open: Vec::new(), decisions, ..before.approvals },
        credit_memo: Some(memo("CM-2026-00017", "books-17")),
        legs: legs.into(),
        ..before
    }
}

/// Returns a request whose leg failed.
pub fn attention() -> RequestView {
    let [mut card, mut manual] = legs(LegStatus::LateFailed, LegStatus::RequiresAction);
    card.gateway_reference = Some("re_1".into());
    card.failure = Some("expired_or_canceled_card".into());
    card.dual_payout_risk = true;
    manual.to = LegDestination::Manual;
    manual.method = "manual".into();
    manual.frozen = true;
    let task = |code: TaskCode, subject: &str, detail: &str, since: &str| Task {
        code,
        subject: subject.into(),
        detail: detail.into(),
        since: at(since),
    };
    RequestView {
        status: RequestStatus::NeedsAttention,
        paused: Some(RequestStatus::Executing),
        credit_memo: Some(memo("CM-2026-00018", "books-18")),
        approvals: nobody_decides(),
        legs: vec![card, manual],
        tasks: vec![
            task(
                TaskCode::LegReroute,
                "l1",
                "The refund of 51.40 EUR (leg l1) failed after the gateway had said that it succeeded (expired or canceled card). Retry it, or send the money elsewhere: back to the payment, as store credit, or by hand.",
                "2026-11-21T21:00:00.000Z",
            ),
            task(TaskCode::LegPayOut, "l2", "Pay 20.00 EUR out by hand and confirm it.", "2026-11-21T22:30:00.000Z"),
        ],
        ..pending()
    }
}

/// Returns a request that the rules refused.
pub fn ineligible() -> RequestView {
    RequestView {
        status: RequestStatus::Ineligible,
        amount: None,
        lines: Vec::new(),
        legs: Vec::new(),
        evidence: Vec::new(),
        packet: None,
        deadline: None,
        approvals: nobody_decides(),
        findings: vec![Finding {
            code: FindingCode::InvoiceNotFound,
            severity: Severity::Blocking,
            message: "the ERP has no invoice INV-1001: check the number".into(),
        }],
        ..pending()
    }
}

/// Returns a request with long words, large amounts and many lines.
pub fn long() -> RequestView {
    let word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);
    let line = |line: usize| LineView {
        line: line.to_string(),
        quantity: 1.into(),
        net: money("1000000.00"),
        tax: money("190000.00"),
        gross: money("1190000.00"),
    };
    RequestView {
        requester: format!("zendesk:{word}@example.com"),
        reason: word.clone(),
        note: format!("{word} {word}\n\n{word}"),
        amount: Some(money("16660000.00")),
        lines: (1..=14).map(line).collect(),
        invoice: Some(format!("INV-{word}")),
        findings: vec![Finding {
            code: FindingCode::EvidenceMissing,
            severity: Severity::Warning,
            message: format!("{word} {word}"),
        }],
        evidence: vec![Evidence {
            name: Some(format!("{word}.jpg")),
            media_type: Some("image/jpeg".into()),
            size: Some(48_213),
            ..Evidence::link("link", &format!("https://files.example/{word}/{word}"))
        }],
        ..pending()
    }
}

/// Returns a request in which every text is an attack.
pub fn hostile(text: &str) -> RequestView {
    let all = || Some(text.to_owned());
    let before = pending();
    let leg = |leg: LegView| LegView {
        gateway: all(),
        payment: all(),
        method: text.into(),
        gateway_reference: all(),
        failure: all(),
        replaced_by: all(),
        ..leg
    };
    RequestView {
        requester: text.into(),
        reason: text.into(),
        note: text.into(),
        invoice: all(),
        customer: all(),
        content_hash: text.into(),
        deeds: vec![Deed { by: text.into(), part: Part::PaidOut }],
        source: Source { channel: text.into(), reference: all(), link: all() },
        evidence: vec![
            Evidence { name: all(), media_type: all(), sha256: all(), by: all(), ..Evidence::link(text, text) },
            Evidence::link("link", &format!("https://a.example/{text}")),
        ],
        findings: vec![Finding {
            code: FindingCode::DuplicateSuspected,
            severity: Severity::Warning,
            message: text.into(),
        }],
        tasks: vec![Task {
            code: TaskCode::LegReroute,
            subject: text.into(),
            detail: text.into(),
            since: before.created_at,
        }],
        legs: before.legs.into_iter().map(leg).collect(),
        approvals: ApprovalsView {
            required: vec![text.into(), text.into()],
            any: None,
            open: vec![text.into()],
            decisions: vec![approval(text, text, text, text)],
            next: all(),
            rule: text.into(),
            policy: text.into(),
            policy_number: None,
            policy_hash: text.into(),
        },
        credit_memo: Some(DocumentView { refusal: all(), issued_on: text.into(), ..memo(text, text) }),
        packet: before.packet.map(|packet| hostile_packet(packet, text)),
        ..before
    }
}

fn hostile_packet(packet: Packet, text: &str) -> Packet {
    let customer = Customer {
        id: text.into(),
        name: text.into(),
        country: text.into(),
        tier: text.into(),
        email: text.into(),
        language: text.into(),
    };
    let payment = |payment: Payment| Payment {
        id: text.into(),
        gateway: text.into(),
        reference: text.into(),
        method: text.into(),
        paid_at: text.into(),
        last_four: Some(text.into()),
        ..payment
    };
    let invoice = packet.invoice.map(|mut invoice| {
        for line in &mut invoice.lines {
            line.description = text.into();
        }
        let payments = invoice.payments.into_iter().map(payment).collect();
        Invoice { number: text.into(), issued_on: text.into(), customer, payments, ..invoice }
    });
    Packet { invoice, ..packet }
}

/// Returns a page of events.
pub fn events() -> Page<Event> {
    let event = |sequence: u64, minute: u64, actor: &str, what: EventKind, why: &str, data: Value| Event {
        request: "r".into(),
        sequence,
        at: at(&format!("2026-11-21T20:{minute:02}:00.000Z")),
        actor: actor.into(),
        what,
        why: why.into(),
        data,
        legs: Vec::new(),
        previous: String::new(),
        hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
    };
    let source = json!({"source": {"channel": "zendesk", "reference": "4711"}});
    let moved = |from: &str, to: &str| json!({"from": from, "to": to});
    let reserved = json!({"amount": money("71.40"), "findings": []});
    let rule = "policy default-1, rule large";
    let items = vec![
        event(1, 0, "zendesk:agent@example.com", EventKind::RequestReceived, "", source),
        event(2, 1, "eligibility", EventKind::AmountReserved, "", reserved),
        event(3, 1, "eligibility", EventKind::RequestValidate, "", moved("received", "validated")),
        event(4, 2, "approval", EventKind::RequestAskPeople, rule, moved("validated", "pending_approval")),
    ];
    Page { items, next: None }
}

/// Returns so many requests of all sorts.
pub fn many(count: usize) -> Vec<RequestView> {
    let sorts = [
        (RequestStatus::PendingApproval, Kind::Refund, "71.40", "2026-11-21T18:00:00.000Z"),
        (RequestStatus::Escalated, Kind::GoodwillCredit, "12500.00", "2026-11-22T04:00:00.000Z"),
        (RequestStatus::InfoRequested, Kind::PriceCorrection, "8.99", "2026-11-30T04:00:00.000Z"),
        (RequestStatus::Completed, Kind::AccountCredit, "1234567.89", "2026-12-01T04:00:00.000Z"),
        (RequestStatus::NeedsAttention, Kind::Chargeback, "240.00", "2026-12-02T04:00:00.000Z"),
        (RequestStatus::Rejected, Kind::TaxAdjustment, "19.00", "2026-12-03T04:00:00.000Z"),
    ];
    let request = |(index, (status, kind, amount, deadline)): (usize, &(RequestStatus, Kind, &str, &str))| {
        let before = pending();
        RequestView {
            id: format!("019ac8f0-11aa-7c3e-9d00-{index:012x}"),
            status: *status,
            kind: *kind,
            amount: Some(money(amount)),
            deadline: Some(at(deadline)),
            due_at: None,
            findings: if index % 3 == 0 { Vec::new() } else { before.findings },
            ..before
        }
    };
    sorts.iter().cycle().take(count).enumerate().map(request).collect()
}

/// Returns store credit in two currencies.
pub fn balance() -> CustomerBalanceView {
    const OLDER: &str = "019ac8f0-11aa-7c3e-9d00-5b1f00c0fff0";
    const NEWER: &str = "019ac8f0-11aa-7c3e-9d00-5b1f00c0ffee";
    let grant = |request: &str, leg: &str, amount: &str, remaining: &str, when: &str| Grant {
        id: format!("{request}-{leg}"),
        request: request.into(),
        amount: money(amount),
        remaining: money(remaining),
        lapsed: money("0.00"),
        at: at(when),
        expires_at: None,
        revoked: false,
    };
    let entry = |sequence: u64, what: CreditMove, id: String, amount: &str, when: &str, by: (&str, &str)| CreditEntry {
        sequence,
        what,
        id: id.clone(),
        amount: money(amount),
        at: at(when),
        actor: by.0.into(),
        refers_to: by.1.into(),
        parts: vec![CreditPart { grant: id, amount: money(amount) }],
        expires_at: None,
        request: None,
    };
    let (first, then, last) = ("2026-11-01T20:00:00.000Z", "2026-11-10T10:00:00.000Z", "2026-11-21T20:00:00.000Z");
    let newest = grant(NEWER, "l2", "20.00", "20.00", last);
    let oldest = grant(OLDER, "l1", "80.00", "50.00", first);
    let entries = vec![
        entry(1, CreditMove::Granted, oldest.id.clone(), "80.00", first, ("contraflow", OLDER)),
        entry(2, CreditMove::Spent, "shop-881".into(), "30.00", then, ("shop", "order-881")),
        entry(3, CreditMove::Granted, newest.id.clone(), "20.00", last, ("contraflow", NEWER)),
    ];
    let oldest = Grant { expires_at: Some(at("2027-11-01T20:00:00.000Z")), ..oldest };
    let euros = BalanceView {
        currency: Currency::EUR,
        balance: money("55.00"),
        holds: vec![Hold {
            id: "shop-902".into(),
            amount: money("15.00"),
            reference: "order-902".into(),
            by: "shop".into(),
            at: at("2026-11-21T22:50:00.000Z"),
            until: at("2026-11-21T23:20:00.000Z"),
        }],
        grants: vec![oldest, newest],
        grants_left_out: 3,
        entries,
        next: Some("EUR/1".into()),
    };
    let yen = Money { minor: 4500, currency: Currency::JPY };
    let yen = BalanceView {
        currency: Currency::JPY,
        balance: yen,
        holds: Vec::new(),
        grants: Vec::new(),
        grants_left_out: 0,
        entries: Vec::new(),
        next: None,
    };
    CustomerBalanceView { customer: "CUST-7".into(), balances: vec![euros, yen] }
}
