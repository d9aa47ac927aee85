//! Serves the likely duplicates of a request, side by side with it.

use std::collections::BTreeSet;

use contraflow_domain::account::InvoiceAccount;
use contraflow_domain::approval::Person;
use contraflow_domain::duplicates;
use contraflow_domain::limits::{DAY_MS, TWIN_DAYS};
use contraflow_domain::request::Request;
use contraflow_domain::time::Timestamp;
use contraflow_guest::http_io::{Answer, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode};
use contraflow_guest::view::Twins;
use contraflow_guest::{keys, limits, now, policy, store};
use http::StatusCode;

use crate::{delegate, readable};

/// Serves `GET /v1/requests/{id}/duplicates`: returns the requests that the caller may read and that may repeat this
/// one, the most alike first. They are looked for among a bounded number of the customer's and of the invoice's.
pub async fn of(id: &str, person: &Person) -> Result<Answer, Problem> {
    let this = readable(id, person).await?;
    let (policy, person) = (policy::in_force().await?, delegate::with_lent(&mut Unit::default(), person, now()).await?);
    let (ids, mut is_whole) = candidates(&this).await?;
    let (mut others, mut bytes) = (Vec::new(), 0);
    'reading: for some in ids.chunks(limits::ROWS_AT_ONCE) {
        let wanted = some.iter().map(|id| keys::request(id)).collect();
        for entry in store::get(wanted).await?.into_iter().flatten() {
            bytes += entry.value.len();
            let other: Request = decode(&entry.key, &entry.value)?;
            if person.may_read(&other, &policy).is_ok() {
                others.push(other);
            }
            if bytes >= limits::LIST_READ_BYTES {
                is_whole = false;
                break 'reading;
            }
        }
    }
    let answer = Twins { looked_at: others.len(), is_whole, items: duplicates::among(&this, &others) };
    Ok(json(StatusCode::OK, &answer))
}

/// Returns the ids of requests that may be duplicates, those of the invoice first, and whether these are all there are.
async fn candidates(this: &Request) -> Result<(Vec<String>, bool), Problem> {
    let (mut ids, mut is_whole) = (Vec::new(), true);
    if let Some(number) = &this.ask.invoice {
        let account: Option<InvoiceAccount> = Unit::default().look_at(&keys::invoice(number)).await?;
        let claims = account.map(|account| account.claims).unwrap_or_default();
        is_whole &= claims.len() <= limits::TWINS_OF_INVOICE;
        ids.extend(claims.into_iter().rev().take(limits::TWINS_OF_INVOICE).map(|claim| claim.request));
    }
    if let Some(customer) = &this.customer {
        let span = TWIN_DAYS * DAY_MS;
        let at = this.created_at;
        let earliest = Timestamp::from_unix_ms(at.unix_ms().saturating_sub(span));
        // The index has the newest first.
        let from = |at| keys::customer_from(customer, at);
        for (start, end, limit) in
            [(from(at), from(earliest), limits::TWINS_BEFORE), (from(at.plus_ms(span)), from(at), limits::TWINS_AFTER)]
        {
            let page = store::scan(start, end, limit).await?;
            is_whole &= page.next.is_none();
            ids.extend(page.entries.iter().map(|entry| keys::id_of(&entry.key).to_owned()));
        }
    }
    let mut seen = BTreeSet::from([this.id.clone()]);
    ids.retain(|id| seen.insert(id.clone()));
    Ok((ids, is_whole))
}
