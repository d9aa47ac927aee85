# Gutschriften und Belastungen der Bücher.
documents-title = Belege
documents-drafts = { $count ->
    [one] Ein Entwurf wartet auf die Buchung
   *[other] { $count } Entwürfe warten auf die Buchung
}
documents-none = Es gibt noch keine Belege
documents-none-hint = Eine Gutschrift erscheint hier, sobald ihr Antrag genehmigt ist.
documents-elsewhere = Das ERP führt die Belege
documents-elsewhere-hint = Gutschriften und das Journal stehen im ERP und werden dort gebucht. Jeder Antrag nennt seine Gutschrift.
documents-elsewhere-requests = Anträge
documents-caption = Belege in der Reihenfolge, in der sie entstanden
documents-number = Nummer
documents-status = Status
documents-for = Kunde
documents-date = Datum
documents-do = Buchen oder ungültig machen
documents-total = Summe
documents-draft = Entwurf
documents-posted = Gebucht
documents-voided = Ungültig
documents-credit = Gutschrift
documents-debit = Belastung
documents-payout = Auszahlung
documents-post = Buchen
documents-void = Ungültig machen
documents-said-posted = Der Entwurf ist gebucht. Sein Antrag erfährt es innerhalb einer Stunde.
documents-said-voided = Der Entwurf ist ungültig. Sein Antrag braucht jetzt jemanden.
