# Die schmale Seite, die neben einem Ticket steht.
ticket-title = Gutschriften zu einem Ticket
ticket-of = Ticket { $number }
ticket-number = Nummer des Tickets
ticket-show = Zeigen
ticket-none = Aus diesem Ticket kam noch kein Antrag.
ticket-memo = Gutschrift { $number }
ticket-ask = Erstattung beantragen
ticket-find = Rechnung suchen
ticket-go = Suchen
ticket-new-tab = (öffnet sich in einem neuen Tab)
