-- ?1 the voiding's key ?2 the document's key. One row: voided now; none: there is none, or it was voided before, or the
-- voiding's key stands for another document.
UPDATE books_document SET status = 'voided', void_key = ?1, voided_on = date('now')
WHERE key = ?2 AND status <> 'voided'
  AND NOT EXISTS (SELECT 1 FROM books_document WHERE void_key = ?1)
  AND EXISTS (SELECT 1 FROM books_6)
RETURNING id, number, status, input, void_key
