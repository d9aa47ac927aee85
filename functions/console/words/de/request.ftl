# Die Seite eines Antrags.
request-sent = Der Antrag ist gespeichert. Diese Seite zeigt, wie es weitergeht.
