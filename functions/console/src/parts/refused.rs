//! Says why somebody may not do something, in the language of the page.

use contraflow_domain::authority::AuthorityError;
use contraflow_domain::request::parts::Part;
use maud::{Markup, html};

use super::{foreign, words};
use crate::locale::{Language, catalogue, current};

/// Draws why it is refused. In English the domain says it itself; what has no words in another language stays in
/// English, and is marked so.
pub fn why(error: &AuthorityError) -> Markup {
    match said(error) {
        Some(said) => html! { (said) },
        None => foreign::record(&error.to_string()),
    }
}

fn said(error: &AuthorityError) -> Option<String> {
    (current().language != Language::English).then_some(())?;
    let roles = |roles: &[String]| roles.iter().map(|role| words::role(role)).collect::<Vec<_>>().join(", ");
    let (key, rule) = match error {
        AuthorityError::Role { rule, .. } => ("names-refusal-role", rule),
        AuthorityError::Apart { rule, part } => (of_part(*part), rule),
        AuthorityError::Scope { .. } => return None,
    };
    let needed: Vec<_> = rule.roles.iter().map(|role| role.written().to_owned()).collect();
    Some(catalogue::text(key, &[("roles", catalogue::value(roles(&needed)))]))
}

const fn of_part(part: Part) -> &'static str {
    match part {
        Part::Asked => "names-refusal-asked",
        Part::Approved => "names-refusal-approved",
        Part::SentElsewhere => "names-refusal-sent-elsewhere",
        Part::PaidOut => "names-refusal-paid-out",
    }
}

#[cfg(test)]
mod tests {
    use contraflow_domain::authority::Effect;

    use super::*;
    use crate::locale::{Locale, within};

    #[test]
    fn a_refusal_is_a_sentence_in_every_language_whatever_part_somebody_had() {
        let rule = Effect::ConfirmPayout.rule();
        let errors = Part::ALL.iter().map(|part| AuthorityError::Apart { rule, part: *part });
        let errors: Vec<_> = errors.chain([AuthorityError::Role { rule, held: Vec::new() }]).collect();
        let german = Locale { language: Language::German, ..Locale::default() };
        for error in errors {
            assert_eq!(why(&error).into_string(), foreign::record(&error.to_string()).into_string());
            let said = within(german, || why(&error).into_string());
            assert!(said.contains("Finanzen") && said.ends_with('.') && !said.contains("lang="), "{said}");
        }
    }
}
