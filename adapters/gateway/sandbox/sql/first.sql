SELECT id, key, payment, amount_minor, currency, status
FROM sandbox_refund WHERE key = ?1 ORDER BY seq LIMIT 1
