//! Who a token speaks for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::approval::delegation::Delegation;
use crate::preferences::Preferences;

/// Who the token of a call speaks for, and how they want the console to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Me {
    /// The sign-in name.
    pub name: String,
    /// The name that people know them by; null where it is not known.
    #[serde(default)]
    pub full_name: Option<String>,
    /// The roles: `requester`, `approver:<level>`, `finance`, `auditor`, `admin`.
    pub roles: BTreeSet<String>,
    /// What others lend them just now of their authority to decide.
    #[serde(default)]
    pub lent: Vec<Delegation>,
    /// The language of their record, such as `de`; null where it says none.
    #[serde(default)]
    pub locale: Option<String>,
    /// The time zone of their record, or that of the business.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// How they want the console to be.
    #[serde(default)]
    pub preferences: Preferences,
}
