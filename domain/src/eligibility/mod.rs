//! Eligibility: what a request comes to, where its money goes, and whether it can be granted. That is computed from the
//! packet and the accounts, and the money is set aside in the same commit.

mod again;
mod asked;
mod checks;
pub mod elsewhere;
mod payout;
mod reason;
mod terms;

use serde_json::json;

pub use again::{Rechecked, is_refusal_of_policy, recheck};
pub use asked::{Asked, Earlier, Wish};

use crate::account::{AccountError, Accounts, Claim, InvoiceAccount};
use crate::allocation::{Allocation, LineSelection, Portion, Selection};
use crate::backup;
use crate::catalogue::{EventKind, FindingCode, MessageKind};
use crate::dispute;
use crate::gateway;
use crate::invoice::{Invoice, Payment, Totals};
use crate::lifecycle::TransitionError;
use crate::lifecycle::request::RequestEvent;
use crate::limits;
use crate::money::{Currency, Money};
use crate::policy::{Policy, UnknownCustomer};
use crate::request::ask::{Destination, Direction, Kind, LineAsk};
use crate::request::leg::{Leg, Target};
use crate::request::{Finding, Request, Severity, message};
use crate::tender::{TenderAvailable, TenderRule, split};
use crate::time::Timestamp;
use crate::words;

/// Why a request can't be granted, with the finding and the event that follow from it.
struct EligibilityError {
    code: FindingCode,
    message: String,
    event: RequestEvent,
    /// The check of the policy that says so; empty where none of them does.
    rule: String,
}

impl EligibilityError {
    fn because(code: FindingCode, message: impl ToString) -> Self {
        Self { code, message: message.to_string(), event: RequestEvent::Exclude, rule: String::new() }
    }

    /// Returns the check of the policy that says so, and the finding.
    fn told(self) -> (String, Finding) {
        (self.rule, Finding { code: self.code, severity: Severity::Blocking, message: self.message })
    }

    fn by(self, rule: &str) -> Self {
        Self { rule: rule.to_owned(), ..self }
    }
}

impl From<AccountError> for EligibilityError {
    fn from(guarded: AccountError) -> Self {
        Self::because(FindingCode::AmountExceedsRemaining, guarded)
    }
}

/// Checks the request against its packet: sets its amount, lines, legs and findings, reserves what it needs in the
/// accounts, and moves it to `validated`, or to `ineligible` or `duplicate` with the accounts untouched. `asked` are
/// the like requests without an invoice, where it has none; `gateways` are those that are wired.
///
/// # Errors
/// When the request is in no state for it.
pub fn check(
    request: &mut Request,
    accounts: &mut Accounts,
    asked: &mut Asked,
    gateways: &[&str],
    policy: &Policy,
    at: Timestamp,
) -> Result<(), TransitionError> {
    request.findings.clear();
    let before = accounts.clone();
    match grant(request, accounts, asked, policy, at) {
        Ok(()) => {
            gateway::wired::add_findings(request, gateways);
            let facts = json!({
                "amount": request.amount, "lines": request.lines, "content_hash": request.content_hash,
                "findings": request.findings,
                "legs": request.legs.iter().map(|leg| json!({"id": leg.id, "target": leg.target, "amount": leg.amount, "settles": leg.settles})).collect::<Vec<_>>(),
            });
            request.note(at, "eligibility", EventKind::AmountReserved, "", facts);
            request.on_by(&policy.ruled(""), RequestEvent::Validate, at, ("eligibility", ""))
        }
        Err(no) => {
            *accounts = before;
            request.legs.clear();
            request.lines.clear();
            request.amount = None;
            request.findings.push(Finding { code: no.code, severity: Severity::Blocking, message: no.message.clone() });
            request.on_by(&policy.ruled(&no.rule), no.event, at, ("eligibility", &no.message))?;
            let (kind, text) = match no.event {
                RequestEvent::RecogniseDuplicate => (MessageKind::RequestDuplicate, "The same was asked before"),
                _ => (MessageKind::RequestIneligible, "The request can't be granted"),
            };
            message::queue(request, kind, &format!("{text}: {}.", no.message), at);
            Ok(())
        }
    }
}

