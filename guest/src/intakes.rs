//! The intakes of store-credit accounts, read and written in a unit of work. A grant goes into one of them, so that
//! requests of one customer that come to their grants at once seldom wait for each other.

use contraflow_domain::account::{CreditIntake, StoreCreditAccount};
use contraflow_domain::erp::store_credit;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::limits;
use contraflow_domain::money::Currency;
use contraflow_domain::request::Request;

use crate::keys;
use crate::problem::Problem;
use crate::unit::Unit;

/// Holds the intake that a request may grant into.
pub struct OpenIntake {
    key: String,
    intake: CreditIntake,
    /// The account as a grant sees it: with nothing in it.
    pub account: StoreCreditAccount,
}

impl OpenIntake {
    /// Opens the intake that the request's id leads to. Returns `None` where the account itself must be moved: the
    /// customer has no intakes yet, this one is full, or a leg gives back what was spent before.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn of(unit: &mut Unit, request: &Request) -> Result<Option<Self>, Problem> {
        let legs = || request.legs.iter().filter(|leg| leg.target.is_store_credit());
        let (Some(leg), Some(customer)) = (legs().next(), &request.customer) else { return Ok(None) };
        if legs().any(|leg| store_credit::spending_of(request, leg).is_some()) {
            return Ok(None);
        }
        let currency = leg.amount.currency;
        let key = keys::credit_intake(customer, currency.code(), request.one_of(limits::CREDIT_INTAKES));
        let found: Option<CreditIntake> = unit.read(&key).await?;
        let grants = legs().filter(|leg| leg.status == LegStatus::Reserved).count();
        let account = StoreCreditAccount::empty(customer, currency);
        Ok(found.filter(|intake| intake.has_room_for(grants)).map(|intake| Self { key, intake, account }))
    }

    /// Writes the intake in the commit, with the grants that the account has taken meanwhile.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn close(mut self, unit: &mut Unit) -> Result<(), Problem> {
        if self.account.grants.is_empty() {
            return Ok(());
        }
        self.intake.take(self.account);
        unit.write(&self.key, &self.intake)
    }
}

/// Returns the keys of an account's intakes.
#[must_use]
pub fn keys_of(account: &StoreCreditAccount) -> Vec<String> {
    keys_for(&account.customer, account.currency)
}

/// Returns the keys of the intakes of the account that the request's legs pay into; none when no leg does.
#[must_use]
pub fn keys_of_request(request: &Request) -> Vec<String> {
    let leg = request.legs.iter().find(|leg| leg.target.is_store_credit());
    let place = leg.zip(request.customer.as_deref());
    place.map(|(leg, customer)| keys_for(customer, leg.amount.currency)).unwrap_or_default()
}

fn keys_for(customer: &str, currency: Currency) -> Vec<String> {
    (0..limits::CREDIT_INTAKES).map(|number| keys::credit_intake(customer, currency.code(), number)).collect()
}

/// Empties the intakes of an account that counts them in and is written in the same commit, or takes them away where
/// the account may have none.
///
/// # Errors
/// When the store does not answer.
pub async fn empty(unit: &mut Unit, account: &StoreCreditAccount) -> Result<(), Problem> {
    let keys = keys_of(account);
    let found: Vec<Option<CreditIntake>> = unit.read_many(&keys).await?;
    for (key, intake) in keys.iter().zip(found) {
        match intake {
            Some(_) if !account.may_have_intakes() => unit.remove(key),
            Some(intake) if !intake.is_empty() => unit.write(key, &CreditIntake::default())?,
            None if account.may_have_intakes() => unit.write(key, &CreditIntake::default())?,
            _ => {}
        }
    }
    Ok(())
}
