# Führt von Seite zu Seite.
pager-pages = Seiten
pager-first = Erste Seite
pager-previous = Vorige Seite
pager-next = Nächste Seite
pager-last = Letzte Seite
pager-empty = Nichts auf dieser Seite
pager-empty-more = Die Liste geht weiter: Sehen Sie auf der nächsten Seite nach.
