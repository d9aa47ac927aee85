-- Counts the look-up and moves the refund to where it stands from then on: ?3 is [{"from": look-up, "status": word}, …].
UPDATE sandbox_refund
SET lookups = lookups + 1,
    status = (SELECT stage.value ->> 'status' FROM json_each(?3) AS stage
              WHERE stage.value ->> 'from' <= lookups + 1
              ORDER BY stage.value ->> 'from' DESC LIMIT 1)
WHERE seq = (SELECT seq FROM sandbox_refund WHERE key = ?1 OR id = ?2 ORDER BY id = ?2 DESC, seq LIMIT 1)
RETURNING id, key, payment, amount_minor, currency, status
