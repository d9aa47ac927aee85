-- ?1 a key: the loss that was recorded under it.
SELECT input FROM books_loss WHERE key = ?1
