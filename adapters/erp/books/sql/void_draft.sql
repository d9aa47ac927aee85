-- ?1 a document's id. One row: voided now, by a person; none: it is no draft.
UPDATE books_document SET status = 'voided', voided_on = date('now')
WHERE id = ?1 AND status = 'draft' AND EXISTS (SELECT 1 FROM books_6)
RETURNING id, number, status, input, void_key
