# Deciding by a link.
link-title = Your decision, { $name }
link-once = This link decides once. It is good until { $until }.
link-page = Decide: { $kind }
link-done = Your decision is recorded
link-used = The link is used up.
link-follow = Sign in to follow the request
