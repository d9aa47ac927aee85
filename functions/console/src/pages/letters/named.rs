//! Explains what a template may name, and how.

use maud::{Markup, html};

use crate::locale::say;

/// Says what one name stands for.
struct Name {
    /// The name, as a template writes it.
    path: &'static str,
    /// The filter that it goes through; empty for none.
    filter: &'static str,
    /// The key of what it stands for.
    key: &'static str,
}

const fn name(path: &'static str, filter: &'static str, key: &'static str) -> Name {
    Name { path, filter, key }
}

/// Lists the names, in groups with the key of a heading.
const NAMES: [(&str, &[Name]); 5] = [
    (
        "letters-named-news",
        &[
            name("news.title", "", "letters-news-title"),
            name("news.text", "", "letters-news-text"),
            name("news.at", "date", "letters-news-at"),
            name("news.due_at", "date", "letters-news-due"),
            name("news.kind", "", "letters-news-kind"),
        ],
    ),
    (
        "letters-named-request",
        &[
            name("request.title", "", "letters-request-title"),
            name("request.link", "", "letters-request-link"),
            name("request.amount", "money", "letters-request-amount"),
            name("request.yours", "", "letters-request-yours"),
            name("request.kind_title", "", "letters-request-kind-title"),
            name("request.status_title", "", "letters-request-status-title"),
            name("request.invoice", "", "letters-request-invoice"),
            name("request.customer_name", "", "letters-request-customer-name"),
            name("request.customer", "", "letters-request-customer"),
            name("request.credit_memo", "", "letters-request-memo"),
            name("request.reason", "", "letters-request-reason"),
            name("request.requester", "", "letters-request-requester"),
            name("request.ticket", "", "letters-request-ticket"),
            name("request.kind", "", "letters-request-kind"),
            name("request.status", "", "letters-request-status"),
            name("request.id", "", "letters-request-id"),
        ],
    ),
    (
        "letters-named-money",
        &[
            name("way.amount", "money", "letters-way-amount"),
            name("way.to", "", "letters-way-to"),
            name("way.sent_at", "date", "letters-way-sent"),
            name("way.arrives_by", "date", "letters-way-arrives"),
            name("way.is_out", "", "letters-way-out"),
            name("way.method", "", "letters-way-method"),
        ],
    ),
    (
        "letters-named-recipient",
        &[
            name("recipient.name", "", "letters-recipient-name"),
            name("recipient.audience", "", "letters-recipient-audience"),
        ],
    ),
    (
        "letters-named-digest",
        &[
            name("digest.count", "", "letters-digest-count"),
            name("line.subject", "", "letters-digest-subject"),
            name("line.link", "", "letters-digest-link"),
            name("digest.more", "", "letters-digest-more"),
            name("digest.queue", "", "letters-digest-queue"),
            name("digest.settings", "", "letters-digest-settings"),
        ],
    ),
];

/// Shows how something is said only where it is known.
const EXAMPLE_IF: &str = "{% if request.invoice %}It is about invoice {{ request.invoice }}.{% endif %}";
/// Shows how something is said of each way of the money.
const EXAMPLE_FOR: &str = "{% for way in money %}\n- {{ way.amount | money }} {{ way.to }}, there by {{ way.arrives_by | date }}\n{% endfor %}";
/// Shows how the news of a day are listed.
const EXAMPLE_DAY: &str = "{% for line in digest.lines %}\n- {{ line.subject }}: {{ line.link }}\n{% endfor %}";

fn written(name: &Name) -> String {
    match name.filter {
        "" => format!("{{{{ {} }}}}", name.path),
        filter => format!("{{{{ {} | {filter} }}}}", name.path),
    }
}

/// Draws the list.
pub fn list() -> Markup {
    html! {
        details.card {
            summary { (say!("letters-named")) }
            p { (say!("letters-named-hint")) }
            @for (heading, names) in NAMES {
                h3 { (say!(heading)) }
                dl.explained.named { @for name in names { dt { code { (written(name)) } } dd { (say!(name.key)) } } }
            }
            h3 { (say!("letters-examples")) }
            p { (say!("letters-example-if")) } pre.example { (EXAMPLE_IF) }
            p { (say!("letters-example-for")) } pre.example { (EXAMPLE_FOR) }
            p { (say!("letters-example-day")) } pre.example { (EXAMPLE_DAY) }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use contraflow_domain::letters::TemplateText;
    use contraflow_domain::zone::Zone;
    use contraflow_letters::{Style, check, example};
    use serde_json::Value;

    /// Gathers the names of all that has no parts of its own; an amount counts as one.
    fn leaves(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) if !members.contains_key("currency") => {
                for (name, member) in members {
                    let below = match (path, name.as_str()) {
                        ("", name) => name.to_owned(),
                        (path, name) => format!("{path}.{name}"),
                    };
                    leaves(member, &below, found);
                }
            }
            Value::Array(items) => {
                let each = if path == "money" { "way" } else { "line" };
                items.iter().for_each(|item| leaves(item, each, found));
            }
            _ => _ = found.insert(path.to_owned()),
        }
    }

    #[test]
    fn all_that_a_template_may_name_is_explained_and_nothing_else() {
        let mut known = BTreeSet::new();
        leaves(&example("en"), "", &mut known);
        let listed: BTreeSet<String> =
            NAMES.iter().flat_map(|(_, names)| names.iter().map(|name| name.path.to_owned())).collect();
        assert_eq!(listed, known);
    }

    #[test]
    fn every_example_is_a_template_that_works() {
        let said = |text: &str| {
            let said = TemplateText { subject: "News".into(), text: text.to_owned() };
            check(&said, Style { language: "de", zone: Zone::UTC }).expect("a letter").text
        };
        assert!(said(EXAMPLE_IF).contains("INV-1001"));
        assert!(said(EXAMPLE_FOR).contains("59,50 EUR"));
        assert!(said(EXAMPLE_DAY).contains("/requests/1"));
        for (_, names) in NAMES {
            for name in names.iter().filter(|name| !name.path.starts_with("way.") && !name.path.starts_with("line.")) {
                assert!(!said(&format!("x{}", written(name))).is_empty(), "{}", name.path);
            }
        }
    }
}
