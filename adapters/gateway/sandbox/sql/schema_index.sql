CREATE INDEX IF NOT EXISTS sandbox_refund_by_key ON sandbox_refund (key, seq)
