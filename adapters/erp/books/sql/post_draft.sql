-- ?1 a document's id. One row: posted now, under the next number; none: it is no draft.
UPDATE books_document SET status = 'posted', serial = (
  SELECT COALESCE(max(serial), 0) + 1 FROM books_document AS numbered WHERE numbered.direction = books_document.direction
)
WHERE id = ?1 AND status = 'draft' AND EXISTS (SELECT 1 FROM books_6)
RETURNING id, number, status, input, void_key
