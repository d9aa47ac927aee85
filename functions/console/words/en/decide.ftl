# What somebody may do about a request, and what was done.
decide-done-approve = Your approval is recorded.
decide-done-reject = The request is rejected. Whoever asked is told why.
decide-done-request-info = Your question is recorded. The request waits for the answer.
decide-done-escalate = The request is escalated to the next level.
decide-done-withdraw = The request is withdrawn. What was reserved is free again.
decide-done-reply = Your answer is recorded.
decide-done-retry = It is being tried again.
decide-done-confirm = The payout is confirmed.
decide-done-confirm-schedule = The schedule is confirmed: its next requests pass by themselves where the policy lets them.
decide-done-reverse = The credit memo is being reversed.
