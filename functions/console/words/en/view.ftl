# Lists that are kept under a name.
view-keep = Keep this list
view-name = Name
view-shared = Who sees it
view-only-me = Only me
view-save = Keep
view-title = Lists that you keep
view-none = You keep no lists yet. Filter the queue or the requests, and keep what you see.
view-with = shared with { $role }
view-remove = Forget
view-remove-one = Forget { $name }
view-kept = The list “{ $name }” is kept.
view-removed = The list “{ $name }” is forgotten.
