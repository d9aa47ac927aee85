//! The table as a page of the documentation.

use super::{Effect, Role};

const HEAD: &str = "# Who may do what

Made from the code by `BLESS=1 cargo test -p contraflow-domain authority`; see `domain/src/authority/effects.rs`. A role is written in a
token exactly as it stands here; `approver` stands with a level of the policy, and reaches the levels below it. Whoever is signed in
may also read who they are, and what they lend and are lent.

*Own request*: the requester may, whatever their roles; of an invoice or a customer, whoever has a request about it. *On loan*: so may
whoever is lent authority to decide, for requests on which they may decide now.
*Scope*: what a machine client is allowed by that name (`POST /v1/clients`); by its scopes alone, whatever else stands here.
*Never who*: whoever had that part in the same request may not, whatever their roles. Where two names may be one person's, they
count as one.
";

/// Writes the table as Markdown.
#[must_use]
pub fn page() -> String {
    let roles: Vec<_> = Role::ALL.iter().map(|role| format!("`{}`", role.written())).collect();
    let mut page = format!("{HEAD}\n| effect | {} | own request | on loan | scope | never who |\n", roles.join(" | "));
    page.push_str(&format!("|---|{}---|\n", ":-:|".repeat(roles.len() + 3)));
    for effect in Effect::ALL {
        let rule = effect.rule();
        let mut cells: Vec<bool> = Role::ALL.iter().map(|role| rule.roles.contains(role)).collect();
        cells.extend([rule.own_request || rule.touched, rule.on_loan]);
        let marks: Vec<_> = cells.iter().map(|may| if *may { "yes" } else { "" }).collect();
        let apart: Vec<_> = rule.apart_from.iter().map(|part| part.clause()).collect();
        let scope = if effect.is_scope() { format!("`{}`", effect.name()) } else { String::new() };
        let (marks, apart) = (marks.join(" | "), apart.join("; "));
        page.push_str(&format!("| {} | {marks} | {scope} | {apart} |\n", rule.what));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_in_the_docs_is_that_of_the_code() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/authority.md");
        if std::env::var_os("BLESS").is_some() {
            assert!(std::fs::write(file, page()).is_ok());
        }
        let written = std::fs::read_to_string(file).unwrap_or_default();
        assert_eq!(written, page(), "run BLESS=1 cargo test -p contraflow-domain authority");
    }
}
