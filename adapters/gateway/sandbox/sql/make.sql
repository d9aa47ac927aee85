-- One statement: two orders under one key can never both find nothing.
INSERT INTO sandbox_refund (id, key, payment, request, amount_minor, currency, status)
SELECT 're_' || lower(hex(randomblob(12))), ?1, ?2, ?3, ?4, ?5, ?6
WHERE ?7 OR NOT EXISTS (SELECT 1 FROM sandbox_refund WHERE key = ?1)
RETURNING id, key, payment, amount_minor, currency, status
