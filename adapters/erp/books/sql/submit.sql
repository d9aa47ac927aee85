-- ?1 key ?2 input ?3 direction ?4 status ?5 invoice ?6 customer ?7 currency ?8 issued on ?9 reason ?10 net ?11 tax
-- ?12 gross ?13 legs. One row: made; none: the key has its document already; an error `declined: …`: refused.
INSERT INTO books_document (key, input, direction, status, serial, invoice, customer, currency, issued_on, reason,
  net_minor, tax_minor, gross_minor, legs)
SELECT ?1, ?2, ?3, ?4,
  CASE ?4 WHEN 'posted' THEN (SELECT COALESCE(max(serial), 0) + 1 FROM books_document WHERE direction = ?3) END,
  ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
FROM books_6
RETURNING id, number, status, input, void_key
