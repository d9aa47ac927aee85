# Was jemand mit einem Antrag tun kann, und was getan wurde.
decide-done-approve = Ihre Genehmigung ist vermerkt.
decide-done-reject = Der Antrag ist abgelehnt. Wer ihn gestellt hat, erfährt den Grund.
decide-done-request-info = Ihre Rückfrage ist vermerkt. Der Antrag wartet auf die Antwort.
decide-done-escalate = Der Antrag ist an die nächste Stufe weitergegeben.
decide-done-withdraw = Der Antrag ist zurückgezogen. Was vorgemerkt war, ist wieder frei.
decide-done-reply = Ihre Antwort ist vermerkt.
decide-done-retry = Es wird noch einmal versucht.
decide-done-confirm = Die Auszahlung ist bestätigt.
decide-done-confirm-schedule = Der Dauerauftrag ist bestätigt: Seine nächsten Anträge gehen von selbst durch, wo die Regeln es zulassen.
decide-done-reverse = Die Gutschrift wird storniert.
