//! What the books call a document outside: `DOC-` and its number in the table.

/// Returns a document's reference: its digits keep references in the order in which documents were made.
pub fn reference(id: i64) -> String {
    format!("DOC-{id:010}")
}

/// Returns the id in a reference.
pub fn id_of(reference: &str) -> Option<i64> {
    let digits = reference.strip_prefix("DOC-")?;
    (digits.len() >= 10 && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_sort_in_the_order_of_ids_and_read_back() {
        assert!(reference(9) < reference(10));
        assert_eq!(id_of(&reference(42)), Some(42));
        assert_eq!(id_of("DOC-42"), None);
        assert_eq!(id_of("DOC-00000000+1"), None);
    }
}
