//! Says in sentences what a policy says. They are made from the policy itself, so they never say anything else.

mod deciding;
mod giving;
mod making;
mod telling;
mod terms;
mod time;

use contraflow_domain::hours::{Span, Unit};
use contraflow_domain::policy::Policy;
use contraflow_domain::policy::condition::Condition;
use contraflow_domain::request::ask::Kind;
use maud::{Markup, html};

use crate::locale::named::Named as _;
use crate::locale::say;
use crate::parts::{foreign, money};

/// Holds the sentences about one matter.
pub struct Section {
    /// The name of its place on the page.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// Its sentences.
    pub lines: Vec<Markup>,
    /// True when the order of the sentences matters.
    pub in_order: bool,
}

impl Section {
    const fn new(id: &'static str, title: String, lines: Vec<Markup>) -> Self {
        Self { id, title, lines, in_order: false }
    }

    const fn ordered(id: &'static str, title: String, lines: Vec<Markup>) -> Self {
        Self { id, title, lines, in_order: true }
    }
}

/// Returns everything that a policy says. Matters about which it says nothing are left out.
pub fn sections(policy: &Policy) -> Vec<Section> {
    let all = [
        deciding::sections(policy),
        terms::sections(policy),
        time::sections(policy),
        giving::sections(policy),
        making::sections(policy),
        telling::sections(policy),
    ];
    all.into_iter().flatten().filter(|section| !section.lines.is_empty()).collect()
}

/// Draws them, with a list of contents.
pub fn draw(policy: &Policy) -> Markup {
    let sections = sections(policy);
    html! {
        nav.contents aria-label=(say!("policy-contents")) {
            ul { @for section in &sections { li { a href=(format!("#{}", section.id)) { (section.title) } } } }
        }
        @for section in &sections {
            section.card aria-labelledby=(section.id) {
                h2 id=(section.id) { (section.title) }
                @if section.in_order { ol.sentences { @for line in &section.lines { li { (line) } } } }
                @else { ul.sentences { @for line in &section.lines { li { (line) } } } }
            }
        }
    }
}

/// Draws things one after the other, as a sentence does: "a, b and c".
fn listed(items: &[Markup]) -> Markup {
    html! {
        @for (place, item) in items.iter().enumerate() {
            @if place > 0 { @if place + 1 == items.len() { " " (say!("policy-and")) " " } @else { ", " } }
            (item)
        }
    }
}

/// Draws names that the policy has given.
fn names<'a>(names: impl IntoIterator<Item = &'a String>) -> Markup {
    listed(&names.into_iter().map(|name| html! { strong { (foreign::name(name)) } }).collect::<Vec<_>>())
}

/// Draws deciders as they are stored with a request, one after the other.
pub fn listed_slots(slots: &[String]) -> Markup {
    listed(&deciding::slots(slots))
}

fn kinds(kinds: &[Kind]) -> Markup {
    listed(&kinds.iter().map(|kind| html! { (kind.said()) }).collect::<Vec<_>>())
}

/// Draws a condition as the policy writes it.
fn condition(condition: &Condition) -> Markup {
    html! { code.break { (condition.text()) } }
}

/// Draws an amount in the units of the policy's bounds, which have no currency.
fn bound(amount: impl std::fmt::Display) -> Markup {
    html! { span.money { (money::grouped(&amount.to_string())) } }
}

/// Says a span of time.
fn span(span: Span) -> String {
    let count = span.count;
    match span.unit {
        Unit::Minutes => say!("policy-span-minutes", count = count),
        Unit::Hours => say!("policy-span-hours", count = count),
        Unit::Days => say!("policy-span-days", count = count),
        Unit::BusinessMinutes => say!("policy-span-business-minutes", count = count),
        Unit::BusinessHours => say!("policy-span-business-hours", count = count),
        Unit::BusinessDays => say!("policy-span-business-days", count = count),
    }
}

