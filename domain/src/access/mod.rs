//! Who is let in, and as whom: what a provider of sign-ins vouches for, people as records, sessions, machine clients.

mod client;
mod fields;
mod me;
mod provider;
mod record;
mod session;

pub use client::{Client, ClientError, ClientKey, ClientRecord, Revoked, client_name, client_scopes};
pub use fields::{PersonFields, PersonView};
pub use me::Me;
pub use provider::{ClaimsError, Expected, ProviderClaims, Purpose, RoleMap, RoleMapError, is_role_of_people};
pub use record::{Account, Left, LinkError, PersonRecord, described};
pub use session::{Logout, SessionRecord, SessionTimes};
