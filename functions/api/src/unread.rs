//! Serves messages that could not be read: a person sees to what they say, and closes them.

use contraflow_domain::approval::Person;
use contraflow_domain::authority::Effect;
use contraflow_domain::unread::UnreadMessage;
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, transact};
use contraflow_guest::view::{Page, UnreadView};
use contraflow_guest::{keys, store, unread};
use http::StatusCode;

/// Serves `GET /v1/unread-messages?cursor=…&limit=…`: returns a page of them.
pub async fn list(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::SeeTasks)?;
    let is_id = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let after = incoming.cursor(|cursor| is_id(cursor).then(|| cursor.to_owned()))?.unwrap_or_default();
    let prefix = keys::unread_prefix();
    let page = store::scan(format!("{prefix}{after}"), store::end_of(&prefix), incoming.page_limit()?).await?;
    let mut items = Vec::with_capacity(page.entries.len());
    for entry in &page.entries {
        let unread: UnreadMessage = serde_json::from_slice(&entry.value).map_err(|error| {
            Problem::internal(format!("What is stored under {} can't be read: {error}.", entry.key))
        })?;
        items.push(UnreadView::from(unread));
    }
    let next = page.next.as_deref().and_then(|next| next.strip_prefix(&prefix)).map(str::to_owned);
    Ok(json(StatusCode::OK, &Page { items, next }))
}

/// Serves `POST /v1/unread-messages/{id}/close`: somebody has seen to it. Returns the message as it was.
pub async fn close(id: &str, person: &Person) -> Result<Answer, Problem> {
    person.may(Effect::Retry)?;
    let closed = transact(async |unit: &mut Unit| {
        let found = unread::find(unit, id).await?;
        unread::close(unit, &found).await?;
        Ok(found)
    })
    .await?;
    eprintln!("{} closed the unread message {id} of {}: {}", person.name, closed.source, closed.about);
    Ok(json(StatusCode::OK, &UnreadView::from(closed)))
}
