//! Sign-in names: what a token may call somebody.

use super::{Identity, canonical};
use crate::limits::PERSON_CHARS;

/// Names under which contraflow itself acts: as a person's they would put words into its mouth.
const RESERVED: [&str; 14] = [
    "contraflow",
    "clock",
    "machine",
    "api",
    "csv",
    "schedule",
    "console",
    "intake",
    "invoice-lookup",
    "eligibility",
    "approval",
    "erp-handoff",
    "payment-reversal",
    "notification",
];

/// Why a name is no sign-in name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The name is empty or too long.
    #[error("must have 1 to {PERSON_CHARS} characters")]
    Length,
    /// The name has a colon, which stands between a source and its name for somebody.
    #[error("must have no colon: `source:name` is how somebody is written whom a helpdesk names")]
    Colon,
    /// The name has characters that can't be seen, or that another name could be written with.
    #[error(
        "must have no white space at its ends, no invisible characters, and letters with their accents in one piece"
    )]
    Characters,
    /// contraflow itself acts under that name.
    #[error("is a name under which contraflow itself acts")]
    Reserved,
}

/// Tells whether a character can't be told from another, or from none.
fn is_odd(char: char) -> bool {
    char.is_control()
        || (char.is_whitespace() && char != ' ')
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{300}'..='\u{36f}' | '\u{e0000}'..='\u{e007f}')
}

impl Identity {
    /// Makes the identity of whoever signs in under a name.
    ///
    /// # Errors
    /// When it is no name that one person alone can have.
    pub fn sign_in(name: &str) -> Result<Self, SignInError> {
        if !(1..=PERSON_CHARS).contains(&name.chars().count()) {
            return Err(SignInError::Length);
        }
        if name.contains(':') {
            return Err(SignInError::Colon);
        }
        if name.trim() != name || name.contains("  ") || name.chars().any(is_odd) {
            return Err(SignInError::Characters);
        }
        let subject = canonical(name);
        if RESERVED.contains(&subject.as_str()) {
            return Err(SignInError::Reserved);
        }
        Ok(Self { issuer: String::new(), subject })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_an_address_is_a_sign_in_name_in_lower_case() {
        for (name, canonical) in [("max", "max"), ("Müller", "müller"), ("Max@Firm.example", "max@firm.example")] {
            assert_eq!(Identity::sign_in(name).map(|who| who.to_string()), Ok(canonical.to_owned()));
        }
        assert!(Identity::sign_in(&"x".repeat(PERSON_CHARS)).is_ok());
    }

    #[test]
    fn a_name_that_is_empty_odd_or_reserved_is_refused() {
        let long = "x".repeat(PERSON_CHARS + 1);
        for (name, error) in [
            ("", SignInError::Length),
            (long.as_str(), SignInError::Length),
            ("zendesk:max", SignInError::Colon),
            ("google:mia", SignInError::Colon),
            (":", SignInError::Colon),
            (" ", SignInError::Characters),
            (" max", SignInError::Characters),
            ("max\n", SignInError::Characters),
            ("m\u{0}ax", SignInError::Characters),
            ("m\u{200b}ax", SignInError::Characters),
            ("mu\u{308}ller", SignInError::Characters),
            ("\u{202e}xam", SignInError::Characters),
            ("contraflow", SignInError::Reserved),
            ("Contraflow", SignInError::Reserved),
            ("clock", SignInError::Reserved),
            ("machine", SignInError::Reserved),
        ] {
            assert_eq!(Identity::sign_in(name), Err(error), "{name:?}");
        }
    }
}
