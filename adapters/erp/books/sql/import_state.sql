-- ?1 the invoices of an import, for each in its order: whether it is there with the same (1) or other (0) content, and the
-- position of its first payment that belongs to another invoice.
SELECT given.key, found.content = given.value ->> 'content', (
  SELECT payment.key FROM json_each(given.value, '$.payments') AS payment
  CROSS JOIN books_payment AS used ON used.id = payment.value ->> 0
  WHERE used.invoice <> given.value ->> 'number' LIMIT 1
)
FROM json_each(?1) AS given LEFT JOIN books_invoice AS found ON found.number = given.value ->> 'number'
ORDER BY given.key
