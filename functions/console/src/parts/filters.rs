//! Holds the filters of a list, as the query of its address: a form to set them, and a label for each that is set,
//! which takes it away again.

use contraflow_domain::catalogue::TaskCode;
use contraflow_domain::lifecycle::request::RequestStatus;
use contraflow_domain::request::ask::Kind;
use contraflow_domain::request::exception::ExceptionQueue;
use maud::{Markup, html};

use super::words::humane;
use crate::form::{Form, with_query};
use crate::locale::named::Named as _;
use crate::locale::say;

/// Holds the filters that are set, each with its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters(Vec<(&'static str, String)>);

impl Filters {
    /// Reads those of these names that are set.
    pub fn of(form: &Form, names: &[&'static str]) -> Self {
        Self(names.iter().filter_map(|name| Some((*name, form.some(name)?.to_owned()))).collect())
    }

    /// Returns the value of a filter; empty where it is not set.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Tells whether nothing is left out.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the filters as parameters of an address of this console.
    pub fn parameters(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// Returns the filters as the api takes them: amounts with a point.
    pub fn asked(&self) -> Vec<(&'static str, String)> {
        let asked = |(name, value): &(&'static str, String)| match *name {
            "min" | "max" => (*name, plain_amount(value)),
            _ => (*name, value.clone()),
        };
        self.0.iter().map(asked).collect()
    }

    fn without(&self, name: &str) -> Vec<(&str, &str)> {
        self.parameters().into_iter().filter(|(known, _)| *known != name).collect()
    }
}

/// Writes an amount as programs do: `1.234,50` and `1,234.50` as `1234.50`. The last sign is that of the decimals,
/// unless three digits follow it and no other sign is there.
fn plain_amount(written: &str) -> String {
    let written: String = written.chars().filter(|sign| !sign.is_whitespace() && *sign != '\'').collect();
    let Some(last) = written.rfind(['.', ',']) else { return written };
    let (whole, decimals) = written.split_at(last);
    let decimals = decimals.trim_start_matches(['.', ',']);
    let is_group = decimals.len() == 3 && !whole.contains(['.', ',']);
    let whole = whole.replace(['.', ','], "");
    if is_group { format!("{whole}{decimals}") } else { format!("{whole}.{decimals}") }
}

/// Returns the name of a filter.
fn label(name: &str) -> String {
    match name {
        "q" => say!("filter-q"),
        "status" => say!("filter-status"),
        "kind" => say!("filter-kind"),
        "reason" => say!("filter-reason"),
        "currency" => say!("filter-currency"),
        "min" => say!("filter-min"),
        "max" => say!("filter-max"),
        "from" => say!("filter-from"),
        "until" => say!("filter-until"),
        "customer" => say!("filter-customer"),
        "invoice" => say!("filter-invoice"),
        "requester" => say!("filter-requester"),
        "channel" => say!("filter-channel"),
        "task" => say!("filter-task"),
        "exception" => say!("filter-exception"),
        "sort" => say!("filter-sort"),
        other => humane(other),
    }
}

/// Returns the value of a filter in words.
fn shown(name: &str, value: &str) -> String {
    let one = |value: &str| {
        let said = match name {
            "status" => RequestStatus::named(value).map(RequestStatus::said),
            "kind" => Kind::named(value).map(Kind::said),
            "task" => TaskCode::named(value).map(TaskCode::said),
            "exception" => ExceptionQueue::named(value).map(ExceptionQueue::said),
            "sort" if value == "oldest" => Some(say!("filter-oldest")),
            "reason" => Some(humane(value)),
            _ => None,
        };
        said.unwrap_or_else(|| value.to_owned())
    };
    match name {
        "status" | "kind" | "task" => value.split(',').map(|part| one(part.trim())).collect::<Vec<_>>().join(", "),
        _ => one(value),
    }
}

/// Draws a label for each filter that is set, which leads to the list without it; `kept` are the parameters that stay.
pub fn chips(path: &str, kept: &[(&str, &str)], filters: &Filters) -> Markup {
    html! {
        @if !filters.is_empty() {
            p.set-filters {
                span.hidden { (say!("filter-set")) }
                @for (name, value) in &filters.0 {
                    @let rest = kept.iter().copied().chain(filters.without(name)).collect::<Vec<_>>();
                    a.set-filter href=(with_query(path, &rest)) {
                        span { (label(name)) ": " bdi { (shown(name, value)) } }
                        span aria-hidden="true" { "×" }
                        span.hidden { " " (say!("filter-clear")) }
                    }
                }
                a href=(with_query(path, kept)) { (say!("filter-clear-all")) }
            }
        }
    }
}

/// Draws the field of a filter.
pub fn field(filters: &Filters, name: &'static str) -> Markup {
    let id = format!("by-{name}");
    let value = filters.get(name);
    let cases: Vec<(&str, String)> = match name {
        "status" => RequestStatus::ALL.iter().map(|case| (case.name(), case.said())).collect(),
        "kind" => Kind::ALL.iter().map(|case| (case.name(), case.said())).collect(),
        "task" => TaskCode::ALL.iter().map(|case| (case.name(), case.said())).collect(),
        "exception" => ExceptionQueue::ALL.iter().map(|case| (case.name(), case.said())).collect(),
        "sort" => vec![("oldest", say!("filter-oldest"))],
        _ => Vec::new(),
    };
    let (kind, most) = match name {
        "from" | "until" => ("date", 10),
        "currency" => ("text", 3),
        _ => ("text", 100),
    };
    html! {
        div.filter {
            label for=(id) { (label(name)) }
            @if cases.is_empty() {
                input id=(id) name=(name) type=(kind) value=(value) maxlength=(most) autocomplete="off" spellcheck="false"
                    inputmode=[matches!(name, "min" | "max").then_some("decimal")];
            } @else {
                select id=(id) name=(name) {
                    option value="" { @if name == "sort" { (say!("filter-newest")) } @else { (say!("filter-all")) } }
                    // Several may be chosen by an address; they stay until another is.
                    @if value.contains(',') { option value=(value) selected { (shown(name, value)) } }
                    @for (case, said) in &cases { option value=(case) selected[*case == value] { (said) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        for (written, read) in [
            ("12,50", "12.50"),
            ("12.5", "12.5"),
            ("1.234,50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("1.000", "1000"),
            ("1 000", "1000"),
            ("7", "7"),
            ("x", "x"),
        ] {
            assert_eq!(plain_amount(written), read, "{written}");
        }
    }

    #[test]
    fn each_filter_that_is_set_can_be_taken_away_by_itself() {
        let form = Form::from([("status", "completed,rejected"), ("q", "INV-1"), ("odd", "x"), ("kind", "")]);
        let filters = Filters::of(&form, &["q", "status", "kind"]);
        let drawn = chips("/requests", &[("view", "v")], &filters).into_string();
        assert!(drawn.contains("href=\"/requests?view=v&amp;status=completed%2Crejected\""), "{drawn}");
        assert!(
            drawn.contains("href=\"/requests?view=v&amp;q=INV-1\"") && drawn.contains("Completed, Rejected"),
            "{drawn}"
        );
        assert!(!drawn.contains("odd"));
    }
}
