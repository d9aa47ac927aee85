//! The office: by what letters are written.

use std::sync::Arc;

use contraflow_domain::policy::Policy;
use contraflow_domain::zone::Zone;
use contraflow_guest::problem::Problem;

use crate::context::Setting;

/// Says by what letters are written: the policy, and where links lead.
#[derive(Debug, Clone)]
pub struct Office {
    /// The policy in force.
    pub policy: Arc<Policy>,
    /// Where people reach the console, without a slash at its end.
    pub console: String,
}

impl Office {
    /// Reads what letters are written by.
    ///
    /// # Errors
    /// When the policy can't be read or used.
    pub async fn open() -> Result<Self, Problem> {
        let console = contraflow_guest::variable("public_url").await.trim_end_matches('/').to_owned();
        Ok(Self { policy: contraflow_guest::policy::in_force().await?, console })
    }

    /// Returns the language of whoever nobody knows another language of.
    #[must_use]
    pub fn language(&self) -> &str {
        self.policy.business.language.as_deref().unwrap_or("en")
    }

    /// Returns the time zone of the business.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.policy.business.time_zone
    }

    /// Returns what the words for a reader of that language depend on.
    #[must_use]
    pub fn setting<'a>(&'a self, language: &'a str) -> Setting<'a> {
        Setting { policy: &self.policy, language, console: &self.console }
    }
}
