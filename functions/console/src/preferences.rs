//! Holds what a person prefers to see, as the api keeps it for them.

use contraflow_domain::zone::Zone;
use serde::{Deserialize, Serialize};

/// Defines a choice whose cases have the names that the api stores.
macro_rules! choice {
    ($(#[doc = $meaning:literal])* $name:ident { $($(#[$about:meta])* $case:ident = $text:literal,)+ }) => {
        $(#[doc = $meaning])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        pub enum $name { $($(#[$about])* #[serde(rename = $text)] $case,)+ }

        impl $name {
            /// Every case, in order.
            pub const ALL: &'static [Self] = &[$(Self::$case,)+];

            /// Returns the name that is stored.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$case => $text,)+ }
            }

            /// Returns the case of that name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|case| case.name() == name)
            }
        }
    };
}

choice! {
    /// Says which colours pages have.
    Theme {
        /// Those of the device.
        #[default]
        Auto = "auto",
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
    }
}

choice! {
    /// Says how close rows stand.
    Density {
        /// As many as fit.
        #[default]
        Compact = "compact",
        /// With room around each.
        Comfortable = "comfortable",
    }
}

/// Holds a list with its filters, which somebody keeps under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The name.
    pub name: String,
    /// The list: `queue` or `requests`.
    pub place: String,
    /// The filters, as the query of an address.
    pub query: String,
    /// The role whose people see it too.
    #[serde(default)]
    pub shared_with: Option<String>,
}

/// Holds what a person prefers to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The tag of the language; none where the browser says it.
    pub language: Option<String>,
    /// The time zone of all times.
    pub time_zone: Option<Zone>,
    /// The colours.
    pub theme: Theme,
    /// How close rows stand.
    pub density: Density,
    /// Whether single keys do something.
    pub shortcuts: bool,
    /// The lists that they keep.
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
            views: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_chosen_nothing_has_keys_and_the_colours_of_the_device() {
        let read: Preferences = serde_json::from_str(r#"{"language": "de", "something": 1}"#).expect("preferences");
        assert_eq!(read, Preferences { language: Some("de".into()), ..Preferences::default() });
        assert!(read.shortcuts);
        assert_eq!((Theme::named("dark"), Density::named("x")), (Some(Theme::Dark), None));
    }
}
