-- ?1 a voiding's key: the key of the document that it voided.
SELECT key FROM books_document WHERE void_key = ?1
