# Suchen nach Rechnungen und Kunden.
find-button = Suchen
find-nothing = Nichts gefunden
find-nothing-hint = Versuchen Sie es mit weniger Wörtern, einem anderen Teil der Nummer, dem Betrag oder den letzten vier Ziffern der Karte.
find-more = Es gibt noch mehr Treffer. Ein weiteres Wort grenzt die Suche ein.
find-invoices-caption = Gefundene Rechnungen
find-customers-caption = Gefundene Kunden
find-invoice = Rechnung
find-customer = Kunde
find-issued = Datum
find-left = Noch übrig
find-total = Summe
find-nothing-left = nichts mehr übrig
find-country = Land
find-email = E-Mail
find-number = Nummer
