//! The credit document: the memo. Its number is assigned on issue only; what is paid or applied is derived from its
//! allocations.

use super::{machine, named, titled};

titled! {
    /// Where a credit document stands.
    DocumentStatus {
        /// Composed, or a draft in the ERP that a person is to post there; without a number and without effect.
        Draft = "draft": "Draft",
        /// Numbered and in the accounts.
        Issued = "issued": "Issued",
        /// Withdrawn in full.
        Void = "void": "Void",
        /// Taken back by a debit note.
        Reversed = "reversed": "Reversed",
    }
}

named! {
    /// What happens to a credit document.
    DocumentEvent {
        /// The document gets its number.
        Issue = "issue",
        /// The document is withdrawn in full.
        Void = "void",
        /// A debit memo takes the document back.
        Reverse = "reverse",
    }
}

machine!("Credit document", DocumentStatus, DocumentEvent, Draft);

const fn next(state: DocumentStatus, event: DocumentEvent) -> Option<DocumentStatus> {
    use DocumentEvent as E;
    use DocumentStatus as S;
    Some(match (state, event) {
        (S::Draft | S::Issued, E::Issue) => S::Issued,
        (S::Draft | S::Issued | S::Void, E::Void) => S::Void,
        (S::Issued | S::Reversed, E::Reverse) => S::Reversed,
        _ => return None,
    })
}
