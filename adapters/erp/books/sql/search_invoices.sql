-- ?1 what is looked for, as FTS5 reads it ?2 how many: the invoices with all of it that came last, the newest first, and whom they
-- were sent to.
SELECT invoice.number, invoice.content ->> 'issued_on', invoice.currency, invoice.gross_minor, invoice.content -> 'customer'
FROM books_search_1 CROSS JOIN (
  SELECT rowid AS id FROM books_invoice_search WHERE books_invoice_search MATCH ?1 ORDER BY rowid DESC LIMIT ?2
) AS match
CROSS JOIN books_found_invoice AS found ON found.id = match.id
CROSS JOIN books_invoice AS invoice ON invoice.number = found.number
ORDER BY invoice.content ->> 'issued_on' DESC, found.id DESC
