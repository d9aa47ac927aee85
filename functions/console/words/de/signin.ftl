# An- und Abmelden.
signin-go = Anmelden
signin-token = Zugangsschlüssel
signin-out = Abmelden?
signin-as = Als { $name } anmelden?
signin-link = Ein Link hat Sie hierher gebracht. Melden Sie sich nur an, wenn es Ihr eigener ist.
signin-is-out = Sie sind hier abgemeldet.
signin-still = Ihr Firmenkonto ist vielleicht noch angemeldet:
signin-out-there = auch dort abmelden
signin-company = Mit dem Firmenkonto anmelden
signin-or = Oder mit einem Zugangsschlüssel:
signin-how = Öffnen Sie den Link, den Sie von der Verwaltung haben, oder fügen Sie Ihren Zugangsschlüssel hier ein.
signin-admin = Für die Verwaltung: so entsteht ein Zugangsschlüssel
signin-not-accepted = Dieser Zugangsschlüssel wird nicht angenommen. Lassen Sie sich einen neuen geben.
