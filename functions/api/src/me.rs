//! Serves what somebody is and wants: who their token speaks for, their preferences, and the views that they see.

use std::collections::BTreeMap;

use contraflow_domain::access::{Me, PersonRecord};
use contraflow_domain::approval::Person;
use contraflow_domain::identity::Identity;
use contraflow_domain::preferences::{OwnedView, Preferences, View, ViewPlace};
use contraflow_guest::http_io::{Answer, Incoming, json};
use contraflow_guest::problem::Problem;
use contraflow_guest::unit::{Unit, decode, transact};
use contraflow_guest::view::Page;
use contraflow_guest::{keys, limits, now, policy, store};
use http::StatusCode;

use crate::delegate;

/// Serves `GET /v1/me`.
pub async fn me(person: &Person) -> Result<Answer, Problem> {
    let mut unit = Unit::default();
    let who = person.identity();
    let record: Option<PersonRecord> = unit.read(&keys::person(&who)).await?;
    let preferences: Option<Preferences> = unit.read(&keys::preferences(&who)).await?;
    let lent = delegate::with_lent(&mut unit, person, now()).await?.lent;
    let (full_name, locale, own_zone) =
        record.map(|record| (record.full_name, record.locale, record.time_zone)).unwrap_or_default();
    // Who somebody is does not depend on a policy that can be read.
    let time_zone = match own_zone {
        Some(zone) => Some(zone),
        None => policy::in_force().await.ok().map(|policy| policy.business.time_zone.to_string()),
    };
    let me = Me {
        name: person.name.clone(),
        full_name,
        roles: person.roles.clone(),
        lent,
        locale,
        time_zone,
        preferences: preferences.unwrap_or_default(),
    };
    Ok(json(StatusCode::OK, &me))
}

/// Serves `PUT /v1/me/preferences`: keeps how the caller wants the console to be, and the views that they share.
pub async fn put_preferences(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    let wanted: Preferences = incoming.json()?;
    let faults = wanted.faults();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let not_theirs = |(index, view): (usize, &View)| {
        let role = view.shared_with.as_deref()?;
        (!has_role(person, role)).then(|| format!("/views/{index}/shared_with"))
    };
    if let Some(pointer) = wanted.views.iter().enumerate().find_map(not_theirs) {
        return Err(Problem::field(&pointer, "must be one of your own roles"));
    }
    let who = person.identity();
    transact(async |unit| {
        let place = keys::preferences(&who);
        let before: Preferences = unit.read(&place).await?.unwrap_or_default();
        let (before, after) = (shared(&who, &before), shared(&who, &wanted));
        for gone in before.keys().filter(|key| !after.contains_key(*key)) {
            unit.read::<OwnedView>(gone).await?;
            unit.remove(gone);
        }
        for (key, view) in after.iter().filter(|(key, view)| before.get(*key) != Some(view)) {
            unit.read::<OwnedView>(key).await?;
            unit.write(key, view)?;
        }
        unit.write(&place, &wanted)
    })
    .await?;
    Ok(json(StatusCode::OK, &wanted))
}

/// Tells whether somebody has a role, or one of its levels.
fn has_role(person: &Person, role: &str) -> bool {
    person.roles.iter().any(|own| own == role || own.split(':').next() == Some(role))
}

/// Returns the views that somebody shares, by the keys under which others find them.
fn shared(who: &Identity, preferences: &Preferences) -> BTreeMap<String, OwnedView> {
    let views = preferences.views.iter().filter_map(|view| Some((view.shared_with.as_deref()?, view)));
    let owner = who.to_string();
    views
        .map(|(role, view)| {
            (keys::shared_view(role, who, &view.name), OwnedView { owner: owner.clone(), view: view.clone() })
        })
        .collect()
}

/// Serves `GET /v1/me/views?place=…`: returns the caller's own views of a list, and those that others share with a role
/// of theirs.
pub async fn views(incoming: &Incoming, person: &Person) -> Result<Answer, Problem> {
    incoming.only_parameters(&["place"])?;
    let place = match incoming.parameter("place").filter(|place| !place.is_empty()) {
        None => None,
        Some(name) => Some(ViewPlace::named(&name).ok_or_else(|| {
            let known: Vec<_> = ViewPlace::ALL.iter().map(|place| place.name()).collect();
            Problem::parameter("place", format!("`{name}` is no list; use one of {}.", known.join(", ")))
        })?),
    };
    let who = person.identity();
    let own: Preferences = Unit::default().read(&keys::preferences(&who)).await?.unwrap_or_default();
    let owner = who.to_string();
    let mut items: Vec<OwnedView> =
        own.views.into_iter().map(|view| OwnedView { owner: owner.clone(), view }).collect();
    let mut roles: Vec<&str> =
        person.roles.iter().flat_map(|role| [Some(role.as_str()), role.split(':').next()]).flatten().collect();
    roles.sort_unstable();
    roles.dedup();
    for role in roles {
        let prefix = keys::shared_views(role);
        let page = store::scan(prefix.clone(), store::end_of(&prefix), limits::SHARED_VIEWS).await?;
        for entry in &page.entries {
            let view: OwnedView = decode(&entry.key, &entry.value)?;
            if view.owner != owner {
                items.push(view);
            }
        }
    }
    items.retain(|view| place.is_none_or(|place| view.view.place == place));
    Ok(json(StatusCode::OK, &Page { items, next: None }))
}
