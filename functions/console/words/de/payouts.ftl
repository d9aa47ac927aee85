# Geld, das Menschen von Hand auszahlen.
payouts-title = Auszahlungen
payouts-count = { $count ->
    [one] Eine Auszahlung wartet
   *[other] { $count } Auszahlungen warten
}
payouts-sum = { $count }: { $sum }
payouts-more = Weitere folgen auf der nächsten Seite.
payouts-file = Datei für die Bank (CSV)
payouts-none = Keine Auszahlung wartet
payouts-none-hint = Geld, das über keinen Zahlungsanbieter geht, steht hier, bis jemand es ausgezahlt hat und das sagt.
payouts-keep = Auswahl behalten
payouts-select-all = Alle auswählen
payouts-select = Auswählen
payouts-select-one = { $amount } an { $payee } auswählen
payouts-caption = Wartende Auszahlungen, die älteste zuerst
payouts-payee = Empfänger
payouts-purpose = Zweck
payouts-of-invoice = Rechnung { $invoice }
payouts-since = Entstanden
payouts-reference = Referenz
payouts-reference-of = Referenz der Zahlung an { $payee }
payouts-amount = Betrag
payouts-somebody-else = bestätigt jemand anderes
payouts-together = Alle ausgewählten bestätigen
payouts-reference-all = Referenz der Zahlung
payouts-reference-hint = Sie gilt für jede ausgewählte Auszahlung, die keine eigene hat.
payouts-confirm = Sind ausgezahlt
payouts-nothing-selected = Nichts ist ausgewählt, also wurde nichts bestätigt. Kreuzen Sie an, was Sie ausgezahlt haben.
payouts-too-many = Höchstens { $count } Auszahlungen werden auf einmal bestätigt.
payouts-reference-needed = Jede Auszahlung braucht eine Referenz: ihre eigene oder die für alle. Noch wurde nichts bestätigt.
payouts-confirmed = { $count ->
    [one] Eine Auszahlung bestätigt
   *[other] { $count } Auszahlungen bestätigt
}
payouts-not-confirmed = { $count ->
    [one] 1 Auszahlung nicht bestätigt.
   *[other] { $count } Auszahlungen nicht bestätigt.
}
payouts-others-done = Bei jeder steht, warum; die anderen sind erledigt und brauchen nichts mehr.
payouts-back = Zurück zu den Auszahlungen
payouts-result-caption = Was aus jeder Auszahlung geworden ist
payouts-result = Ergebnis
payouts-done = Ausgezahlt
payouts-refused = Nicht bestätigt
payouts-fault-forbidden = Sie hatten mit diesem Antrag zu tun, darum bestätigt jemand anderes die Auszahlung.
payouts-fault-late = Sie wartet nicht mehr auf eine Auszahlung. Sehen Sie sich den Antrag an, bevor Sie zahlen.
payouts-fault-gone = Eine solche Auszahlung gibt es hier nicht.
payouts-fault-reference = Die Referenz kann so nicht angenommen werden.
payouts-fault-away = Niemand weiß, ob es angekommen ist. Sehen Sie sich den Antrag an, bevor Sie noch einmal bestätigen.
