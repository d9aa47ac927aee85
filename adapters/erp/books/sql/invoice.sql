-- ?1 a number: the invoice.
SELECT content FROM books_invoice WHERE number = ?1
