-- ?1 a document's id, ?2 a payment: what a settlement's entry depends on. All of it stays as it is, but that a draft gets
-- its number when it is posted: the words of an entry from before have the document's reference instead.
SELECT document.number, document.customer, document.currency,
  (SELECT account FROM books_payment WHERE id = ?2)
FROM books_document AS document WHERE document.id = ?1
