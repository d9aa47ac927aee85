-- ?1 a key: the settlement that was recorded under it.
SELECT input FROM books_settlement WHERE key = ?1
