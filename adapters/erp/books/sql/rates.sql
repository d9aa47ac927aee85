-- ?1 [[day, from, to, rate], …]: those that are new now; none: one of them is there with another rate, see rates_known.sql.
INSERT INTO books_rate (day, from_currency, to_currency, rate)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)
WHERE EXISTS (SELECT 1 FROM books_6) AND NOT EXISTS (
  SELECT 1 FROM json_each(?1) AS given
  CROSS JOIN books_rate AS found
    ON found.day = given.value ->> 0 AND found.from_currency = given.value ->> 1 AND found.to_currency = given.value ->> 2
  WHERE found.rate <> given.value ->> 3
)
ON CONFLICT (day, from_currency, to_currency) DO NOTHING
RETURNING day, from_currency, to_currency
