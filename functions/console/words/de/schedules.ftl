# Anträge, die wiederkehren oder einmal zu einer späteren Zeit kommen.
schedules-title = Zeitpläne
schedules-new = Neuer Zeitplan
schedules-change = Diesen Zeitplan ändern
schedules-change-hint = Wer einen Zeitplan ändert, führt ihn von da an, und jemand anderes bestätigt ihn neu.
schedules-which = Welche Zeitpläne
schedules-all = Alle
schedules-waiting = Warten auf jemanden
schedules-none = Es gibt keine Zeitpläne
schedules-none-waiting = Kein Zeitplan wartet auf jemanden
schedules-none-hint = Ein Zeitplan beantragt immer wieder dasselbe, oder einmal zu einer späteren Zeit.
schedules-caption = Zeitpläne, die ältesten zuerst
schedules-name = Name
schedules-name-hint = Wie er genannt wird.
schedules-when = Wann
schedules-next = Nächster
schedules-keeper = Geführt von
schedules-status = Status
schedules-amount = Betrag
schedules-over = nichts kommt mehr
schedules-ended = Beendet
schedules-confirmed = Bestätigt
schedules-waits = Worauf er wartet
schedules-waits-confirmation = wartet auf Bestätigung
schedules-waits-keeper = wartet auf jemanden, der ihn führt
schedules-waits-missed = versäumte Termine sind anzusehen
schedules-confirm-hint = Bis ihn jemand anderes bestätigt, wartet jeder seiner Anträge auf eine Person.
schedules-confirm-own = Sie waren daran beteiligt, daher muss ihn jemand anderes bestätigen.
schedules-confirm = So bestätigen
schedules-keeper-left = { $who } hat ihn geführt und ist nicht mehr da. Seine Anträge warten auf eine Person, bis ihn jemand übernimmt.
schedules-take-over = Übernehmen
schedules-passed = { $count ->
    [one] Ein Termin wurde übergangen: { $first }.
   *[other] { $count } Termine wurden übergangen: { $first } bis { $last }.
}
schedules-note = Notiz, falls etwas zu sagen ist
schedules-close-missed = Ich habe mich darum gekümmert
schedules-asks = Was er beantragt
schedules-what = Was er beantragt
schedules-kind = Art
schedules-direction = Richtung
schedules-customer = Kunde
schedules-customer-hint = Die Kundennummer.
schedules-reason = Grund
schedules-destination = Wohin das Geld geht
schedules-currency = Währung
schedules-note-text = Notiz
schedules-coming = Wann er kommt
schedules-comes = Wann er kommt
schedules-comes-no-more = Er kommt nicht mehr.
schedules-last-made = Der letzte, für { $period }, war { $request }.
schedules-last-request = dieser Antrag
schedules-except-days = Nicht am: { $days }
schedules-keeping = Wer ihn führt
schedules-made = Angelegt von
schedules-changed = Geändert von
schedules-version = Fassung
schedules-missed = Wenn ein Termin versäumt wurde
schedules-missed-each = jeder wird nachgeholt
schedules-missed-once = nur der letzte wird nachgeholt
schedules-missed-skip = keiner wird nachgeholt
schedules-changing = Ändern oder beenden
schedules-end = Diesen Zeitplan beenden
schedules-end-now = Jetzt beenden
schedules-events = Was geschah
schedules-happened-made = Angelegt
schedules-happened-changed = Geändert
schedules-happened-confirmed = Bestätigt
schedules-happened-ended = Beendet
schedules-happened-taken-over = Übernommen
schedules-happened-left = Wer ihn führte, ist nicht mehr da
schedules-happened-closed = Versäumte Termine sind angesehen
schedules-happened-passed = Termine wurden übergangen
schedules-done-confirmed = Der Zeitplan ist bestätigt: Seine Anträge gehen von selbst durch, wo die Richtlinie es zulässt.
schedules-done-ended = Der Zeitplan ist beendet. Was beantragt ist, bleibt.
schedules-done-taken-over = Sie führen diesen Zeitplan jetzt. Jemand anderes bestätigt ihn.
schedules-done-closed = Es ist vermerkt, dass die versäumten Termine angesehen sind.
schedules-done-stored = Der Zeitplan ist gespeichert. Jemand anderes bestätigt ihn.
schedules-way = Er kommt
schedules-way-month-day = an einem Tag des Monats
schedules-way-month-last = am letzten Tag des Monats
schedules-way-month-nth = an einem Wochentag des Monats
schedules-way-weekly = wöchentlich
schedules-way-daily = täglich
schedules-way-yearly = jährlich
schedules-way-once = einmal
schedules-way-rule = nach einer Kalenderregel
schedules-interval = Jede wievielte
schedules-interval-hint = 2 heißt jede zweite Woche, jeden zweiten Monat, jedes zweite Jahr.
schedules-day = Tag des Monats
schedules-day-hint = 1 bis 31. Ein kürzerer Monat hat ihn an seinem letzten Tag.
schedules-day-missing = Bitte einen Tag von 1 bis 31 angeben.
schedules-place = Am wievielten
schedules-place-missing = Bitte wählen, welcher Wochentag des Monats.
schedules-nth-day = Wochentag
schedules-weekdays = An diesen Wochentagen
schedules-first = ersten
schedules-second = zweiten
schedules-third = dritten
schedules-fourth = vierten
schedules-last = letzten
schedules-monday = Montag
schedules-tuesday = Dienstag
schedules-wednesday = Mittwoch
schedules-thursday = Donnerstag
schedules-friday = Freitag
schedules-saturday = Samstag
schedules-sunday = Sonntag
schedules-rule = Kalenderregel
schedules-rule-hint = Wie Kalenderprogramme sie schreiben, etwa FREQ=MONTHLY;BYDAY=MO,FR.
schedules-rule-missing = Bitte die Regel angeben.
schedules-start = Erster Tag
schedules-clock = Uhrzeit
schedules-zone = Zeitzone
schedules-zone-hint = Etwa Europe/Berlin.
schedules-ends = Er endet
schedules-ends-never = wenn ihn jemand beendet
schedules-ends-on = an einem Tag
schedules-ends-after = nach so vielen Malen
schedules-until = Letzter Tag
schedules-until-missing = Bitte den letzten Tag wählen.
schedules-count = Wie oft
schedules-count-missing = Bitte angeben, wie oft er kommt.
schedules-except = Nicht am
schedules-except-hint = Tage, an denen er nicht kommt, etwa 2027-12-24, mit Kommas dazwischen.
schedules-except-unclear = Bitte Tage schreiben wie 2027-12-24, mit Kommas dazwischen.
schedules-number = Bitte eine ganze Zahl von 1 bis { $most } angeben.
schedules-amount-unclear = Bitte den Betrag schreiben wie 12,50.
schedules-currency-unknown = Bitte die drei Buchstaben einer Währung angeben, etwa EUR.
schedules-marked = Was noch nicht stimmt, ist unten markiert. Es wurde nichts gespeichert.
schedules-show = Die Tage zeigen
schedules-save = Speichern
schedules-save-hint = Jemand anderes bestätigt ihn. Bis dahin wartet jeder seiner Anträge auf eine Person.
schedules-cancel = Abbrechen
schedules-preview-hint = Hier stehen die nächsten Tage, bevor etwas gespeichert wird.
schedules-preview-wrong = Die Tage lassen sich noch nicht sagen: Sehen Sie, was markiert ist.
schedules-at-once = { $count ->
    [one] Ein Antrag würde sofort gestellt, weil seine Zeit vorüber ist.
   *[other] { $count } Anträge würden sofort gestellt, weil ihre Zeit vorüber ist.
}
schedules-said = { $what } um { $clock }{ $end }
schedules-said-until = , bis { $day }
schedules-said-count = { $count ->
    [one] , einmal
   *[other] , { $count }-mal
}
schedules-said-once = Einmal, am { $day } um { $clock }
schedules-said-daily = { $interval ->
    [one] Jeden Tag
   *[other] Alle { $interval } Tage
}
schedules-said-yearly = { $interval ->
    [one] Jedes Jahr ab dem { $day }
   *[other] Alle { $interval } Jahre ab dem { $day }
}
schedules-said-weekly-plain = { $interval ->
    [one] Jede Woche
   *[other] Alle { $interval } Wochen
}
schedules-said-weekly = { $interval ->
    [one] Jede Woche am { $days }
   *[other] Alle { $interval } Wochen am { $days }
}
schedules-said-month-last = { $interval ->
    [one] Jeden Monat am letzten Tag
   *[other] Alle { $interval } Monate am letzten Tag
}
schedules-said-month-day = { $interval ->
    [one] Jeden Monat am { $day }.
   *[other] Alle { $interval } Monate am { $day }.
}
schedules-said-month-nth = { $interval ->
    [one] Jeden Monat am { $place } { $day }
   *[other] Alle { $interval } Monate am { $place } { $day }
}
