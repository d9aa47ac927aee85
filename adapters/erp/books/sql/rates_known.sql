-- ?1 [[day, from, to, rate], …]: for each in its order the rate that the books have.
SELECT found.rate FROM json_each(?1) AS given
LEFT JOIN books_rate AS found
  ON found.day = given.value ->> 0 AND found.from_currency = given.value ->> 1 AND found.to_currency = given.value ->> 2
ORDER BY given.key