fn grant(
    request: &mut Request,
    accounts: &mut Accounts,
    asked: &mut Asked,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), EligibilityError> {
    reason::check(request, policy)?;
    match request.packet.as_ref().and_then(|packet| packet.invoice.clone()) {
        Some(invoice) => with_invoice(request, &invoice, accounts, policy, at),
        None if request.ask.invoice.is_some() => {
            let number = request.ask.invoice.clone().unwrap_or_default();
            Err(EligibilityError::because(
                FindingCode::InvoiceNotFound,
                format!("the ERP has no invoice {number}: check the number"),
            ))
        }
        None => without_invoice(request, asked, policy, at),
    }?;
    request.credit_days = policy.store_credit.expires_after_days.get(&request.ask.kind).copied();
    dispute::case::freeze_new_legs(request, accounts);
    for account in &accounts.payments {
        dispute::fraud_warning::add_findings(request, account);
        gateway::external_refund::add_findings(request, account);
    }
    check_related(request, policy);
    terms::places(request, reason::destination(request, policy), policy)?;
    checks::check(request, policy)?;
    request.hash_content();
    Ok(())
}

fn without_invoice(
    request: &mut Request,
    asked: &mut Asked,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), EligibilityError> {
    let amount = request.ask.amount.ok_or_else(|| {
        EligibilityError::because(FindingCode::AmountMissing, "without an invoice, the amount must be given")
    })?;
    asked.compare(request, policy, at)?;
    unknown_customer(request, policy);
    request.amount = Some(amount);
    request.totals = Some(Totals { net: amount, tax: Money::zero(amount.currency), gross: amount });
    if request.ask.is_debit() {
        return Ok(());
    }
    let (target, method) = match reason::destination(request, policy) {
        Destination::Auto | Destination::StoreCredit => (Target::StoreCredit { payment: None }, "store_credit"),
        Destination::Manual => (Target::Manual { payment: None }, "manual"),
        Destination::OriginalTender | Destination::InvoiceBalance => {
            return Err(EligibilityError::because(
                FindingCode::DestinationNeedsInvoice,
                format!(
                    "“{}” is possible only with an invoice: name it, or choose “{}” or “{}”",
                    reason::destination(request, policy).title(),
                    Destination::StoreCredit.title(),
                    Destination::Manual.title()
                ),
            ));
        }
    };
    request.legs = vec![Leg::reserved("l1".into(), target, method, amount)];
    Ok(())
}

/// Notes that the ERP does not know the customer, and which ones look like it.
fn unknown_customer(request: &mut Request, policy: &Policy) {
    let found = request.packet.as_ref().and_then(|packet| packet.customer.as_ref());
    let Some(found) = found.filter(|found| !found.known) else { return };
    let severity = match policy.customers.unknown {
        UnknownCustomer::Person => Severity::Warning,
        UnknownCustomer::Pass => Severity::Info,
    };
    let customer = request.ask.customer.as_deref().unwrap_or_default();
    let alike = match found.alike.as_slice() {
        [] => String::new(),
        [one] => format!("; it knows {one}, which looks like it"),
        many => format!("; it knows {}, which look like it", many.join(", ")),
    };
    let message = format!("the ERP knows no customer {customer}{alike}");
    request.findings.push(Finding { code: FindingCode::CustomerUnknown, severity, message });
}

