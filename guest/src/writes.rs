//! Holds what one commit may be: what does not fit the store's contract is refused before the store is called.

use http::StatusCode;

use crate::limits::{COMMIT_BYTES, COMMIT_CHECKS, COMMIT_MUTATIONS, KEY_BYTES, VALUE_BYTES};
use crate::problem::Problem;
use crate::store::{self, Check, CommitOutcome, Mutation, Pair};

/// Holds the checks and the mutations of one commit, which surely fit the store's bounds.
#[derive(Debug)]
pub struct Writes {
    checks: Vec<Check>,
    mutations: Vec<Mutation>,
}

impl Writes {
    /// Makes a commit of what was read and what is to be written.
    ///
    /// # Errors
    /// 422 when it is more than the store takes at once; the problem says what of it, and by how much.
    pub fn new(checks: Vec<Check>, mutations: Vec<Mutation>) -> Result<Self, Problem> {
        at_most("entries that must not have changed", checks.len(), COMMIT_CHECKS)?;
        at_most("entries to be written", mutations.len(), COMMIT_MUTATIONS)?;
        for check in &checks {
            key_fits(&check.key)?;
        }
        let mut bytes = 0;
        for mutation in &mutations {
            let (Mutation::Put(Pair { key, .. }) | Mutation::Delete(key)) = mutation;
            key_fits(key)?;
            if let Mutation::Put(pair) = mutation {
                at_most(&format!("bytes under {}", pair.key), pair.value.len(), VALUE_BYTES)?;
                bytes += pair.value.len();
            }
        }
        at_most("bytes in all", bytes, COMMIT_BYTES)?;
        Ok(Self { checks, mutations })
    }

    /// Hands the commit to the store.
    ///
    /// # Errors
    /// When the store does not answer: the commit may have happened.
    pub async fn commit(self) -> Result<CommitOutcome, Problem> {
        Ok(store::commit(self.checks, self.mutations).await?)
    }
}

fn key_fits(key: &str) -> Result<(), Problem> {
    at_most("bytes of one key", key.len(), KEY_BYTES)
}

fn at_most(what: &str, given: usize, most: usize) -> Result<(), Problem> {
    if given <= most {
        return Ok(());
    }
    let detail = format!(
        "This is too large to be stored at once: {given} {what}, and at most {most} are taken. Nothing was stored."
    );
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "too-large", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checks(count: usize) -> Vec<Check> {
        (0..count).map(|number| Check { key: format!("k{number}"), version: None }).collect()
    }

    fn puts(count: usize, bytes: usize) -> Vec<Mutation> {
        let put = |number| Mutation::Put(Pair { key: format!("k{number}"), value: vec![0; bytes] });
        (0..count).map(put).collect()
    }

    fn refused(checks: Vec<Check>, mutations: Vec<Mutation>) -> String {
        Writes::new(checks, mutations).err().map(|problem| problem.detail).unwrap_or_default()
    }

    #[test]
    fn a_commit_at_every_bound_of_the_store_fits_and_one_beyond_is_refused_with_what_is_too_large() {
        assert!(Writes::new(checks(COMMIT_CHECKS), puts(COMMIT_MUTATIONS, 1)).is_ok());
        assert!(refused(checks(COMMIT_CHECKS + 1), Vec::new()).contains("257 entries that must not have changed"));
        assert!(refused(Vec::new(), puts(COMMIT_MUTATIONS + 1, 0)).contains("257 entries to be written"));
        assert!(Writes::new(Vec::new(), puts(1, VALUE_BYTES)).is_ok());
        let detail = refused(Vec::new(), puts(1, VALUE_BYTES + 1));
        assert!(detail.contains("1048577 bytes under k0") && detail.contains("1048576"), "{detail}");
        let whole = COMMIT_BYTES / VALUE_BYTES;
        assert!(Writes::new(Vec::new(), puts(whole, VALUE_BYTES)).is_ok());
        assert!(refused(Vec::new(), puts(whole + 1, VALUE_BYTES)).contains("bytes in all"));
        let key = "k".repeat(KEY_BYTES);
        assert!(Writes::new(Vec::new(), vec![Mutation::Delete(key.clone())]).is_ok());
        assert!(refused(Vec::new(), vec![Mutation::Delete(key + "k")]).contains("513 bytes of one key"));
    }
}
