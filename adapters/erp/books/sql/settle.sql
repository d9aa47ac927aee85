-- ?1 key ?2 input ?3 document's id ?4 kind ?5 amount ?6 settled on ?7 narration ?8 document's number ?9 legs.
-- One row: recorded; none: the key was used before.
INSERT INTO books_settlement (key, input, document, kind, amount_minor, settled_on, narration, booked_as, legs)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM books_6 WHERE true
ON CONFLICT (key) DO NOTHING
RETURNING key