fn spans(all: &[Span]) -> Markup {
    listed(&all.iter().map(|one| html! { (span(*one)) }).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Language, Locale, within};
    use contraflow_domain::policy::DEFAULT;

    fn plain(markup: &str) -> String {
        let mut inside = false;
        let text = markup.chars().filter(|letter| {
            let shown = !inside && *letter != '<';
            inside = (inside || *letter == '<') && *letter != '>';
            shown
        });
        text.collect()
    }

    fn said(text: &str, id: &str) -> Vec<String> {
        let policy = Policy::parse(text).expect("a policy");
        let section = sections(&policy).into_iter().find(|section| section.id == id).expect("a section");
        section.lines.iter().map(|line| plain(&line.0)).collect()
    }

    #[test]
    fn a_rule_says_for_what_it_is_and_who_decides() {
        let rules = said(DEFAULT, "approval");
        assert_eq!(rules[0], "small-goodwill: Goodwill credit and Promotional credit up to 50.00 pass by themselves.");
        assert_eq!(rules[2], "medium: Every request up to 5,000.00: manager decides.");
        assert_eq!(rules[3], "large: Every request: first manager, then finance decides.");
        let any = "[[approval]]\nname = \"two\"\nwhen = 'request.worth > 10'\ncount = 2\nany_of = [\"team-lead\", \"manager\", \"finance\"]\n[[approval]]\nname = \"small-goodwill\"";
        let rules = said(&DEFAULT.replacen("[[approval]]\nname = \"small-goodwill\"", any, 1), "approval");
        assert_eq!(
            rules[0],
            "two: Every request for which request.worth &gt; 10: 2 of team-lead, manager and finance decide, in any order."
        );
    }

    #[test]
    fn what_the_policy_makes_by_itself_and_bounds_on_people_are_said_too() {
        let more = "[[spending.limits]]\nper = \"approver\"\nlevel = \"manager\"\ndays = 30\nup_to = \"10000\"\n\
                    [[eligibility]]\nname = \"eu\"\ncountries = [\"EU\"]\ndays = 14\ndestinations = [\"store_credit\"]\nthen = \"refuse\"\n";
        let (before, after) = DEFAULT.split_once("[levels]").expect("a section");
        let text = format!("{before}{more}[levels]{after}");
        assert_eq!(
            said(&text, "spending"),
            ["One person approves at most 10,000 within 30 days. That holds for the level manager."]
        );
        let terms = said(&text, "terms");
        let eu = "eu: Every request in EU. The invoice may be 14 days old at most. The money may go here: store credit. Otherwise it is refused.";
        assert!(terms.iter().any(|term| term == eu), "{terms:?}");
    }

    #[test]
    fn who_is_told_what_and_when_money_arrives_is_said() {
        let more = "[[notifications]]\nname = \"done\"\nnews = [\"request.completed\", \"request.rejected\"]\n\
                    to = [\"customer\", \"books@firm.example\"]\nhold = true\nwhen = 'request.worth > 500'\nover = [\"postmark\"]\n";
        let text = format!("{DEFAULT}\n{more}").replace("bank_transfer = 3", "bank_transfer = 3\ncard = 5");
        let telling = said(&text, "telling");
        assert!(
            telling[0].starts_with("deciders: A message goes to whoever is waited for with this news: "),
            "{telling:?}"
        );
        let [.., done, language] = telling.as_slice() else { panic!("{telling:?}") };
        assert_eq!(
            done,
            "done: A message goes to the customer and books@firm.example with this news: Done and Not granted. That holds for requests for which request.worth &gt; 500. It goes over postmark alone. Somebody reads it before it goes."
        );
        assert_eq!(language, "Whose language nobody knows is written to in English.");
        assert_eq!(
            said(&text, "arrival"),
            [
                "Bank transfer: there after 3 business days at the latest.",
                "Card: there after 5 business days at the latest.",
                "Anything else: there after 10 business days at the latest."
            ]
        );
    }

    #[test]
    fn every_shipped_policy_is_said_in_every_language_and_nothing_is_left_without_words() {
        let shipped = ["b2b-ar", "default", "eu-b2c", "strict", "us-retail"];
        for name in shipped {
            let path = format!("{}/../../policy/{name}.toml", env!("CARGO_MANIFEST_DIR"));
            let policy = Policy::parse(&std::fs::read_to_string(path).expect("a file")).expect("a policy");
            for language in Language::ALL {
                let html = within(Locale { language, ..Locale::default() }, || draw(&policy)).into_string();
                assert!(!html.contains(concat!(">policy", "-")), "{name}: {html}");
            }
        }
    }
}