fn with_invoice(
    request: &mut Request,
    invoice: &Invoice,
    accounts: &mut Accounts,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), EligibilityError> {
    if request.ask.is_payout() {
        return payout::grant(request, invoice, accounts, policy);
    }
    let account = accounts.invoice.get_or_insert_with(|| InvoiceAccount::untouched(&invoice.number));
    let wish = wish_of(request);
    repetition(request, account, &wish, policy, at)?;
    let selection = selection(request, invoice)?;
    let allocation = account
        .allocate(invoice, &selection)
        .map_err(|error| EligibilityError::because(FindingCode::AmountExceedsRemaining, error))?;
    deduction_left_out(request, invoice, &allocation);
    let gross = allocation.totals.gross;
    request.customer = Some(invoice.customer.id.clone());
    request.amount = Some(gross);
    request.lines.clone_from(&allocation.lines);
    request.totals = Some(allocation.totals);
    request.rounding = Some(allocation.rounding).filter(|rounding| !rounding.tax.is_zero() || !rounding.net.is_zero());
    let (open, overpaid) = (account.open_minor(invoice), account.overpaid_minor(invoice));
    request.legs = legs(request, invoice, gross, open, accounts, policy)?;
    terms::window(request, invoice, policy, at)?;
    tell_of_overpayment(request, invoice, overpaid);
    let offset_minor =
        request.legs.iter().filter(|leg| leg.target == Target::InvoiceOffset).map(|leg| leg.amount.minor).sum();
    let claim = Claim { request: request.id.clone(), wish, ticket: asked::ticket(request), at, gross, offset_minor };
    let account = accounts.invoice.get_or_insert_with(|| InvoiceAccount::untouched(&invoice.number));
    account.reserve(invoice, claim, &allocation)?;
    reserve_legs(request, invoice, accounts)
}

/// Sets the legs' money aside on their payments.
fn reserve_legs(request: &Request, invoice: &Invoice, accounts: &mut Accounts) -> Result<(), EligibilityError> {
    if request.legs.len() > limits::FIRST_LEGS {
        let message = format!(
            "the money would go back in {} parts, and one request takes {} at most: ask for a smaller amount, and for the \
             rest in another request",
            request.legs.len(),
            limits::FIRST_LEGS
        );
        return Err(EligibilityError::because(FindingCode::LegsTooMany, message));
    }
    for leg in &request.legs {
        let Some(payment) = leg.payment() else { continue };
        let held = accounts.payment_mut(request, payment);
        held.ok_or_else(|| {
            EligibilityError::because(FindingCode::PaymentUnknown, format!("payment {payment} is not on the invoice"))
        })?
        .reserve(&request.id, leg)?;
    }
    accounts.share(request, invoice)?;
    Ok(())
}

fn wish_of(request: &Request) -> String {
    let ask = &request.ask;
    contraflow_audit::canonical_hash(&json!({
        "kind": ask.kind, "invoice": ask.invoice, "lines": ask.lines, "amount": ask.amount,
    }))
    .unwrap_or_default()
}

/// Looks for the same ask on this invoice.
fn repetition(
    request: &mut Request,
    account: &InvoiceAccount,
    wish: &str,
    policy: &Policy,
    at: Timestamp,
) -> Result<(), EligibilityError> {
    let same = |claim: &&Claim| claim.wish == wish && claim.request != request.id;
    let earlier =
        |claim: &Claim| Earlier { request: claim.request.clone(), ticket: claim.ticket.clone(), at: claim.at };
    let earlier = account.claims.iter().filter(same).map(earlier).collect();
    asked::recognise(request, earlier, "on this invoice", policy, at)
}

fn in_currency_of(invoice: &Invoice, money: Money) -> Result<Money, EligibilityError> {
    if money.currency == invoice.currency {
        return Ok(money);
    }
    Err(EligibilityError::because(
        FindingCode::CurrencyDiffers,
        format!("the invoice is in {}, the request in {}", invoice.currency, money.currency),
    ))
}

