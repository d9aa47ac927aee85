//! Who is who: names of one person that differ by where the person came in.

/// Tells whether two names are one person's: `zendesk:alice@example.com` is Alice however she came in.
#[must_use]
pub fn is_same(name: &str, other: &str) -> bool {
    plain_name(name) == plain_name(other)
}

/// Returns a name in the form that is compared and stored.
#[must_use]
pub fn plain_name(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_lowercase()
}
