INSERT INTO sandbox_call (key, call, times) VALUES (?1, ?2, 1)
ON CONFLICT (key, call) DO UPDATE SET times = times + 1
RETURNING times
