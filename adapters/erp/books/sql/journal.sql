-- ?1 a sequence, ?2 how many: the entries after it.
SELECT sequence, booked_on, narration, document, legs FROM books_journal WHERE sequence > ?1 ORDER BY sequence LIMIT ?2
