-- ?1 a number: the invoice, what its posted documents credit and debit, what was refunded on them, and what was turned into
-- store credit, each in minor units, and the payments that came later. Money that went out counts also after its document was
-- voided.
SELECT invoice.content,
  (SELECT COALESCE(sum(gross_minor), 0) FROM books_document
    WHERE invoice = ?1 AND direction = 'credit' AND status = 'posted'),
  (SELECT COALESCE(sum(gross_minor), 0) FROM books_document
    -- A payout charges nothing: its settlement is a refund.
    WHERE invoice = ?1 AND direction = 'debit' AND status = 'posted' AND json_array_length(legs) > 0),
  COALESCE(sum(CASE settlement.kind WHEN 'refund' THEN amount_minor WHEN 'refund-reversal' THEN -amount_minor
    WHEN 'chargeback' THEN amount_minor WHEN 'chargeback-reversal' THEN -amount_minor END), 0),
  COALESCE(sum(CASE settlement.kind WHEN 'store-credit' THEN amount_minor
    WHEN 'store-credit-reversal' THEN -amount_minor END), 0),
  (
    SELECT json_group_array(json(content)) FROM (
      SELECT content FROM books_later_payment WHERE invoice = ?1 ORDER BY sequence
    )
  )
FROM books_invoice AS invoice
LEFT JOIN books_document AS document ON document.invoice = invoice.number
LEFT JOIN books_settlement AS settlement ON settlement.document = document.id
WHERE invoice.number = ?1
GROUP BY invoice.number
