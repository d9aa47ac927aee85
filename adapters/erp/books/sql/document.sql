-- ?1 a key: the document that was made under it.
SELECT id, number, status, input, void_key FROM books_document WHERE key = ?1
