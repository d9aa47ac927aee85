//! Serves lists that are sorted otherwise than by time. No index stands in these orders, so all that is wanted is read;
//! there must not be too much of it.

use std::cmp::Reverse;

use contraflow_domain::approval::Person;
use contraflow_domain::money::Money;
use contraflow_domain::request::Request;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use contraflow_guest::{keys, limits};
use http::StatusCode;

use crate::each::each;
use crate::rows::Rows;
use crate::wanted::Wanted;

/// Says in which order a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The newest first.
    Newest,
    /// The oldest first.
    Oldest,
    /// The largest amount first; by currency, which are not compared.
    Largest,
    /// The smallest amount first.
    Smallest,
}

impl Sort {
    const ALL: [(&'static str, Self); 4] =
        [("newest", Self::Newest), ("oldest", Self::Oldest), ("largest", Self::Largest), ("smallest", Self::Smallest)];

    /// Reads `sort=…`.
    ///
    /// # Errors
    /// 422 for what is no order.
    pub fn read(incoming: &Incoming) -> Result<Self, Problem> {
        let Some(name) = incoming.parameter("sort").filter(|name| !name.is_empty()) else { return Ok(Self::Newest) };
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, sort)| sort).ok_or_else(|| {
            let known = Self::ALL.map(|(known, _)| known).join(", ");
            Problem::parameter("sort", format!("`{name}` is no order; use one of {known}."))
        })
    }
}

fn amount(request: &Request) -> Option<Money> {
    request.amount.or(request.ask.amount)
}

/// Answers with a page of what is wanted in an order of its own. The cursor is the number of the first row.
///
/// # Errors
/// 422 where too much is wanted to be sorted.
pub async fn sorted(incoming: &Incoming, wanted: &Wanted, sort: Sort, person: &Person) -> Result<Answer, Problem> {
    let limit = incoming.page_limit()?;
    let from: usize = incoming.cursor(|cursor| cursor.parse().ok())?.unwrap_or_default();
    let mut found: Vec<(Option<Money>, String)> = Vec::new();
    let whole = each(wanted.walk_in_any_order(person).await?, limits::LIST_COUNTED, |request| {
        if wanted.fits(request) {
            found.push((amount(request), keys::place_in_time(request)));
        }
        Ok(found.len() <= limits::LIST_SORTED)
    })
    .await?;
    if !whole {
        let most = limits::LIST_SORTED;
        let detail =
            format!("More than {most} requests would have to be sorted: filter for less, or leave `sort` out.");
        return Err(Problem::parameter("sort", detail));
    }
    let key = |money: &Option<Money>| money.map(|money| (money.currency.code(), money.minor));
    match sort {
        Sort::Newest => {}
        Sort::Oldest => found.sort_by(|one, other| other.1.cmp(&one.1)),
        // What has no amount stands behind the others.
        Sort::Smallest => found.sort_by_key(|(money, place)| (money.is_none(), key(money), place.clone())),
        Sort::Largest => found.sort_by_key(|(money, place)| {
            let money = key(money);
            (money.is_none(), money.map(|(currency, minor)| (currency, Reverse(minor))), place.clone())
        }),
    }
    let places: Vec<String> = found.into_iter().skip(from).map(|(_, place)| place).collect();
    let mut rows = Rows::at_most(limit, person);
    let dealt_with = rows.take(&places, |_, request| wanted.fits(request)).await?;
    let next = (dealt_with < places.len()).then(|| (from + dealt_with).to_string());
    Ok(json(StatusCode::OK, &Page { items: rows.items, next }))
}
