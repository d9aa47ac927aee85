-- ?1 a day, ?2 and ?3 two currencies: the rate between them and whether (1) it is of the first in the second.
SELECT rate, from_currency = ?2 FROM books_rate
WHERE day = ?1 AND ((from_currency = ?2 AND to_currency = ?3) OR (from_currency = ?3 AND to_currency = ?2))
ORDER BY from_currency = ?2 DESC LIMIT 1
