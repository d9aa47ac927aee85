# The page of a request.
request-sent = The request is stored. This page shows how it goes on.
