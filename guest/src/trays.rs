//! The trays of store-credit accounts, read and written in a unit of work. A grant goes into one of them, so that
//! requests of one customer that come to their grants at once seldom wait for each other.

use contraflow_domain::account::{GrantTray, StoreCreditAccount};
use contraflow_domain::erp::store_credit;
use contraflow_domain::lifecycle::leg::LegStatus;
use contraflow_domain::limits;
use contraflow_domain::money::Currency;
use contraflow_domain::request::Request;

use crate::keys;
use crate::problem::Problem;
use crate::unit::Unit;

/// Holds the tray that a request may grant into.
pub struct OpenTray {
    key: String,
    tray: GrantTray,
    /// The account as a grant sees it: with nothing in it.
    pub account: StoreCreditAccount,
}

impl OpenTray {
    /// Opens an tray that has room, beginning with the one that the request's id leads to. Returns `None` where the
    /// account itself must be moved: the customer has no trays yet, all are full, or a leg gives back what was spent
    /// before.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn of(unit: &mut Unit, request: &Request) -> Result<Option<Self>, Problem> {
        let legs = || request.legs.iter().filter(|leg| leg.target.is_store_credit());
        let (Some(leg), Some(customer)) = (legs().next(), &request.customer) else { return Ok(None) };
        if legs().any(|leg| store_credit::spending_of(request, leg).is_some()) {
            return Ok(None);
        }
        let grants = legs().filter(|leg| leg.status == LegStatus::Reserved).count();
        let (count, first) = (limits::CREDIT_TRAYS, request.one_of(limits::CREDIT_TRAYS));
        for number in (first..first + count).map(|number| number % count) {
            let key = keys::grant_tray(customer, leg.amount.currency.code(), number);
            let Some(tray) = unit.look_at::<GrantTray>(&key).await? else { return Ok(None) };
            if tray.has_room_for(grants) {
                // The commit checks this one alone.
                let tray = unit.read(&key).await?.unwrap_or(tray);
                let account = StoreCreditAccount::empty(customer, leg.amount.currency);
                return Ok(Some(Self { key, tray, account }));
            }
        }
        Ok(None)
    }

    /// Writes the tray in the commit, with the grants that the account has taken meanwhile.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn close(mut self, unit: &mut Unit) -> Result<(), Problem> {
        if self.account.grants.is_empty() {
            return Ok(());
        }
        self.tray.take(self.account.grants);
        unit.write(&self.key, &self.tray)
    }
}

/// Returns the keys of an account's trays.
#[must_use]
pub fn keys_of(account: &StoreCreditAccount) -> Vec<String> {
    keys_for(&account.customer, account.currency)
}

/// Returns the keys of the trays of the account that the request's legs pay into; none when no leg does.
#[must_use]
pub fn keys_of_request(request: &Request) -> Vec<String> {
    let leg = request.legs.iter().find(|leg| leg.target.is_store_credit());
    let place = leg.zip(request.customer.as_deref());
    place.map(|(leg, customer)| keys_for(customer, leg.amount.currency)).unwrap_or_default()
}

fn keys_for(customer: &str, currency: Currency) -> Vec<String> {
    (0..limits::CREDIT_TRAYS).map(|number| keys::grant_tray(customer, currency.code(), number)).collect()
}

/// Empties the trays of an account that counts them in and is written in the same commit, or takes them away where
/// the account may have none.
///
/// # Errors
/// When the store does not answer.
pub async fn empty(unit: &mut Unit, account: &StoreCreditAccount) -> Result<(), Problem> {
    let keys = keys_of(account);
    let found: Vec<Option<GrantTray>> = unit.read_many(&keys).await?;
    for (key, tray) in keys.iter().zip(found) {
        match tray {
            Some(_) if !account.may_have_trays() => unit.remove(key),
            Some(tray) if !tray.is_empty() => unit.write(key, &GrantTray::default())?,
            None if account.may_have_trays() => unit.write(key, &GrantTray::default())?,
            _ => {}
        }
    }
    Ok(())
}
