# Die Liste aller Anträge.
requests-caption = Anträge
requests-csv = Als CSV speichern
requests-none = Keine Anträge
requests-none-yet = Anträge erscheinen hier, sobald jemand einen stellt.
requests-none-fit = Kein Antrag passt zu diesen Filtern. Entfernen Sie einen Filter.
requests-lists = Gemerkte Listen
requests-all = Alle
