# Warum etwas nicht getan wurde.
error-from-elsewhere = Dieses Formular kam von einer anderen Seite, deshalb wurde nichts getan. Öffnen Sie die Seite hier und versuchen Sie es noch einmal.
error-session-over = Ihre Sitzung war zu Ende, bevor dies ankam, deshalb wurde nichts getan. Es ist zu lang, um es aufzuheben: Melden Sie sich an, gehen Sie zurück und senden Sie es noch einmal.
error-to-the-queue = Zum Eingang
error-all-requests = Alle Anträge
error-sign-in = Anmelden
error-one-moment = Einen Moment
error-go-on = Weiter
