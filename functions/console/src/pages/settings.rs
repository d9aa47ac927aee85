//! Shows what a person prefers to see, and takes changes of it.

use contraflow_domain::zone::Zone;
use contraflow_guest::http_io::Answer;
use contraflow_guest::problem::Problem;
use http::StatusCode;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::views;
use crate::api_client;
use crate::form::Form;
use crate::locale::{Language, Locale, say, within};
use crate::parts::layout::{Frame, csrf, page};
use crate::preferences::{Density, Preferences, Theme};
use crate::reply;
use crate::session::Session;

/// Lists time zones that are offered; any other may be written.
const ZONES: [&str; 12] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Warsaw",
    "Europe/Istanbul",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Asia/Dubai",
    "Asia/Tokyo",
    "Australia/Sydney",
];

/// Serves `GET /settings`.
///
/// # Errors
/// The problem that the api answered.
pub async fn get(frame: &Frame<'_>, session: &Session, query: &Form) -> Result<Answer, Problem> {
    let preferences = api_client::preferences(session).await?;
    let preferences = serde_json::from_value(preferences).unwrap_or_default();
    Ok(reply::page(StatusCode::OK, render(frame, session, &preferences, query)))
}

/// Serves `POST /settings`.
///
/// # Errors
/// The problem that the api answered, when even the page can't be shown again.
pub async fn post(frame: &Frame<'_>, session: &Session, form: &Form) -> Result<Answer, Problem> {
    let before = api_client::preferences(session).await?;
    let wanted = match changed(before.clone(), form) {
        Ok(wanted) => api_client::put::<Value>(session, "/v1/me/preferences", &wanted).await,
        Err(problem) => Err(problem),
    };
    match wanted {
        Ok(_) => {
            // What is said is said in the language that was just chosen.
            let language = Language::of_tag(form.get("language")).unwrap_or(crate::locale::current().language);
            let said = within(Locale { language, ..crate::locale::current() }, || say!("settings-saved"));
            Ok(reply::see_other_saying(session, "/settings", said))
        }
        Err(problem) => {
            let status = reply::status_of(&problem);
            let preferences = serde_json::from_value(before).unwrap_or_default();
            Ok(reply::page(status, render(&frame.failed(problem), session, &preferences, form)))
        }
    }
}

/// Puts what the form says into the preferences; everything else in them stays as it is.
fn changed(mut preferences: Value, form: &Form) -> Result<Value, Problem> {
    let zone = match form.some("time_zone") {
        Some(name) => match name.parse::<Zone>() {
            Ok(zone) => json!(zone),
            Err(_) => return Err(Problem::field("/time_zone", say!("settings-no-zone", name = name))),
        },
        None => Value::Null,
    };
    let theme = Theme::named(form.get("theme")).unwrap_or_default();
    let density = Density::named(form.get("density")).unwrap_or_default();
    if let Some(all) = preferences.as_object_mut() {
        all.insert("language".into(), json!(Language::of_tag(form.get("language")).map(Language::tag)));
        all.insert("time_zone".into(), zone);
        all.insert("theme".into(), json!(theme));
        all.insert("density".into(), json!(density));
        all.insert("shortcuts".into(), json!(form.some("shortcuts").is_some()));
    }
    Ok(preferences)
}

fn theme(theme: Theme) -> String {
    match theme {
        Theme::Auto => say!("settings-theme-auto"),
        Theme::Light => say!("settings-theme-light"),
        Theme::Dark => say!("settings-theme-dark"),
    }
}

fn density(density: Density) -> String {
    match density {
        Density::Compact => say!("settings-compact"),
        Density::Comfortable => say!("settings-comfortable"),
    }
}

/// Draws the page; `typed` is what a refused form held, or a list that is to be kept.
pub fn render(frame: &Frame<'_>, session: &Session, preferences: &Preferences, typed: &Form) -> Markup {
    let zone = preferences.time_zone.map(|zone| zone.to_string()).unwrap_or_default();
    let zone = typed.some("time_zone").unwrap_or(&zone);
    let language = preferences.language.as_deref().and_then(Language::of_tag);
    let body = html! {
        div.title { h1 { (say!("frame-settings")) } }
        (views::name_form(session, typed))
        div.columns {
            div.main-column {
                form.card.wide-form method="post" action="/settings" {
                    (csrf(session))
                    div.grid {
                        div.field {
                            label for="language" { (say!("settings-language")) }
                            select #language name="language" {
                                option value="" { (say!("settings-language-auto")) }
                                @for known in Language::ALL { option value=(known.tag()) lang=(known.tag()) selected[language == Some(known)] { (known.own_name()) } }
                            }
                        }
                        div.field {
                            label for="time_zone" { (say!("settings-zone")) }
                            input #time_zone name="time_zone" list="zones" maxlength="60" autocomplete="off" value=(zone) aria-describedby="zone-hint";
                            datalist #zones { @for known in ZONES { option value=(known) {} } }
                            p.hint #zone-hint { (say!("settings-zone-hint")) }
                        }
                        div.field {
                            label for="theme" { (say!("settings-theme")) }
                            select #theme name="theme" {
                                @for one in Theme::ALL { option value=(one.name()) selected[preferences.theme == *one] { (theme(*one)) } }
                            }
                        }
                        div.field {
                            label for="density" { (say!("settings-density")) }
                            select #density name="density" {
                                @for one in Density::ALL { option value=(one.name()) selected[preferences.density == *one] { (density(*one)) } }
                            }
                        }
                    }
                    label.check { input type="checkbox" name="shortcuts" value="yes" checked[preferences.shortcuts]; " " (say!("settings-shortcuts")) }
                    p.hint { (say!("settings-shortcuts-hint")) }
                    div.buttons { button.primary { (say!("settings-save")) } }
                }
            }
            div.side-column { (views::own(session, &preferences.views)) }
        }
    };
    page(frame, &say!("frame-settings"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_leaves_alone_what_the_form_does_not_have() {
        let form =
            Form::from([("language", "de"), ("time_zone", "Europe/Berlin"), ("theme", "dark"), ("density", "odd")]);
        let before = json!({"views": [1], "digest": "daily", "shortcuts": true});
        let after = json!({
            "views": [1], "digest": "daily", "shortcuts": false, "language": "de", "time_zone": "Europe/Berlin",
            "theme": "dark", "density": "compact",
        });
        assert_eq!(changed(before, &form).expect("preferences"), after);
    }

    #[test]
    fn a_time_zone_that_does_not_exist_is_refused() {
        let problem = changed(json!({}), &Form::from([("time_zone", "Mars/Base")])).expect_err("no zone");
        assert!(problem.errors[0].detail.contains("Mars/Base"));
    }
}
