-- ?1 <= key < ?2, at most ?3 entries and (after the first) ?4 bytes of values. A last row without a value names the
-- key at which the range goes on.
WITH span AS MATERIALIZED (
  SELECT key, length(value) AS size FROM contraflow_kv
  WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3 + 1
), counted AS (
  SELECT key, size, row_number() OVER upto AS number, sum(size) OVER upto AS total
  FROM span WINDOW upto AS (ORDER BY key ROWS UNBOUNDED PRECEDING)
)
SELECT counted.key, found.version,
  CASE WHEN number <= ?3 AND (number = 1 OR total <= ?4) THEN found.value END
FROM counted CROSS JOIN contraflow_kv AS found ON found.key = counted.key
WHERE number = 1 OR number = 2 OR total - size <= ?4
ORDER BY counted.key
