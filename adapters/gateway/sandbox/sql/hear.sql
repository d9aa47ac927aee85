INSERT INTO sandbox_dispute (dispute, payment, status, occurred_at_ms) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (dispute, payment, occurred_at_ms, status) DO NOTHING
