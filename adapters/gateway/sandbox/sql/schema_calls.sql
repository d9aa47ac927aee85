CREATE TABLE IF NOT EXISTS sandbox_call (
    key TEXT NOT NULL,
    call TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (key, call)
) WITHOUT ROWID
