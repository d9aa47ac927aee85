-- ?1 an id: whether an invoice was sent to that customer; and, where none was, the customers whose ids look like it, as a JSON
-- array.
SELECT known.yes, CASE WHEN known.yes THEN '[]' ELSE (
  SELECT json_group_array(customer) FROM (
    SELECT DISTINCT customer FROM books_invoice
    WHERE replace(replace(replace(lower(customer), ' ', ''), '_', ''), '-', '')
        = replace(replace(replace(lower(?1), ' ', ''), '_', ''), '-', '')
    ORDER BY customer LIMIT 5
  )
) END
FROM books_customers_1, (SELECT EXISTS (SELECT 1 FROM books_invoice WHERE customer = ?1) AS yes) AS known
