//! Draws the lists that people keep with their filters under a name, so that they are found again, and share with
//! people of a role.

use std::collections::BTreeSet;

use contraflow_domain::limits::VIEW_NAME_CHARS;
use contraflow_domain::preferences::{OwnedView, Preferences, View, ViewPlace};
use contraflow_guest::view::Page;
use maud::{Markup, html};

use crate::api_client;
use crate::form::{Form, with_query};
use crate::locale::say;
use crate::parts::layout::csrf;
use crate::parts::words::humane;
use crate::session::Session;

/// Returns the lists of a place that the person keeps or that others share with them, as far as the api says them.
pub async fn of(session: &Session, place: ViewPlace) -> Vec<OwnedView> {
    let address = with_query("/v1/me/views", &[("place", place.name())]);
    let page = api_client::get::<Page<OwnedView>>(session, &address).await;
    page.map(|page| page.items).unwrap_or_default()
}

/// Draws the form that keeps a list; nothing for a list that is kept already.
pub fn save_form(place: ViewPlace, query: &str, known: &[OwnedView]) -> Markup {
    if known.iter().any(|view| view.view.query == query) {
        return html! {};
    }
    // It only leads to the settings, where the list is kept under its name.
    html! {
        form.keep method="get" action="/settings" {
            input type="hidden" name="place" value=(place.name());
            input type="hidden" name="query" value=(query);
            button.plain-button { (say!("view-keep")) }
        }
    }
}

/// Draws the form that asks for the name of a list that is to be kept; nothing where none is.
pub fn name_form(session: &Session, typed: &Form) -> Markup {
    let Some(place) = ViewPlace::named(typed.get("place")) else { return html! {} };
    // Whoever approves at several levels shares a list with all approvers, once.
    let roles: BTreeSet<_> = session.person.roles.iter().filter_map(|role| role.split(':').next()).collect();
    html! {
        section.card aria-labelledby="keep" {
            h2 #keep { (say!("view-keep")) }
            form.filters method="post" action="/settings/views" {
                (csrf(session))
                input type="hidden" name="place" value=(place.name());
                input type="hidden" name="query" value=(typed.get("query"));
                div { label for="view-name" { (say!("view-name")) } input id="view-name" name="name" required maxlength=(VIEW_NAME_CHARS) dir="auto" value=(typed.get("name")) autofocus; }
                div {
                    label for="shared" { (say!("view-shared")) }
                    select #shared name="shared_with" {
                        option value="" { (say!("view-only-me")) }
                        @for role in &roles { option value=(role) selected[typed.get("shared_with") == *role] { (humane(role)) } }
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
                        @if let Some(role) = &view.shared_with { span.quiet { " " (say!("view-with", role = humane(role))) } }
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

/// Returns the address of a list that is kept.
pub fn address(view: &View) -> String {
    let path = match view.place {
        ViewPlace::Queue => "/queue",
        ViewPlace::Requests => "/requests",
    };
    format!("{path}?{}", view.query)
}

/// Reads the list that a form keeps; `None` where it is of no place that has lists.
pub fn read(form: &Form) -> Option<View> {
    Some(View {
        name: form.get("name").into(),
        place: ViewPlace::named(form.get("place"))?,
        query: form.get("query").into(),
        shared_with: form.some("shared_with").map(str::to_owned),
    })
}

/// Returns the preferences without the list of that name.
pub fn without(mut preferences: Preferences, name: &str) -> Preferences {
    preferences.views.retain(|known| known.name != name);
    preferences
}

/// Returns the preferences with a list, in the place of one that has its name.
pub fn with(preferences: Preferences, view: &View) -> Preferences {
    let mut preferences = without(preferences, &view.name);
    preferences.views.push(view.clone());
    preferences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::session;
    use contraflow_domain::preferences::Theme;

    fn view(name: &str, query: &str) -> View {
        View { name: name.into(), place: ViewPlace::Requests, query: query.into(), shared_with: None }
    }

    #[test]
    fn what_is_kept_leads_to_its_list_and_a_change_leaves_the_rest_alone() {
        assert_eq!(address(&view("Mine", "status=completed")), "/requests?status=completed");
        let before = Preferences { theme: Theme::Dark, views: vec![view("a", "")], ..Preferences::default() };
        let both = Preferences { views: vec![view("a", ""), view("b", "")], ..before.clone() };
        assert_eq!(with(before.clone(), &view("b", "")), both);
        assert_eq!(without(both, "b"), before);
        let newer = Preferences { views: vec![view("a", "kind=refund")], ..before.clone() };
        assert_eq!(with(before, &view("a", "kind=refund")), newer, "a name is that of one list");
    }

    #[test]
    fn a_role_of_several_levels_is_offered_once_and_what_is_no_list_asks_for_no_name() {
        let lena = session("lena", &["approver:lead", "approver:manager"]);
        let drawn = name_form(&lena, &Form::from([("place", "queue"), ("query", "view=tasks")])).into_string();
        assert_eq!(drawn.matches("value=\"approver\"").count(), 1, "{drawn}");
        assert!(name_form(&lena, &Form::from([("place", "nowhere")])).into_string().is_empty());
        assert_eq!(read(&Form::from([("place", "nowhere"), ("name", "x")])), None);
    }
}
