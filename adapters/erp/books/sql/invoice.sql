-- ?1 a number: the invoice, and the payments that came later.
SELECT content, (
  SELECT json_group_array(json(content)) FROM (
    SELECT content FROM books_later_payment WHERE invoice = ?1 ORDER BY sequence
  )
)
FROM books_invoice WHERE number = ?1
