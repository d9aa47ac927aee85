# Was die Prüfungen ergeben haben.
finding-title = Prüfergebnisse
finding-none = Die Prüfungen haben nichts Auffälliges ergeben.
finding-risk = Risiko { $score } von 100
finding-risk-none = Nichts davon gab Punkte.
finding-points = { $count } Punkte
finding-more = +{ $count }
