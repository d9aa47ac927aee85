# Signing in and out.
signin-go = Sign in
signin-token = Token
signin-out = Sign out?
signin-as = Sign in as { $name }?
signin-link = A link brought you here. Sign in only if it is your own.
signin-is-out = You are signed out here.
signin-still = Your company account may still be signed in:
signin-out-there = sign out there, too
signin-company = Sign in with your company account
signin-or = Or with a token:
signin-how = Open the link that an admin gave you, or paste your token here.
signin-admin = For admins: how to make a token
signin-not-accepted = This token is not accepted. Ask for a new one.
