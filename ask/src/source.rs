//! What a source has to say, so that an ask can be read from it.

use crate::{DraftLine, Evidence, MoneyText, TextField};

/// Where the fields of one ask are. What is wrong with them the source tells in its own way, at its own places.
pub trait Source {
    /// Gives a field that is one text; `None` where there is none, or nothing that can be read.
    fn text(&self, field: TextField) -> Option<String>;

    /// Gives how much is asked for: of lines of the invoice, or of the document.
    fn how_much(&self) -> (Vec<DraftLine>, Option<MoneyText>);

    /// Gives the documents that support it.
    fn evidence(&self) -> Vec<Evidence> {
        Vec::new()
    }
}
