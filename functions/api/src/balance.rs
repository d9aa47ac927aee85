//! Shows the store credit of a customer, a page of its entries at a time.

use contraflow_domain::account::{BalanceView, CreditEntry, CustomerBalanceView, StoreCreditAccount};
use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::limits as bounds;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode};
use contraflow_guest::{credit, keys, limits, now, store};
use http::StatusCode;

/// Says where a page of entries ends: in the account of that currency, before the entry of that number.
struct Before {
    currency: String,
    sequence: u64,
}

impl Before {
    fn read(cursor: &str) -> Option<Self> {
        let (currency, sequence) = cursor.split_once('/')?;
        let is_one = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
        Some(Self { currency: currency.to_owned(), sequence: sequence.parse().ok()? }).filter(|_| is_one)
    }
}

/// Serves `GET /v1/customers/{id}/balance?cursor=…&limit=…`: returns the customer's store credit in each currency, with
/// its newest entries, or in one of them, with the entries before the cursor.
pub async fn of(incoming: &Incoming, customer: &str, person: &Person) -> Result<Answer, Problem> {
    let limit = incoming.page_limit()?;
    let before = incoming.cursor(Before::read)?;
    let touched = keys::touched_customer(&person.identity(), customer);
    let touches = store::get(vec![touched]).await?.into_iter().flatten().next().is_some();
    person.may_about(Effect::ReadBalances, touches)?;
    let prefix = keys::store_credit(customer, "");
    let (mut start, end) = match &before {
        Some(before) => {
            let key = keys::store_credit(customer, &before.currency);
            (key.clone(), format!("{key}\u{1}"))
        }
        None => (prefix.clone(), store::end_of(&prefix)),
    };
    let (mut balances, mut count, mut room) = (Vec::new(), 0, limits::LIST_BYTES);
    // An account may have a MiB, so they are read one at a time.
    while count < limits::BALANCES {
        let page = store::scan(start, end.clone(), 1).await?;
        for entry in &page.entries {
            let currency = keys::id_of(&entry.key).parse();
            let currency = currency.map_err(|_| Problem::internal(format!("{} names no currency.", entry.key)))?;
            // In one snapshot with what has come into its trays.
            let account = credit::account(&mut Unit::default(), customer, currency).await?;
            // Beyond the first few currencies, entries are left for pages of their own.
            let (shown, grants) =
                if count < limits::BALANCES_WITH_ENTRIES { (limit, bounds::GRANTS_SHOWN) } else { (1, 1) };
            let wanted = Wanted {
                before: before.as_ref().map_or(u64::MAX, |before| before.sequence),
                entries: usize::try_from(shown).unwrap_or(usize::MAX),
                grants,
            };
            balances.push(shown_as(account, &wanted, &mut room).await?);
            count += 1;
        }
        match page.next {
            Some(next) => start = next,
            None => break,
        }
    }
    Ok(json(StatusCode::OK, &CustomerBalanceView { customer: customer.into(), balances }))
}

/// Says what is shown of an account: at most so many entries, the newest before a number, and so many grants.
struct Wanted {
    before: u64,
    entries: usize,
    grants: usize,
}

/// Shows an account, with as many entries as there is room for, in bytes, and with one entry at least.
async fn shown_as(mut account: StoreCreditAccount, wanted: &Wanted, room: &mut usize) -> Result<BalanceView, Problem> {
    // Credit that has expired is shown as expired, even when its expiry is not stored yet.
    account.expire(now())?;
    let first_here = account.entries.first().map_or(0, |entry| entry.sequence);
    let here = account.entries.iter().rev().filter(|entry| entry.sequence < wanted.before);
    let mut known: Vec<CreditEntry> = here.take(wanted.entries).cloned().collect();
    let (mut entries, mut next) =
        (Vec::new(), wanted.before.min(account.entries.last().map_or(0, |last| last.sequence) + 1));
    loop {
        for entry in known.drain(..) {
            let bytes = serde_json::to_vec(&entry).map_err(|error| Problem::internal(error.to_string()))?.len();
            if bytes > *room && !entries.is_empty() {
                *room = 0;
                break;
            }
            *room = room.saturating_sub(bytes);
            next = entry.sequence;
            entries.push(entry);
        }
        if entries.len() >= wanted.entries || next <= 1 || next > first_here || *room == 0 {
            break;
        }
        // The entries before those have left the account.
        let many = (wanted.entries - entries.len()).min(limits::ROWS_AT_ONCE);
        let from = next.saturating_sub(u64::try_from(many).unwrap_or(1)).max(1);
        let key = |sequence| keys::credit_entry(&account.customer, account.currency.code(), sequence);
        for entry in store::get((from..next).rev().map(key).collect()).await?.into_iter().flatten() {
            known.push(decode(&entry.key, &entry.value)?);
        }
        if known.is_empty() {
            break;
        }
    }
    entries.reverse();
    let next = (next > 1).then(|| format!("{}/{next}", account.currency));
    Ok(BalanceView::of(account, entries, next, wanted.grants, now()))
}
