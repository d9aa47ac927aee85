//! What the ERP says of a document.

/// What the ERP answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErpReply {
    /// It has the document.
    Document {
        /// Its own id.
        reference: String,
        /// The number, once posted.
        number: Option<String>,
        /// Whether a look-up found it rather than the call's own answer.
        found: bool,
    },
    /// It had the document, and somebody has voided it there.
    Voided {
        /// Its own id.
        reference: String,
        /// The number, where it had one.
        number: Option<String>,
    },
    /// It surely has no such document.
    Absent,
}
