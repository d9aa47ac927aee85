# Why something was not done.
error-from-elsewhere = This form was sent by another site, so nothing was done. Open the page here and try again.
error-session-over = Your session has ended before this was sent, so nothing was done. It is too long to be kept: sign in, go back and send it again.
error-to-the-queue = To the queue
error-all-requests = All requests
error-sign-in = Sign in
error-one-moment = One moment
error-go-on = Go on
