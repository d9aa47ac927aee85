# Ein Formular, dessen Sitzung zu Ende war.
resume-kept = Noch wurde nichts getan, und was Sie eingegeben haben, ist aufgehoben. Melden Sie sich an und senden Sie es noch einmal.
resume-stays = Was Sie eingegeben haben, bleibt hier stehen: melden Sie sich wieder an, kommen Sie auf diese Seite zurück, und senden Sie es.
resume-again = Wieder anmelden (in einem neuen Fenster)
resume-title = Jetzt senden?
resume-as = Sie sind als { $name } angemeldet. Noch wurde nichts gesendet.
resume-send = Senden
resume-drop = Verwerfen
resume-decision = Entscheidung
resume-note = Notiz
resume-reference = Referenz
resume-amount = Betrag
resume-to = An
