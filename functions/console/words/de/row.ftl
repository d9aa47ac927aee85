# Die Zeilen der Listen von Anträgen.
row-select = Auswählen
row-select-one = { $kind }, { $name } auswählen
row-customer = Kunde
row-kind = Was
row-why = Warum er hier ist
row-status = Stand
row-deadline = Frist
row-received = Eingegangen
row-amount = Betrag
row-needs = braucht { $level }
row-since = kam { $when }
row-asked = Wartet auf eine Antwort
row-elsewhere = Geld soll anderswohin: { $destination }
row-taken = { $name } sieht es sich an
