-- ?1 checks, ?2 mutations, ?3 the bytes that they write. One row: committed; none: a check failed.
INSERT INTO contraflow_commit (checks, mutations, bytes)
SELECT ?1, ?2, ?3 FROM contraflow_store_1
RETURNING version
