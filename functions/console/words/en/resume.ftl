# A form whose session had ended.
resume-kept = Nothing was done yet, and what you typed is kept. Sign in, and send it again.
resume-stays = What you typed stays here: sign in again, come back to this page, and send it.
resume-again = Sign in again (in a new window)
resume-title = Send this now?
resume-as = You are signed in as { $name }. Nothing was sent yet.
resume-send = Send
resume-drop = Drop it
resume-decision = Decision
resume-note = Note
resume-reference = Reference
resume-amount = Amount
resume-to = To
