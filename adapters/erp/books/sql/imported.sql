-- ?1 an import: the numbers of the invoices that it brought.
SELECT number FROM books_invoice WHERE import = ?1
