//! Who is who: a person as somebody vouches for them, in one canonical form and with one comparison.
//!
//! A token vouches for a *sign-in name*. A helpdesk vouches for an e-mail address, or for another name that only it
//! knows; which sign-in name that is, the policy says ([`People`]).

mod people;
mod sign_in;

use std::fmt;

pub use people::People;
pub use sign_in::SignInError;

/// Says how sure it is that two identities are one person's.
///
/// What only one certain person may do needs [`Likeness::Same`]. What one certain person must not do needs
/// [`Likeness::Different`], so doubt never lets anybody decide on their own request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// They are one person's.
    Same,
    /// They may be one person's: the names agree, and nobody says that the issuers mean the same person by it.
    Perhaps,
    /// They are two people's.
    Different,
}

/// An identity: the issuer that vouches for a name, and the name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The source that vouches for the name; empty where it is the name that somebody signs in with.
    issuer: String,
    /// The name; empty where the issuer named nobody.
    subject: String,
}

/// Returns a name in the form that is stored and compared.
fn canonical(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Tells whether a name is an e-mail address. An address names one person, whoever vouches for it.
fn is_address(name: &str) -> bool {
    name.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
}

impl Identity {
    /// Reads a name as it is stored: a sign-in name, or `source:name` of whoever a source named.
    #[must_use]
    pub fn read(stored: &str) -> Self {
        match stored.split_once(':') {
            None => Self { issuer: String::new(), subject: canonical(stored) },
            Some((source, name)) => Self::vouched(source, name),
        }
    }

    /// Makes the identity of whoever a source named. A name that the source has put itself before already is the same
    /// name.
    #[must_use]
    pub fn vouched(source: &str, name: &str) -> Self {
        let issuer = canonical(source);
        let mut subject = canonical(name);
        while let Some(rest) = subject.strip_prefix(&issuer).and_then(|rest| rest.strip_prefix(':')) {
            subject = canonical(rest);
        }
        Self { issuer, subject }
    }

    /// Makes the identity of whoever a source did not name.
    #[must_use]
    pub fn nobody(source: &str) -> Self {
        Self { issuer: canonical(source), subject: String::new() }
    }

    /// Tells whether it is a name that somebody signs in with.
    #[must_use]
    pub const fn is_sign_in(&self) -> bool {
        self.issuer.is_empty() && !self.subject.is_empty()
    }

    /// Compares two identities.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> Likeness {
        let addresses = (is_address(&self.subject), is_address(&other.subject));
        if self.subject.is_empty() || other.subject.is_empty() {
            Likeness::Different
        } else if self.subject == other.subject && (self.issuer == other.issuer || addresses == (true, true)) {
            Likeness::Same
        } else if self.short() == other.short() && (addresses != (true, true) || self.domain() == other.domain()) {
            Likeness::Perhaps
        } else {
            Likeness::Different
        }
    }

    /// Tells whether the other is surely the same person.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.likeness(other) == Likeness::Same
    }

    /// Tells whether the other is surely another person.
    #[must_use]
    pub fn is_surely_not(&self, other: &Self) -> bool {
        self.likeness(other) == Likeness::Different
    }

    /// Returns the name under which what belongs to the person is kept: the same for all identities that are surely
    /// theirs.
    #[must_use]
    pub fn key(&self) -> String {
        if is_address(&self.subject) { self.subject.clone() } else { self.to_string() }
    }

    fn domain(&self) -> &str {
        self.subject.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Returns what people call somebody by: of `google:max+refunds@firm.example` it is `max`.
    fn short(&self) -> &str {
        let name = self.subject.rsplit(':').next().unwrap_or_default();
        let local = name.split('@').next().unwrap_or_default();
        local.split('+').next().filter(|plain| !plain.is_empty()).unwrap_or(local)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.issuer.as_str(), self.subject.as_str()) {
            ("", subject) => f.write_str(subject),
            (issuer, "") => f.write_str(issuer),
            (issuer, subject) => write!(f, "{issuer}:{subject}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(one: &str, other: &str) -> Likeness {
        let (one, other) = (Identity::read(one), Identity::read(other));
        assert_eq!(one.likeness(&other), other.likeness(&one), "{one} {other}");
        one.likeness(&other)
    }

    #[test]
    fn one_person_is_the_same_however_the_name_is_written() {
        for (one, other) in [
            ("max", "max"),
            ("Max", "max"),
            (" max ", "max"),
            ("zendesk:max@firm.example", "max@firm.example"),
            ("zendesk:zendesk:MAX@firm.example", "max@Firm.example"),
            ("zendesk:max@firm.example", "freshdesk:max@firm.example"),
            ("zendesk:max", "Zendesk:zendesk:Max"),
        ] {
            assert_eq!(likeness(one, other), Likeness::Same, "{one} {other}");
        }
    }

    #[test]
    fn whoever_may_be_the_same_is_neither_surely_the_same_nor_surely_another() {
        for (one, other) in [
            ("zendesk:zendesk:max@firm.example", "max"),
            ("max@firm.example", "max"),
            ("google:mia", "mia"),
            ("google:mia", "other-tenant:mia"),
            ("zendesk:google:mia", "mia"),
            ("max+refunds@firm.example", "max@firm.example"),
            ("zendesk:max+x@firm.example", "max"),
        ] {
            assert_eq!(likeness(one, other), Likeness::Perhaps, "{one} {other}");
        }
    }

    #[test]
    fn two_names_are_two_people() {
        for (one, other) in [
            ("max", "mia"),
            ("max@firm.example", "max@other.example"),
            ("zendesk:max@firm.example", "zendesk:mia@firm.example"),
            ("max", "maxine"),
            ("", ""),
        ] {
            assert_eq!(likeness(one, other), Likeness::Different, "{one} {other}");
        }
        assert!(Identity::nobody("zendesk").is_surely_not(&Identity::nobody("zendesk")));
    }

    #[test]
    fn the_canonical_text_reads_as_the_same_identity() {
        for text in ["max", "Max@Firm.example", "zendesk:zendesk:max@firm.example", "zendesk:a:b", "google:mia"] {
            let identity = Identity::read(text);
            assert_eq!(Identity::read(&identity.to_string()), identity, "{text}");
        }
        assert_eq!(Identity::read("zendesk:zendesk:Max@firm.example").to_string(), "zendesk:max@firm.example");
        assert_eq!(Identity::read("zendesk:max@firm.example").key(), "max@firm.example");
        assert_eq!(Identity::read("google:mia").key(), "google:mia");
    }
}
