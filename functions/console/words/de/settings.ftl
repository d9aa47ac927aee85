# Was eine Person lieber sieht.
settings-language = Sprache
settings-language-auto = Wie mein Browser es sagt
settings-zone = Zeitzone
settings-zone-hint = Zum Beispiel Europe/Berlin. Leer: die des Unternehmens.
settings-no-zone = Es gibt keine Zeitzone „{ $name }“.
settings-theme = Farben
settings-theme-auto = Wie mein Gerät sie hat
settings-theme-light = Hell
settings-theme-dark = Dunkel
settings-density = Zeilen
settings-compact = Dicht
settings-comfortable = Mit Abstand
settings-shortcuts = Einzelne Tasten lösen etwas aus
settings-shortcuts-hint = Zum Beispiel a zum Genehmigen, n für den nächsten Antrag und ? für alle.
settings-save = Speichern
settings-saved = Ihre Einstellungen sind gespeichert.
