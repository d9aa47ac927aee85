SELECT status FROM sandbox_dispute WHERE dispute = ?1 AND payment = ?2 ORDER BY occurred_at_ms DESC, seq DESC LIMIT 1
