-- ?1 what is looked for, as FTS5 reads it ?2 how many: the customers with all of it, as their newest invoices have them.
SELECT invoice.content -> 'customer'
FROM books_search_1 CROSS JOIN (
  SELECT rowid AS id FROM books_customer_search WHERE books_customer_search MATCH ?1 ORDER BY rowid LIMIT ?2
) AS match
CROSS JOIN books_found_customer AS found ON found.id = match.id
CROSS JOIN books_invoice AS invoice ON invoice.number = found.number
ORDER BY found.customer
