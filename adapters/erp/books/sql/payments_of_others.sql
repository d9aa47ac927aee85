-- ?1 ids of payments, ?2 an invoice's number: those that are of other invoices.
SELECT found.id FROM json_each(?1) AS given
CROSS JOIN books_payment AS found ON found.id = given.value
WHERE found.invoice <> ?2
