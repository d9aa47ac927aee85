//! Who may do what: one table of effects, the roles that may cause them, and the parts that whoever causes them must
//! not have had before. The api, the books, the intake and the console ask it, so a button is shown to exactly those
//! for whom the route behind it works.

mod effects;
mod page;
mod roles;

use std::collections::BTreeSet;
use std::fmt;

use crate::identity::Identity;
use crate::request::parts::{Involving, Part};

pub use effects::{Effect, Rule};
pub use page::page;
pub use roles::{Held, Role};

/// What the table needs to know of whoever wants an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker<'a> {
    /// Their roles, as their token names them.
    pub roles: &'a BTreeSet<String>,
    /// Whether the effect is on a request that they asked for themselves.
    pub is_requester: bool,
    /// Whether they have a request of their own about what they want to read.
    pub touches: bool,
    /// Whether somebody lends them authority now.
    pub borrows: bool,
    /// The effects that a machine client may cause, and no others; none for people.
    pub scopes: Option<&'a BTreeSet<String>>,
}

/// Tells why somebody may not cause an effect, and who may.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    /// None of their roles will do.
    Role {
        /// The rule that they do not meet.
        rule: Rule,
        /// The roles that they have, as their token names them.
        held: Vec<String>,
    },
    /// They are a machine client that is not allowed it.
    Scope {
        /// What it wanted.
        effect: Effect,
        /// What it is allowed.
        held: Vec<String>,
    },
    /// They had a part in the request that keeps them from it.
    Apart {
        /// The rule that keeps them from it.
        rule: Rule,
        /// The part that they had.
        part: Part,
    },
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roles = |rule: &Rule| either(&rule.roles.iter().map(|role| role.written()).collect::<Vec<_>>());
        match self {
            Self::Role { rule, held } => {
                let held = if held.is_empty() { "none".to_owned() } else { held.join(", ") };
                let own = match (rule.own_request, rule.touched) {
                    (true, _) => ", unless you asked for the request yourself",
                    (_, true) => ", unless a request of your own is about it",
                    _ => "",
                };
                write!(f, "This needs the role {}{own}; you have {held}. Ask an admin for it.", roles(rule))
            }
            Self::Scope { effect, held } if effect.is_scope() => {
                let held = held.join(", ");
                write!(f, "This needs the scope {}; this key has {held}. Ask an admin for another.", effect.name())
            }
            Self::Scope { .. } => write!(f, "This is for people: no machine client's key allows it."),
            Self::Apart { rule, part } => {
                let apart: Vec<_> = rule.apart_from.iter().map(|part| part.clause()).collect();
                let (roles, apart) = (roles(rule), either(&apart));
                let did = part.clause();
                write!(f, "You {did}, so somebody else must do this, with the role {roles}: nobody who {apart}.")
            }
        }
    }
}

