-- ?1 an id, ?2 how many: the documents after it.
SELECT id, number, status, input, void_key FROM books_document WHERE id > ?1 ORDER BY id LIMIT ?2
