-- ?1 the invoices. One row: all are in the books now; none: one of them can't be, see import_state.sql.
INSERT INTO books_import (invoices)
SELECT ?1 FROM books_6
RETURNING id