/// Joins words as a sentence does: `a, b or c`.
fn either(words: &[&str]) -> String {
    match words {
        [] => "of nobody".into(),
        [one] => (*one).into(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Asks the table.
///
/// # Errors
/// When none of the asker's roles will do, and the effect is neither one on their own request nor one to be had on
/// loan.
pub fn may(effect: Effect, asker: Asker<'_>) -> Result<(), AuthorityError> {
    if let Some(scopes) = asker.scopes {
        let held = || scopes.iter().cloned().collect();
        let is_held = effect.is_scope() && scopes.contains(effect.name());
        return if is_held { Ok(()) } else { Err(AuthorityError::Scope { effect, held: held() }) };
    }
    let rule = effect.rule();
    if held_for(effect, asker.roles).next().is_some()
        || (rule.own_request && asker.is_requester)
        || (rule.touched && asker.touches)
        || (rule.on_loan && asker.borrows)
    {
        return Ok(());
    }
    Err(AuthorityError::Role { rule, held: asker.roles.iter().cloned().collect() })
}

/// Asks the table what somebody did before in the same request.
///
/// # Errors
/// When they had a part, or may have had, that keeps them from the effect.
pub fn apart(effect: Effect, request: &impl Involving, who: &Identity) -> Result<(), AuthorityError> {
    let rule = effect.rule();
    match rule.apart_from.iter().find(|part| request.had(**part, who)) {
        Some(part) => Err(AuthorityError::Apart { rule, part: *part }),
        None => Ok(()),
    }
}

/// Picks the roles that are enough for an effect.
pub fn held_for(effect: Effect, roles: &BTreeSet<String>) -> impl Iterator<Item = Held<'_>> {
    Held::all(roles).filter(move |held| effect.rule().roles.contains(&held.role))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(effect: Effect, roles: &[&str], is_requester: bool, borrows: bool) -> Result<(), String> {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let asker = Asker { roles: &roles, is_requester, touches: false, borrows, scopes: None };
        may(effect, asker).map_err(|error| error.to_string())
    }

    #[test]
    fn whoever_has_a_role_of_the_rule_may() {
        assert_eq!(asks(Effect::Retry, &["admin"], false, false), Ok(()));
        assert_eq!(asks(Effect::Decide, &["approver:manager"], false, false), Ok(()));
    }

    #[test]
    fn a_machine_client_may_what_its_scopes_name_and_nothing_by_any_other_road() {
        let nothing = BTreeSet::new();
        let everything: BTreeSet<String> = Effect::ALL.iter().map(|effect| effect.name().to_owned()).collect();
        let roles = BTreeSet::from(["finance".to_owned(), "admin".to_owned(), "approver:manager".to_owned()]);
        let asks = |effect, scopes| {
            may(effect, Asker { roles: &roles, is_requester: true, touches: true, borrows: true, scopes: Some(scopes) })
        };
        for effect in Effect::ALL {
            assert_eq!(asks(*effect, &everything).is_ok(), effect.is_scope(), "{effect:?}");
            assert!(asks(*effect, &nothing).is_err(), "{effect:?}");
        }
        let scopes = BTreeSet::from(["ask".to_owned()]);
        assert_eq!(asks(Effect::Ask, &scopes), Ok(()));
        let told = asks(Effect::ReadRequests, &scopes).map_err(|error| error.to_string());
        assert_eq!(told, Err("This needs the scope read_requests; this key has ask. Ask an admin for another.".into()));
        for people in [Effect::Decide, Effect::Lend, Effect::KeepPeople, Effect::KeepClients, Effect::EndSessions] {
            assert!(!people.is_scope(), "{people:?}");
        }
    }

    #[test]
    fn whoever_has_none_is_told_who_may_and_what_they_have() {
        let told = "This needs the role finance or admin; you have requester. Ask an admin for it.";
        assert_eq!(asks(Effect::Retry, &["requester"], true, true), Err(told.into()));
        let told = "This needs the role finance or admin, unless you asked for the request yourself; you have none. \
                    Ask an admin for it.";
        assert_eq!(asks(Effect::Withdraw, &[], false, true), Err(told.into()));
    }

    #[test]
    fn a_role_that_is_not_written_exactly_is_none() {
        for wrong in ["approver", "approver:", "approverx", "approver-manager", "Finance", "finance:", "finance "] {
            assert!(asks(Effect::Decide, &[wrong], false, false).is_err(), "{wrong:?}");
        }
        assert!(asks(Effect::Drive, &["machine:x"], false, false).is_err());
    }

    #[test]
    fn own_requests_and_loans_count_only_where_the_table_says_so() {
        for effect in Effect::ALL {
            let rule = effect.rule();
            assert_eq!(asks(*effect, &[], true, false).is_ok(), rule.own_request, "{effect:?}");
            assert_eq!(asks(*effect, &[], false, true).is_ok(), rule.on_loan, "{effect:?}");
        }
    }

    #[test]
    fn whoever_asked_or_approved_moves_its_money_nowhere_else() {
        for effect in [Effect::Redirect, Effect::ConfirmPayout, Effect::Reverse] {
            assert_eq!(effect.rule().apart_from, [Part::Asked, Part::Approved], "{effect:?}");
        }
        assert_eq!(Effect::Decide.rule().apart_from, [Part::Asked, Part::SentElsewhere, Part::PaidOut]);
        let error = AuthorityError::Apart { rule: Effect::Reverse.rule(), part: Part::Approved };
        let told = "You approved this request, so somebody else must do this, with the role finance: nobody who asked for \
                    this request or approved this request.";
        assert_eq!(error.to_string(), told);
    }

    #[test]
    fn a_requester_reads_of_invoices_and_customers_what_the_own_requests_are_about() {
        let roles = BTreeSet::from(["requester".to_owned()]);
        for effect in Effect::ALL {
            let reads = |touches| {
                may(*effect, Asker { roles: &roles, is_requester: false, touches, borrows: false, scopes: None })
            };
            if matches!(effect, Effect::ReadInvoices | Effect::ReadBalances) {
                let told = "This needs the role approver:<level>, finance, auditor or admin, unless a request of your own is \
                            about it; you have requester. Ask an admin for it.";
                assert_eq!(reads(false).map_err(|error| error.to_string()), Err(told.into()), "{effect:?}");
                assert_eq!(reads(true), Ok(()), "{effect:?}");
            } else {
                assert_eq!(reads(true), reads(false), "{effect:?}");
            }
        }
        for closed in [Effect::ReadBooks, Effect::ReadRequests, Effect::ReadSchedules] {
            let asker = Asker { roles: &roles, is_requester: false, touches: true, borrows: false, scopes: None };
            assert!(may(closed, asker).is_err());
        }
    }

    #[test]
    fn no_effect_is_left_to_nobody_and_machines_do_nothing_that_people_do() {
        for effect in Effect::ALL {
            let roles = effect.rule().roles;
            assert!(!roles.is_empty(), "{effect:?}");
            assert!(!roles.contains(&Role::Machine) || roles.len() == 1, "{effect:?}");
        }
    }
}
