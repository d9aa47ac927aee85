# How far a request is.
step-progress = Progress
step-received = Received
step-checked = Checked
step-decided = Decided
step-processing = Processed
step-completed = Completed
step-done = done
step-now = under way
step-stopped = stopped
step-ahead = ahead
