CREATE TABLE IF NOT EXISTS sandbox_refund (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL,
    payment TEXT NOT NULL,
    request TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    lookups INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

CREATE INDEX IF NOT EXISTS sandbox_refund_by_key ON sandbox_refund (key, seq);

CREATE TABLE IF NOT EXISTS sandbox_call (
    key TEXT NOT NULL,
    call TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (key, call)
) WITHOUT ROWID;

-- What its messages have told of disputes: the latest by its own date counts.
CREATE TABLE IF NOT EXISTS sandbox_dispute (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    dispute TEXT NOT NULL,
    payment TEXT NOT NULL,
    status TEXT NOT NULL,
    occurred_at_ms INTEGER NOT NULL,
    UNIQUE (dispute, payment, occurred_at_ms, status)
);
