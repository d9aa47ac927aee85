# Zahlungen, denen Kunden widersprochen haben, und wie man antwortet.
disputes-title = Rückbuchungen
disputes-title-one = Rückbuchung
disputes-count = { $count ->
    [one] Eine Sache ist offen
   *[other] { $count } Sachen sind offen
}
disputes-none = Keine Rückbuchung braucht einen Menschen
disputes-none-hint = Wenn ein Kunde bei der Bank einer Zahlung widerspricht, steht hier, was zu tun ist.
disputes-caption = Was bei Rückbuchungen zu tun ist, was am längsten wartet zuerst
disputes-what = Was geschehen ist
disputes-customer = Kunde
disputes-since = Entstanden
disputes-due = Fällig
disputes-amount = Betrag
disputes-deadline = Die Frist der Bank steht beim Zahlungsanbieter; hier ist sie nicht bekannt.
disputes-more = Es gibt mehr Rückbuchungen, als hier stehen. Erledigen Sie zuerst diese.
disputes-one = Rückbuchung von { $who }
disputes-request = Der Antrag
disputes-invoice = Rechnung { $invoice }
disputes-back = Alle Rückbuchungen
disputes-nothing = Bei dieser Rückbuchung ist nichts zu tun.
disputes-tasks = Was zu tun ist
disputes-stands-since = Entstanden { $when }
disputes-it-is-so = Es stimmt: Erstattung freigeben
disputes-known = Rückbuchungen zu den Zahlungen dieses Antrags
disputes-known-none = Keiner Zahlung dieses Antrags wurde widersprochen.
disputes-payment = Zahlung
disputes-captured = Vom Kunden gezahlt
disputes-paid-back = Von uns erstattet
disputes-twice = Der Kunde hätte doppelt
disputes-table = Rückbuchungen der Zahlung { $payment }
disputes-dispute = Rückbuchung
disputes-outcome = Stand
disputes-reason = Grund
disputes-all = alles
disputes-guide = So antworten Sie der Bank
disputes-guide-file = Laden Sie die Belege herunter. Es ist eine Datei, die nichts weiter braucht.
disputes-guide-download = Belege herunterladen
disputes-guide-shows = Sie zeigt der Bank:
disputes-shows-sold = was verkauft wurde, an wen, und wann es bezahlt wurde,
disputes-shows-back = was zurückging, wann, und unter welcher Referenz des Zahlungsanbieters,
disputes-shows-memo = die Gutschrift, und wer über sie entschieden hat,
disputes-shows-twice = wie viel der Kunde doppelt hätte.
disputes-guide-send = Reichen Sie die Datei zur Rückbuchung beim Zahlungsanbieter ein, und notieren Sie die Referenz.
disputes-guide-say = Vermerken Sie oben, dass es getan ist, mit der Referenz und einer Notiz. Beides steht dann in der Aufzeichnung.
