-- One statement: two orders under one key can never both find nothing. ?8 is now and ?9 until when keys are forgotten, in milliseconds;
-- ?10 is what was captured in all, where that caps refunds.
INSERT INTO sandbox_refund (id, key, payment, request, amount_minor, currency, status, created_at)
SELECT 're_' || lower(hex(randomblob(12))), ?1, ?2, ?3, ?4, ?5, ?6, strftime('%Y-%m-%dT%H:%M:%fZ', ?8 / 1000.0, 'unixepoch')
WHERE (?7 OR NOT EXISTS (
  SELECT 1 FROM sandbox_refund
  WHERE key = ?1 AND created_at > strftime('%Y-%m-%dT%H:%M:%fZ', ?9 / 1000.0, 'unixepoch')
))
AND (?10 IS NULL OR ?10 >= ?4 + (
  SELECT COALESCE(sum(amount_minor), 0) FROM sandbox_refund
  WHERE payment = ?2 AND status NOT IN ('failed', 'canceled', 'reversed')
))
RETURNING id, key, payment, amount_minor, currency, status
