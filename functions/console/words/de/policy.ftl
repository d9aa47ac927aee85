# Die Regeln: was gilt, die Fassungen, und was andere entscheiden würden.
policy-title = Regeln
policy-contents = Inhalt
policy-part-in-force = In Kraft
policy-part-versions = Fassungen
policy-part-dry-runs = Probeläufe
policy-part-history = Verlauf
policy-version = Fassung { $number } „{ $name }“
policy-number = Fassung { $number }
policy-the-file = Die Regeldatei
policy-show-text = Text ansehen
policy-propose = Fassung vorschlagen
policy-edit = Änderung vorschlagen
policy-faulty = Die Regeln sind nicht verwendbar, darum wird nichts entschieden.
policy-since = In Kraft seit { $when }, durch { $who }.
policy-since-ever = Die Datei entscheidet: Wer sie ändert, ändert sofort die Regeln.
policy-next = Was als Nächstes kommt
policy-next-from = { $what } gilt ab { $when }, durch { $who }.
policy-cancel = Absagen
policy-why-optional = Warum (freiwillig)
policy-file = Die Regeldatei
policy-file-faulty = Nicht verwendbar
policy-file-says = Sie nennt sich { $name }.
policy-file-without-effect = Sie zu ändern hat keine Wirkung, bis sie wieder in Kraft gesetzt wird.
policy-file-show = Datei ansehen
policy-state-proposed = Vorgeschlagen
policy-state-scheduled = Geplant
policy-state-in-force = In Kraft
policy-state-past = Vergangen
policy-versions = Fassungen der Regeln
policy-versions-none = Es gibt noch keine Fassungen
policy-versions-none-hint = Die Regeldatei entscheidet. Schlagen Sie eine Fassung vor, jemand anderes setzt sie in Kraft.
policy-versions-caption = Fassungen, die neueste zuerst
policy-column-version = Fassung
policy-column-state = Status
policy-column-proposed = Vorgeschlagen von
policy-column-why = Warum
policy-column-in-force = Zuerst in Kraft
policy-never = nie
policy-differences = Unterschiede
policy-actions = Was damit getan werden kann
policy-proposed-by = Vorgeschlagen von { $who } { $when }:
policy-first-in-force = zuerst in Kraft { $when }
policy-text = Text der Regeln
policy-activate = In Kraft setzen
policy-activate-again = Wieder in Kraft setzen
policy-activate-button = In Kraft setzen
policy-in-force-already = Sie ist in Kraft.
policy-own-proposal = Sie haben sie vorgeschlagen, also setzt jemand anderes sie in Kraft.
policy-from = Ab wann
policy-from-hint = Ihre Zeitzone: { $zone }. Leer lassen, um sie sofort in Kraft zu setzen.
policy-from-wrong = Das ist kein Datum mit Uhrzeit.
policy-try = Ohne Wirkung ausprobieren
policy-try-hint = Nichts wird gespeichert, niemand wird benachrichtigt.
policy-try-request = Ein Antrag
policy-try-which-hint = Fügen Sie seine Nummer oder die Adresse seiner Seite ein.
policy-try-one = Was würde entschieden?
policy-try-period = Alle Anträge eines Zeitraums
policy-try-days = die letzten { $days } Tage
policy-try-all = Probelauf beginnen
policy-withdraw = Vorschlag zurücknehmen
policy-withdraw-hint = Der Text ist dann weg. Eine Fassung, die in Kraft war, bleibt.
policy-withdraw-button = Fassung { $number } zurücknehmen
policy-compared = Von { $before } zu { $after }
policy-compare-with = Vergleichen mit
policy-compare = Vergleichen
policy-changes = Was sich ändert
policy-changes-none = Beide sagen dasselbe. Kommentare und Anordnung zählen nicht.
policy-changes-more = und { $count } weitere Änderungen
policy-change-added = Neu
policy-change-removed = Entfällt
policy-change-changed = Geändert
policy-change-moved = Verschoben
policy-lines = Zeile für Zeile
policy-lines-more = und { $count } weitere Zeilen
policy-line-before = Zeile vorher
policy-line-after = Zeile nachher
policy-line-change = Änderung
policy-line-text = Text
policy-not-right = Der Text stimmt noch nicht. Jeder Fehler steht unten mit seiner Zeile. Nichts wurde gespeichert.
policy-propose-why = Warum
policy-propose-hint = Das liest, wer darüber entscheidet. In Kraft setzt sie jemand anderes als Sie.
policy-propose-button = Vorschlagen
policy-leave = Abbrechen
policy-tried = An einem Antrag ausprobiert
policy-tried-on = { $text } an Antrag { $request }
policy-would = Was entschieden würde
policy-then = Was entschieden wurde
policy-unsure = Nicht sicher
policy-same-as-then = So wurde auch entschieden.
policy-not-decided-then = Über diesen Antrag wurde noch nicht entschieden.
policy-passed-over = Regeln davor, die nicht passen
policy-outcome-passes = Geht von selbst durch
policy-outcome-waits = Menschen entscheiden
policy-outcome-refused = Ausgeschlossen
policy-mind-passes = Ginge von selbst durch, und Menschen mussten entscheiden
policy-mind-waits = Menschen würden entscheiden, und es ging von selbst durch
policy-mind-refused = Wäre ausgeschlossen, und war es nicht
policy-mind-taken = Wäre nicht ausgeschlossen, und war es
policy-mind-others = Andere würden entscheiden
policy-any-of = { $count } von { $who }
policy-by-rule = nach der Regel { $rule }
policy-runs = Probeläufe
policy-runs-none = Es gibt noch keine Probeläufe
policy-runs-none-hint = Öffnen Sie eine Fassung und probieren Sie sie an den Anträgen der letzten 90 Tage aus.
policy-runs-caption = Probeläufe, der neueste zuerst
policy-run = Probelauf
policy-run-of = Was ausprobiert wurde
policy-run-by = Durch
policy-run-state = Status
policy-run-looked-at = Angesehen
policy-run-otherwise = Anders
policy-run-running = Läuft
policy-run-done = Fertig
policy-run-ended = Vorher beendet
policy-run-what = { $text }, gewünscht von { $who } { $when }
policy-run-period = Anträge von { $from } bis { $until }
policy-run-until = Alle Anträge bis { $until }
policy-run-progress = Wie weit er ist
policy-run-so-far = { $count ->
    [one] Ein Antrag bisher angesehen
   *[other] { $count } Anträge bisher angesehen
}
policy-run-undecided = { $count ->
    [one] Über einen davon war noch nicht entschieden.
   *[other] Über { $count } davon war noch nicht entschieden.
}
policy-run-unreadable = { $count ->
    [one] Einer war nicht lesbar.
   *[other] { $count } waren nicht lesbar.
}
policy-run-refresh = Noch einmal nachsehen
policy-run-end = Beenden
policy-run-found = Was er fand
policy-run-requests = Anträge
policy-run-amount = Betrag
policy-run-differences = Anträge, über die anders entschieden würde
policy-run-request = Antrag
policy-run-how = Wie
policy-run-then = Damals
policy-run-would = Jetzt wäre
policy-run-assumptions = Was für diese Zahlen gilt
policy-sum-same = Ebenso entschieden
policy-sum-unknown = Kann niemand sagen
policy-history = Verlauf der Regeln
policy-said-proposed = Fassung { $number } ist vorgeschlagen. Jemand anderes kann sie in Kraft setzen.
policy-said-activated = { $what } ist in Kraft.
policy-said-planned = { $what } gilt ab { $when }.
policy-said-cancelled = Was geplant war, ist abgesagt.
policy-said-withdrawn = Fassung { $number } ist zurückgenommen.
policy-said-run = Der Probelauf hat begonnen. Er geht von selbst weiter.
policy-said-ended = Der Probelauf ist beendet.
policy-and = und
policy-then-next = dann
policy-levels = Wer über wem steht
policy-levels-order = Von der niedrigsten zur höchsten Stufe: { $levels }. Eine höhere Stufe darf für eine niedrigere entscheiden.
policy-levels-exceptions = Was für einen Menschen anhält, obwohl eine Regel es durchließe, geht an { $level }.
policy-approval = Wer entscheidet (die erste passende Regel zählt)
policy-every-request = Jeder Antrag
policy-with-reason = mit dem Grund { $reasons }
policy-with-category = der Kategorie { $categories }
policy-up-to = bis { $amount }
policy-for-which = für den gilt { $condition }
policy-who-nobody = geht von selbst durch
policy-who-one = { $who } entscheidet
policy-who-order = zuerst entscheidet { $first }, { $rest }
policy-who-all = { $who } entscheiden, alle in beliebiger Reihenfolge
policy-who-any = { $count } von { $who } entscheiden, in beliebiger Reihenfolge
policy-person = { $name } (sonst { $level })
policy-automatic = Wie viel höchstens von selbst durchgeht
policy-automatic-none = Nichts begrenzt, was von selbst durchgeht.
policy-limit-customer = Höchstens { $amount } für einen Kunden innerhalb von { $days } Tagen.
policy-limit-requester = Höchstens { $amount } von einem Antragsteller innerhalb von { $days } Tagen.
policy-limit-reason = Höchstens { $amount } für einen Grund innerhalb von { $days } Tagen.
policy-limit-all = Höchstens { $amount } insgesamt innerhalb von { $days } Tagen.
policy-checks = Was ausgeschlossen ist oder immer ein Mensch entscheidet
policy-check-refuse = Wo { $condition } gilt, ist der Antrag ausgeschlossen: { $message }
policy-check-person = Wo { $condition } gilt, entscheidet ein Mensch und liest: { $message }
policy-risk = Risikobewertung
policy-risk-nobody = niemand
policy-risk-never = Keine Bewertung allein bringt einen Menschen dazu, zu entscheiden.
policy-risk-person = Ab einer Bewertung von { $score } entscheidet ein Mensch.
policy-risk-alert = Ab einer Bewertung von { $score } erfahren es: { $who }.
policy-risk-signal = { $what }: { $points } Punkte.
policy-windows = Wie lange etwas zählt
policy-window-refund = Eine Erstattung zu einer Rechnung, die älter als { $days } Tage ist, ist eine Ausnahme.
policy-window-duplicate = Derselbe Antrag zur selben Rechnung innerhalb von { $days } Tagen gilt als mögliches Doppel.
policy-window-decision = Ein Antrag, über den niemand entscheidet, läuft nach { $days } Tagen ab.
policy-sla = Bis wann Menschen handeln (die erste passende Regel zählt)
policy-sla-decide = Wer entscheidet, tut es innerhalb von { $within }.
policy-sla-decide-levels = { $levels } entscheidet innerhalb von { $within }.
policy-sla-answer = Wer etwas gefragt wurde, antwortet innerhalb von { $within }.
policy-sla-backup = Was fehlt, kommt innerhalb von { $within }.
policy-sla-task = Eine Aufgabe wird innerhalb von { $within } erledigt.
policy-sla-for = Sie gilt für: { $what }.
policy-sla-when = Sie gilt für Anträge, für die gilt: { $condition }.
policy-sla-before = Erinnert wird im Abstand von { $spans } davor.
policy-sla-after = Ist es zu spät, wird erinnert nach { $spans }.
policy-sla-escalate = Ist es zu spät, geht es auch an { $who }.
policy-sla-escalate-after = Nach weiteren { $span } geht es auch an { $who }.
policy-hours = Wann geöffnet ist
policy-monday = Montag
policy-tuesday = Dienstag
policy-wednesday = Mittwoch
policy-thursday = Donnerstag
policy-friday = Freitag
policy-saturday = Samstag
policy-sunday = Sonntag
policy-zone = Tage beginnen und enden in der Zeitzone { $zone }.
policy-holiday = Geschlossen am { $day }: { $name }
policy-backup = Was mit fehlenden Belegen geschieht
policy-backup-remind = Wer beantragt hat, wird darum gebeten und nach { $spans } erinnert.
policy-backup-task = Was nach { $span } nicht da ist, wird zur Aufgabe für einen Menschen.
policy-backup-reject = Was nach { $span } nicht da ist, beendet den Antrag.
policy-retention = Wie lange etwas bleibt
policy-retention-requests = Abgeschlossene Anträge dürfen nach { $days } Tagen ins Archiv.
policy-retention-receipts = Empfangsvermerke von Nachrichten werden nach { $days } Tagen entfernt.
policy-exceptions = Listen für Ausnahmen
policy-exception = { $queue }: Darum kümmert sich { $owners }.
policy-exception-when = Sie gilt für Anträge, für die gilt: { $condition }.
policy-reasons = Gründe
policy-reason-retired = Er wird nicht mehr verwendet
policy-reason-kinds = Nur für { $kinds }
policy-reason-note = Er braucht eine Notiz
policy-reason-evidence = Er braucht einen Beleg
policy-reason-customer = Der Kunde liest: { $text }
policy-reason-account = Gebucht wird auf { $account }
policy-reasons-free = Auch andere Gründe dürfen genannt werden.
policy-reasons-closed = Andere Gründe werden nicht angenommen.
policy-evidence = Belege
policy-evidence-expected = Diese Gründe sollten mit Beleg kommen: { $reasons }.
policy-money = Wohin das Geld geht
policy-money-credit = Diese werden zu Guthaben, wenn niemand etwas anderes sagt: { $kinds }.
policy-money-rest = Alles andere deckt zuerst den offenen Betrag der Rechnung und geht dann dorthin zurück, womit gezahlt wurde.
policy-tenders-ratio = Eine Erstattung verteilt sich anteilig auf mehrere Zahlungen.
policy-tenders-first = Eine Erstattung geht zuerst an die früheste Zahlung zurück.
policy-tenders-last = Eine Erstattung geht zuerst an die späteste Zahlung zurück.
policy-tenders-methods = Eine Erstattung geht in dieser Reihenfolge an die Zahlungsarten zurück: { $methods }.
policy-credit-expires = Guthaben aus { $kind } verfällt nach { $days } Tagen.
policy-credit-never = Guthaben verfällt nicht.
policy-factors = Was Beträge wert sind
policy-factors-known = Eine Einheit der Grenzen sind { $factors }.
policy-factors-none = Eine Währung, die nicht genannt ist, geht nie von selbst durch; über sie entscheidet die höchste Regel.
policy-others = Kunden und Belege
policy-unknown-person = Über einen Antrag für einen Kunden, den das ERP nicht kennt, entscheidet ein Mensch.
policy-unknown-pass = Ein Antrag für einen Kunden, den das ERP nicht kennt, geht wie jeder andere durch.
policy-posting-post = Das ERP bucht Belege sofort.
policy-posting-draft = Ein Mensch bucht die Entwürfe im ERP.
policy-span-minutes = { $count ->
    [one] 1 Minute
   *[other] { $count } Minuten
}
policy-span-hours = { $count ->
    [one] 1 Stunde
   *[other] { $count } Stunden
}
policy-span-days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tagen
}
policy-span-business-minutes = { $count ->
    [one] 1 Geschäftsminute
   *[other] { $count } Geschäftsminuten
}
policy-span-business-hours = { $count ->
    [one] 1 Geschäftsstunde
   *[other] { $count } Geschäftsstunden
}
policy-span-business-days = { $count ->
    [one] 1 Werktag
   *[other] { $count } Werktagen
}
