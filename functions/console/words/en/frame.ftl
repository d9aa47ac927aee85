# What stands around every page.
frame-skip = Skip to the content
frame-navigation = Main
frame-queue = Queue
frame-requests = Requests
frame-new = New request
frame-sign-out = Sign out
frame-amount-unknown = not yet known
frame-signed-in-as = Signed in as { $name }
