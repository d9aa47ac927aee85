//! Preferences: how somebody wants the console to be, and the views of lists that they keep.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalogue::MessageKind;
use crate::language::is_language;
use crate::lifecycle::named;
use crate::limits::{VIEW_NAME_CHARS, VIEW_QUERY_BYTES, VIEWS};
use crate::request::draft::FieldError;
use crate::zone::Zone;

named! {
    /// The colours of the console.
    Theme {
        /// As the browser says.
        Auto = "auto",
        /// Dark text on light ground.
        Light = "light",
        /// Light text on dark ground.
        Dark = "dark",
    }
}

named! {
    /// How close together the rows of lists stand.
    Density {
        /// As many rows as fit.
        Compact = "compact",
        /// With more room.
        Comfortable = "comfortable",
    }
}

named! {
    /// A list that a view may be of.
    ViewPlace {
        /// What waits for a person.
        Queue = "queue",
        /// All requests.
        Requests = "requests",
    }
}

named! {
    /// How often somebody wants letters.
    Pace {
        /// One for each piece of news, at once.
        Each = "each",
        /// One each day that they want, of all that came since.
        Daily = "daily",
        /// None.
        Never = "never",
    }
}

/// How somebody wants letters about requests. What waits for them stands in their queue all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LetterPreferences {
    /// How often.
    pub pace: Pace,
    /// The hour of their day at which the daily letter is written.
    #[cfg_attr(feature = "schema", schemars(range(max = 23)))]
    pub hour: u32,
    /// The news of which they want no letter.
    pub without: BTreeSet<MessageKind>,
}

impl Default for LetterPreferences {
    fn default() -> Self {
        Self { pace: Pace::Each, hour: 8, without: BTreeSet::new() }
    }
}

impl LetterPreferences {
    /// Tells whether they want a letter of that news, at once or with the daily one.
    #[must_use]
    pub fn want(&self, news: MessageKind) -> bool {
        self.pace != Pace::Never && !self.without.contains(&news)
    }
}

/// A view: a list with its filters, under a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Its name, unique among the views of its owner.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = VIEW_NAME_CHARS)))]
    pub name: String,
    /// The list that it is of.
    pub place: ViewPlace,
    /// The filters, as the query of an address: `status=completed&kind=refund`.
    #[cfg_attr(feature = "schema", schemars(length(max = VIEW_QUERY_BYTES)))]
    pub query: String,
    /// The role whose people see it too, such as `finance`; left out for the owner's eyes only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_with: Option<String>,
}

/// A view that somebody sees, with whoever keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnedView {
    /// Who keeps it.
    pub owner: String,
    /// The view.
    pub view: View,
}

/// How somebody wants the console to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    /// The language, such as `de`; left out for that of the person's record, and then that of the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The time zone in which times are shown; left out for that of the person's record, and then that of the business.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub time_zone: Option<Zone>,
    /// The colours.
    pub theme: Theme,
    /// How close together rows stand.
    pub density: Density,
    /// Whether single keys are shortcuts.
    pub shortcuts: bool,
    /// How they want letters.
    pub letters: LetterPreferences,
    /// The views of lists that they keep.
    #[cfg_attr(feature = "schema", schemars(length(max = VIEWS)))]
    pub views: Vec<View>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            time_zone: None,
            theme: Theme::Auto,
            density: Density::Compact,
            shortcuts: true,
            letters: LetterPreferences::default(),
            views: Vec::new(),
        }
    }
}

impl Preferences {
    /// Finds what is wrong with them, by place.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |pointer: String, detail: String| faults.push(FieldError { pointer, detail });
        if self.language.as_deref().is_some_and(|language| !is_language(language)) {
            fault("/language".into(), "must be a language tag, such as de or en-GB".into());
        }
        if self.letters.hour > 23 {
            fault("/letters/hour".into(), "must be an hour of the day, from 0 to 23".into());
        }
        if self.views.len() > VIEWS {
            fault("/views".into(), format!("at most {VIEWS} views are kept: remove one"));
        }
        let mut names = BTreeSet::new();
        for (index, view) in self.views.iter().enumerate() {
            let at = |member: &str| format!("/views/{index}/{member}");
            let chars = view.name.chars().count();
            if view.name.trim() != view.name
                || chars == 0
                || chars > VIEW_NAME_CHARS
                || view.name.chars().any(char::is_control)
            {
                fault(at("name"), format!("must be 1 to {VIEW_NAME_CHARS} characters without spaces around them"));
            }
            if !names.insert(view.name.to_lowercase()) {
                fault(at("name"), format!("“{}” is the name of another view", view.name));
            }
            let is_query = view.query.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\"<>".contains(&byte));
            if view.query.len() > VIEW_QUERY_BYTES || !is_query {
                fault(at("query"), format!("must be the query of an address, of at most {VIEW_QUERY_BYTES} bytes"));
            }
            let is_role = |role: &str| {
                let ok = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":-_".contains(&byte);
                (1..=64).contains(&role.len()) && role.bytes().all(ok)
            };
            if view.shared_with.as_deref().is_some_and(|role| !is_role(role)) {
                fault(at("shared_with"), "must be a role, such as finance or approver".into());
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str) -> View {
        View { name: name.into(), place: ViewPlace::Queue, query: "kind=refund".into(), shared_with: None }
    }

    #[test]
    fn what_is_left_out_is_as_for_everybody() {
        let read: Preferences = serde_json::from_str("{}").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read, Preferences::default());
        assert!(read.faults().is_empty());
    }

    #[test]
    fn nobody_gets_letters_that_they_do_not_want() {
        let read = |text: &str| serde_json::from_str::<Preferences>(text).map(|kept| kept.letters);
        let news = MessageKind::RequestException;
        assert!(read("{}").is_ok_and(|letters| letters.want(news)));
        let but_one = read(r#"{"letters": {"without": ["request.exception"]}}"#);
        assert!(but_one.is_ok_and(|letters| !letters.want(news) && letters.want(MessageKind::RequestOverdue)));
        assert!(read(r#"{"letters": {"pace": "never"}}"#).is_ok_and(|letters| !letters.want(news)));
    }

    #[test]
    fn as_many_views_are_kept_as_there_is_room_for_and_no_more() {
        let views: Vec<View> = (0..VIEWS).map(|number| view(&format!("View {number}"))).collect();
        let mut kept = Preferences { views, ..Preferences::default() };
        assert!(kept.faults().is_empty());
        kept.views.push(view("One more"));
        assert_eq!(kept.faults().len(), 1);
    }

    #[test]
    fn every_fault_is_told_with_its_place() {
        let wrong = Preferences {
            language: Some("deutsch bitte".into()),
            letters: LetterPreferences { hour: 24, ..LetterPreferences::default() },
            views: vec![
                view("Large"),
                View { shared_with: Some("Finance!".into()), ..view("large") },
                View { query: "q=\"".into(), ..view(" x") },
            ],
            ..Preferences::default()
        };
        let told: Vec<_> = wrong.faults().into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(
            told,
            ["/language", "/letters/hour", "/views/1/name", "/views/1/shared_with", "/views/2/name", "/views/2/query"]
        );
    }
}
