-- ?1 key ?2 input ?3 lost on ?4 narration ?5 dispute ?6 legs. One row: recorded; none: the key was used before.
INSERT INTO books_loss (key, input, lost_on, narration, dispute, legs)
SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM books_6 WHERE true
ON CONFLICT (key) DO NOTHING
RETURNING key
