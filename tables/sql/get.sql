-- ?1 the keys, a JSON array: the position, version and value of each that is there, from one snapshot.
SELECT wanted.key, found.version, found.value
FROM json_each(?1) AS wanted
CROSS JOIN contraflow_kv AS found ON found.key = wanted.value
