//! The ERP's answer about a document.

/// The ERP's answer about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErpReply {
    /// The ERP has the document.
    Document {
        /// The ERP's own id of the document.
        reference: String,
        /// The number printed on it; `None` while it is a draft.
        number: Option<String>,
        /// Whether a look-up found it; otherwise the call itself returned it.
        found: bool,
    },
    /// The ERP had the document, and somebody has voided it there.
    Voided {
        /// The ERP's own id of the document.
        reference: String,
        /// The number printed on it; `None` where it had none.
        number: Option<String>,
    },
    /// The ERP surely has no such document.
    Absent,
}
