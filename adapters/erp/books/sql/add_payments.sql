-- ?1 an invoice's number ?2 payments ?3 how many it has at most. One row: all are in the books now; none: the invoice is not
-- there, one of them is, or there is no room.
INSERT INTO books_receipt (invoice, payments, most)
SELECT ?1, ?2, ?3 FROM books_6
RETURNING id
