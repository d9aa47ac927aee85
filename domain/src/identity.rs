//! Who is who: one person under several names.

/// Whether two names are one person's: `zendesk:alice@example.com` is Alice however she came in.
#[must_use]
pub fn is_same(name: &str, other: &str) -> bool {
    plain_name(name) == plain_name(other)
}

/// A name as it is compared and stored by.
#[must_use]
pub fn plain_name(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_lowercase()
}