fn selection(request: &Request, invoice: &Invoice) -> Result<Selection, EligibilityError> {
    let ask = &request.ask;
    let in_currency = |money: Money| in_currency_of(invoice, money);
    if let Some(amount) = ask.amount {
        return Ok(Selection::Document(in_currency(amount)?));
    }
    if ask.lines.is_empty() {
        return Ok(Selection::Remaining);
    }
    let share = |line: &LineAsk| {
        Ok(match (ask.kind, line.quantity, line.amount) {
            (_, Some(quantity), _) => Portion::Quantity(quantity),
            (Kind::TaxAdjustment, None, Some(amount)) => Portion::Tax(in_currency(amount)?),
            (_, None, Some(amount)) => Portion::Gross(in_currency(amount)?),
            (_, None, None) => {
                return Err(EligibilityError::because(
                    FindingCode::LineEmpty,
                    format!("line {} says neither how many nor how much", line.line),
                ));
            }
        })
    };
    let lines = ask.lines.iter().map(|line| Ok(LineSelection { line: line.line.clone(), portion: share(line)? }));
    Ok(Selection::Lines(lines.collect::<Result<_, EligibilityError>>()?))
}

/// Notes that a credit of lines by amount takes none of the deductions with it that the invoice has.
fn deduction_left_out(request: &mut Request, invoice: &Invoice, allocation: &Allocation) {
    let by_amount = |line: &LineAsk| line.amount.is_some() && line.quantity.is_none();
    if request.ask.kind == Kind::TaxAdjustment || !request.ask.lines.iter().any(by_amount) {
        return;
    }
    let is_taken = |id: &str| allocation.lines.iter().any(|line| line.line == id);
    let left: Vec<_> = invoice.lines.iter().filter(|line| line.gross.minor < 0 && !is_taken(&line.id)).collect();
    if left.is_empty() {
        return;
    }
    let named: Vec<_> = left.iter().map(|line| format!("“{}” of {}", line.description, line.gross)).collect();
    let message = format!(
        "{} {} on the invoice; what is asked as an amount takes none of it",
        named.join(", "),
        invoice.currency
    );
    request.findings.push(Finding { code: FindingCode::DeductionLeftOut, severity: Severity::Warning, message });
}

/// Works out where the money goes: to the open balance first, then back to the tenders.
fn legs(
    request: &Request,
    invoice: &Invoice,
    gross: Money,
    open_minor: i64,
    accounts: &Accounts,
    policy: &Policy,
) -> Result<Vec<Leg>, EligibilityError> {
    let money = |minor| Money { minor, currency: gross.currency };
    let one = |target, method: &str| Ok(vec![Leg::reserved("l1".into(), target, method, gross)]);
    let (offset, tenders) = match reason::destination(request, policy) {
        _ if request.ask.kind == Kind::Chargeback => return one(Target::OutOfBand, "chargeback"),
        Destination::StoreCredit => return one(Target::StoreCredit { payment: None }, "store_credit"),
        Destination::Manual => return one(Target::Manual { payment: None }, "manual"),
        Destination::Auto if policy.destination.store_credit.contains(&request.ask.kind) => {
            return one(Target::StoreCredit { payment: None }, "store_credit");
        }
        Destination::InvoiceBalance if gross.minor > open_minor => {
            return Err(EligibilityError::because(
                FindingCode::AmountExceedsOpenBalance,
                format!(
                    "{gross} is more than the {} that are open on the invoice; choose the destination “{}”",
                    money(open_minor),
                    Destination::Auto.title()
                ),
            ));
        }
        Destination::InvoiceBalance => (gross.minor, 0),
        Destination::OriginalTender => (0, gross.minor),
        Destination::Auto => (gross.minor.min(open_minor), gross.minor - gross.minor.min(open_minor)),
    };
    let mut legs = Vec::new();
    if offset > 0 {
        legs.push(Leg::reserved("l1".into(), Target::InvoiceOffset, "invoice_balance", money(offset)));
    }
    if tenders > 0 {
        let rule = policy.tender_rule().ok_or_else(|| {
            EligibilityError::because(FindingCode::PolicyUnusable, "the policy names no way to spread a refund")
        })?;
        tender_legs(&mut legs, invoice, money(tenders), accounts, (policy, &rule))?;
    }
    Ok(legs)
}

