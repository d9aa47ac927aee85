# Die Aufzeichnung, und ob alles übereinstimmt.
audit-title = Prüfung
audit-hint = Nichts in der Aufzeichnung lässt sich unbemerkt ändern: Jedes Ereignis versiegelt das davor.
audit-back = Zurück
audit-sealed = Siegel
audit-sealed-last = Das letzte Siegel ist Nummer { $number }, unterschrieben { $when }.
audit-sealed-hint = Wer den öffentlichen Schlüssel hat, kann das Siegel über alles prüfen.
audit-never-sealed = Die Aufzeichnung wurde noch nie versiegelt.
audit-requests = Anträge
audit-events = Ereignisse
audit-accounts = Salden
audit-indexes = Einträge in Listen
audit-key = Öffentlicher Schlüssel
audit-doctor = Stimmt alles überein?
audit-doctor-hint = Rechnet jeden Saldo noch einmal aus den Ereignissen aus und sagt, was nicht übereinstimmt. Das geht auch, während Anträge sich bewegen.
audit-doctor-start = Alles prüfen
audit-doctor-on = Weiter
audit-doctor-under-way = Bisher geprüft
audit-doctor-done = Alles ist geprüft
audit-doctor-sound = Alles stimmt überein.
audit-doctor-unsound = { $count ->
    [one] Ein Eintrag stimmt nicht. Zeigen Sie ihn denen, die die Anwendung betreiben.
   *[other] { $count } Einträge stimmen nicht. Zeigen Sie sie denen, die die Anwendung betreiben.
}
audit-differences = Was nicht übereinstimmt
audit-entry = Eintrag
audit-matter = Sache
audit-stored = Gespeichert
audit-expected = Sollte sein
audit-files = Dateien
audit-record = Die Aufzeichnung
audit-record-hint = Alle Siegel und die Ereignisse aller Anträge, in Teilen.
audit-journal = Das Journal (CSV)
audit-journal-after = Nach Eintrag Nummer
audit-journal-hint = Höchstens { $count } Einträge in einer Datei. Leer lassen, um mit dem ersten zu beginnen.
audit-part = Die Aufzeichnung, Teil { $number }
audit-part-size = Dieser Teil hat { $kilobytes } KB.
audit-part-download = Teil { $number } herunterladen
audit-part-next = Zu Teil { $number }
audit-part-more = Weitere Teile folgen.
audit-part-last = Das ist der letzte Teil.
audit-part-verify = Verwahren Sie alle Teile zusammen: Nur zusammen lassen sie sich prüfen.
