-- ?1 checks as a commit has them: the keys whose check fails now.
SELECT DISTINCT wanted.value ->> 0
FROM json_each(?1) AS wanted
LEFT JOIN contraflow_kv AS found ON found.key = wanted.value ->> 0
WHERE COALESCE(found.version, 0) <> wanted.value ->> 1
