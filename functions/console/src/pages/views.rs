//! Keeps lists with their filters under a name, so that they are found again, and shares them with people of a role.

use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use contraflow_guest::view::Page;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api_client;
use crate::form::{Form, with_query};
use crate::locale::say;
use crate::parts::layout::csrf;
use crate::preferences::View;
use crate::reply;
use crate::session::Session;

/// Holds a list that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OwnedView {
    /// Who keeps it.
    pub owner: String,
    /// The list.
    pub view: View,
}

/// Returns the lists of a place that the person keeps or that others share with them, as far as the api says them.
pub async fn of(session: &Session, place: &str) -> Vec<OwnedView> {
    let page = api_client::get::<Page<OwnedView>>(session, &with_query("/v1/me/views", &[("place", place)])).await;
    page.map(|page| page.items).unwrap_or_default()
}

/// Draws the form that keeps a list; nothing for a list that is kept already.
pub fn save_form(place: &str, query: &str, known: &[OwnedView]) -> Markup {
    if known.iter().any(|view| view.view.query == query) {
        return html! {};
    }
    // It only leads to the settings, where the list is kept under its name.
    html! {
        form.keep method="get" action="/settings" {
            input type="hidden" name="place" value=(place);
            input type="hidden" name="query" value=(query);
            button.plain-button { (say!("view-keep")) }
        }
    }
}

/// Draws the form that asks for the name of a list that is to be kept.
pub fn name_form(session: &Session, typed: &Form) -> Markup {
    if typed.get("place").is_empty() {
        return html! {};
    }
    let roles: Vec<_> = session.person.roles.iter().map(|role| role.split(':').next().unwrap_or(role)).collect();
    html! {
        section.card aria-labelledby="keep" {
            h2 #keep { (say!("view-keep")) }
            form.filters method="post" action="/settings/views" {
                (csrf(session))
                input type="hidden" name="place" value=(typed.get("place"));
                input type="hidden" name="query" value=(typed.get("query"));
                div { label for="view-name" { (say!("view-name")) } input id="view-name" name="name" required maxlength="60" dir="auto" value=(typed.get("name")) autofocus; }
                div {
                    label for="shared" { (say!("view-shared")) }
                    select #shared name="shared_with" {
                        option value="" { (say!("view-only-me")) }
                        @for role in &roles { option value=(role) selected[typed.get("shared_with") == *role] { (crate::parts::words::humane(role)) } }
                    }
                }
                button.primary { (say!("view-save")) }
            }
        }
    }
}

/// Draws the lists that the person keeps, each with a button that forgets it.
pub fn own(session: &Session, views: &[View]) -> Markup {
    html! {
        section.card aria-labelledby="views" {
            h2 #views { (say!("view-title")) }
            @if views.is_empty() { p.quiet { (say!("view-none")) } }
            ul.plain {
                @for view in views {
                    li.kept-view {
                        a dir="auto" href=(address(view)) { (view.name) }
                        @if let Some(role) = &view.shared_with { span.quiet { " " (say!("view-with", role = crate::parts::words::humane(role))) } }
                        form method="post" action="/settings/views/remove" {
                            (csrf(session))
                            input type="hidden" name="name" value=(view.name);
                            button.plain-button aria-label=(say!("view-remove-one", name = view.name.as_str())) { (say!("view-remove")) }
                        }
                    }
                }
            }
        }
    }
}

fn address(view: &View) -> String {
    let path = if view.place == "queue" { "/queue" } else { "/requests" };
    format!("{path}?{}", view.query)
}

/// Serves `POST /settings/views`: keeps a list.
///
/// # Errors
/// The problem that the api answered.
pub async fn save(session: &Session, form: &Form) -> Result<Answer, Problem> {
    let view = View {
        name: form.get("name").into(),
        place: form.get("place").into(),
        query: form.get("query").into(),
        shared_with: form.some("shared_with").map(str::to_owned),
    };
    let mut preferences = api_client::preferences(session).await?;
    kept(&mut preferences, |views| {
        views.retain(|known| known.get("name").and_then(Value::as_str) != Some(view.name.as_str()));
        views.push(json!(view));
    });
    api_client::put::<Value>(session, "/v1/me/preferences", &preferences).await?;
    Ok(reply::see_other_saying(session, &address(&view), say!("view-kept", name = view.name.as_str())))
}

/// Serves `POST /settings/views/remove`: forgets a list.
///
/// # Errors
/// The problem that the api answered.
pub async fn remove(session: &Session, form: &Form) -> Result<Answer, Problem> {
    let name = form.get("name");
    let mut preferences = api_client::preferences(session).await?;
    kept(&mut preferences, |views| views.retain(|known| known.get("name").and_then(Value::as_str) != Some(name)));
    api_client::put::<Value>(session, "/v1/me/preferences", &preferences).await?;
    Ok(reply::see_other_saying(session, "/settings", say!("view-removed", name = name)))
}

fn kept(preferences: &mut Value, change: impl FnOnce(&mut Vec<Value>)) {
    let mut views = preferences.get("views").and_then(Value::as_array).cloned().unwrap_or_default();
    change(&mut views);
    if let Some(all) = preferences.as_object_mut() {
        all.insert("views".into(), views.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_leads_to_its_list_and_a_change_leaves_the_rest_alone() {
        let view =
            View { name: "Mine".into(), place: "requests".into(), query: "status=completed".into(), shared_with: None };
        assert_eq!(address(&view), "/requests?status=completed");
        let mut preferences = json!({"theme": "dark", "views": [{"name": "a"}]});
        kept(&mut preferences, |views| views.push(json!({"name": "b"})));
        assert_eq!(preferences, json!({"theme": "dark", "views": [{"name": "a"}, {"name": "b"}]}));
    }
}
