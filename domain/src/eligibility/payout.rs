//! Payouts: what was paid too much on an invoice goes back, and nothing of what was sold is credited.

use super::{EligibilityError, in_currency_of, reason, reserve_legs, tender_legs};
use crate::account::{Accounts, InvoiceAccount};
use crate::catalogue::FindingCode;
use crate::invoice::{Invoice, Totals};
use crate::money::Money;
use crate::policy::Policy;
use crate::request::Request;
use crate::request::ask::Destination;
use crate::request::leg::{Leg, Target};
use crate::tender::TenderRule;

/// Works out how much is paid out and where to, and sets it aside. The last payment was the one too many, so it gives
/// back first.
pub(super) fn grant(
    request: &mut Request,
    invoice: &Invoice,
    accounts: &mut Accounts,
    policy: &Policy,
) -> Result<(), EligibilityError> {
    let account = accounts.invoice.get_or_insert_with(|| InvoiceAccount::untouched(&invoice.number));
    let overpaid = Money { minor: account.overpaid_minor(invoice), currency: invoice.currency };
    if !overpaid.is_positive() {
        let message = format!("no more was paid than invoice {} came to: there is nothing to pay out", invoice.number);
        return Err(EligibilityError::because(FindingCode::AmountExceedsRemaining, message));
    }
    let amount = request.ask.amount.map_or(Ok(overpaid), |amount| in_currency_of(invoice, amount))?;
    account.reserve_payout(invoice, &request.id, amount)?;
    request.customer = Some(invoice.customer.id.clone());
    request.amount = Some(amount);
    request.totals = Some(Totals { net: amount, tax: Money::zero(amount.currency), gross: amount });
    let one = |target, method: &str| vec![Leg::reserved("l1".into(), target, method, amount)];
    request.legs = match reason::destination(request, policy) {
        Destination::StoreCredit => one(Target::StoreCredit { payment: None }, "store_credit"),
        Destination::Manual => one(Target::Manual { payment: None }, "manual"),
        Destination::InvoiceBalance => {
            let message = "nothing is open on an invoice that was paid too much: choose another destination";
            return Err(EligibilityError::because(FindingCode::AmountExceedsOpenBalance, message));
        }
        Destination::OriginalTender | Destination::Auto => {
            let mut legs = Vec::new();
            tender_legs(&mut legs, invoice, amount, accounts, (policy, &TenderRule::LastIn))?;
            legs
        }
    };
    reserve_legs(request, invoice, accounts)
}