/// Adds the legs that pay so much of the invoice back to its payments, by that rule.
fn tender_legs(
    legs: &mut Vec<Leg>,
    invoice: &Invoice,
    amount: Money,
    accounts: &Accounts,
    (policy, rule): (&Policy, &TenderRule),
) -> Result<(), EligibilityError> {
    accounts.check_room(invoice)?;
    let money = |minor| Money { minor, currency: amount.currency };
    let available: Vec<_> = invoice
        .payments
        .iter()
        .zip(accounts.payable_minor(invoice))
        .map(|(payment, available_minor)| TenderAvailable {
            payment: payment.id.clone(),
            method: payment.method.clone(),
            available_minor,
            // Where currencies differ, roundness is asked of what is paid out: see below.
            step_minor: if payment.captured.currency == amount.currency {
                policy.step_minor(&payment.gateway, amount.currency)
            } else {
                1
            },
        })
        .collect();
    let shares = split(amount.minor, &available, rule)
        .map_err(|error| EligibilityError::because(FindingCode::AmountExceedsCaptured, error))?;
    for share in shares.iter().filter(|share| share.amount_minor > 0) {
        let Some(payment) = invoice.payments.iter().find(|payment| payment.id == share.payment) else { continue };
        let Some(account) = accounts.of(payment) else { continue };
        let target = target(payment, amount.currency);
        let step_minor = policy.step_minor(&payment.gateway, payment.captured.currency);
        let paid = account.amount_for(&payment.id, share.amount_minor, step_minor);
        let paid = paid.filter(|paid| paid.is_positive());
        let too_small = || {
            let (share, currency) = (money(share.amount_minor), payment.captured.currency);
            EligibilityError::because(
                FindingCode::AmountTooSmall,
                format!("{share} {} are nothing in {currency}", amount.currency),
            )
        };
        let id = format!("l{}", legs.len() + 1);
        let mut leg = Leg::reserved(id, target, &payment.method, paid.ok_or_else(too_small)?);
        leg.settles = account.is_foreign(&payment.id).then(|| money(share.amount_minor));
        legs.push(leg);
    }
    Ok(())
}

/// Returns where the money of a payment goes back to: the way that it came.
fn target(payment: &Payment, currency: Currency) -> Target {
    let id = payment.id.clone();
    if !payment.gateway.is_empty() {
        return Target::Tender { gateway: payment.gateway.clone(), payment: id, reference: payment.reference.clone() };
    }
    if words::same(&payment.method, "store_credit") && payment.captured.currency == currency {
        return Target::StoreCredit { payment: Some(id) };
    }
    Target::Manual { payment: Some(id) }
}

/// Tells whoever decides that more was paid than the invoice came to: a credit memo takes back what was sold, and
/// leaves what was paid too much where it is.
fn tell_of_overpayment(request: &mut Request, invoice: &Invoice, overpaid_minor: i64) {
    if overpaid_minor == 0 {
        return;
    }
    let overpaid = Money { minor: overpaid_minor, currency: invoice.currency };
    request.findings.push(Finding {
        code: FindingCode::InvoiceOverpaid,
        severity: Severity::Info,
        message: format!(
            "{overpaid} {} more were paid than the invoice came to: this request credits the invoice and does not give that \
             back; “{}” with the direction “{}” pays it out",
            invoice.currency,
            Kind::BalanceCorrection.title(),
            Direction::Debit.title()
        ),
    });
}

fn check_related(request: &mut Request, policy: &Policy) {
    let missing = backup::missing(request, policy);
    request.findings.extend(backup::finding(request, &missing));
    if matches!(request.ask.kind, Kind::Chargeback | Kind::BalanceCorrection | Kind::AccountCorrection) {
        let message = format!("“{}” is always decided by a person", request.ask.kind.title());
        request.findings.push(Finding { code: FindingCode::PolicyPersonDecides, severity: Severity::Warning, message });
    }
}
