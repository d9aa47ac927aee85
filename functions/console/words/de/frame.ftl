# Was um jede Seite steht.
frame-skip = Zum Inhalt
frame-navigation = Hauptmenü
frame-queue = Wartet auf mich
frame-requests = Anträge
frame-new = Neuer Antrag
frame-sign-out = Abmelden
frame-amount-unknown = noch nicht bekannt
frame-signed-in-as = Angemeldet als { $name }
