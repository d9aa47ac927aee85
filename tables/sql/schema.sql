-- The state of contraflow: what is stored, and how a commit is done.
-- Every statement may run again, and two runs may overlap; the view at the end says that all of them are done.

-- `version` stands before `value`, so that reading it never walks through the pages of a long value.
CREATE TABLE IF NOT EXISTS contraflow_kv (
  key TEXT PRIMARY KEY COLLATE BINARY,
  version INTEGER NOT NULL,
  value BLOB NOT NULL
) WITHOUT ROWID;

-- A commit is one row put in here: its triggers check, apply, and take the row out again. AUTOINCREMENT never gives
-- a number twice, so the row's number is the version of everything that the commit writes.
CREATE TABLE IF NOT EXISTS contraflow_commit (
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  -- [[key, version or 0 for "absent"], …]
  checks TEXT NOT NULL,
  -- [[key, offset from 1, length], …] into `bytes` for what is written; [key] for what is deleted
  mutations TEXT NOT NULL,
  bytes BLOB NOT NULL
);

-- One check that fails, and the row is not inserted: the commit has not happened and no version was used.
CREATE TRIGGER IF NOT EXISTS contraflow_commit_check BEFORE INSERT ON contraflow_commit
BEGIN
  SELECT RAISE(IGNORE) WHERE EXISTS (
    SELECT 1 FROM json_each(NEW.checks) AS wanted
    LEFT JOIN contraflow_kv AS found ON found.key = wanted.value ->> 0
    WHERE COALESCE(found.version, 0) <> wanted.value ->> 1
  );
END;

-- COALESCE: SQLite's substr of an empty blob is NULL.
CREATE TRIGGER IF NOT EXISTS contraflow_commit_apply AFTER INSERT ON contraflow_commit
BEGIN
  DELETE FROM contraflow_kv WHERE key IN (
    SELECT value ->> 0 FROM json_each(NEW.mutations) WHERE json_array_length(value) = 1
  );
  INSERT INTO contraflow_kv (key, version, value)
    SELECT value ->> 0, NEW.version, COALESCE(substr(NEW.bytes, value ->> 1, value ->> 2), x'')
    FROM json_each(NEW.mutations) WHERE json_array_length(value) = 3
    ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value;
  DELETE FROM contraflow_commit WHERE version = NEW.version;
END;

-- A commit selects from this view, so it can't run while the triggers are missing.
CREATE VIEW IF NOT EXISTS contraflow_store_1 AS SELECT 1 AS ready;
