//! Addresses of e-mail, as Postmark takes them: in ASCII, one at a time.

use crate::limits;

/// What a person is told of an address that is none.
pub const NO_ADDRESS: &str = "this is not one e-mail address as Postmark takes it: a mailbox, `@`, and a domain, both \
                              in ASCII (a domain with other letters in its form xn--…), without a name, a space or a comma";

/// Tells whether a text is one address and nothing besides: no name, no second address, nothing that ends a header.
pub fn is_address(text: &str) -> bool {
    text.len() <= limits::ADDRESS_CHARS
        && text.split_once('@').is_some_and(|(mailbox, domain)| is_mailbox(mailbox) && is_domain(domain))
}

/// Returns the domain of an address.
pub fn domain(address: &str) -> Option<&str> {
    is_address(address).then(|| address.split_once('@').map(|(_, domain)| domain))?
}

/// RFC 5322, 3.2.3, `dot-atom`; where its full stops may stand, Postmark says.
fn is_mailbox(text: &str) -> bool {
    (1..=limits::MAILBOX_CHARS).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        (1..=limits::LABEL_CHARS).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_one() {
        for address in ["ap@nordlicht.example", "A.B+c_d'e@x-1.example", "a@localhost", "o..o@x.example"] {
            assert!(is_address(address), "{address}");
        }
        assert_eq!(domain("ap@nordlicht.example"), Some("nordlicht.example"));
    }

    #[test]
    fn nothing_else_is() {
        for text in [
            "",
            " ",
            "@",
            "a@",
            "@b",
            "a",
            "a@b@c.example",
            "a@b..example",
            "a@b.example.",
            "a@-b.example",
            "a@[127.0.0.1]",
            "a@b.example,c@d.example",
            "a@b.example;c@d.example",
            "a@b.example c@d.example",
            " a@b.example",
            "A <a@b.example>",
            "\"a b\"@c.example",
            "a@b.example\r\nBcc: c@d.example",
            "a\r\n@b.example",
            "a@b.example\u{0}",
            "ä@b.example",
            "a@müller.example",
        ] {
            assert!(!is_address(text), "{text:?}");
            assert_eq!(domain(text), None);
        }
    }

    #[test]
    fn an_address_ends_at_its_bounds() {
        let mailbox = |count: usize| format!("{}@b.example", "m".repeat(count));
        assert!(is_address(&mailbox(64)) && !is_address(&mailbox(65)));
        let label = |count: usize| format!("a@{}.example", "l".repeat(count));
        assert!(is_address(&label(63)) && !is_address(&label(64)));
        let whole = |count: usize| format!("a@{}{}", "d.".repeat(125), "e".repeat(count));
        assert!(whole(2).len() == 254 && is_address(&whole(2)) && !is_address(&whole(3)));
    }
}
