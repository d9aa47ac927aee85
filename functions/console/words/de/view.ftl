# Listen, die unter einem Namen gemerkt sind.
view-keep = Diese Liste merken
view-name = Name
view-shared = Wer sie sieht
view-only-me = Nur ich
view-save = Merken
view-title = Ihre gemerkten Listen
view-none = Sie haben noch keine Listen gemerkt. Filtern Sie den Eingang oder die Anträge und merken Sie sich, was Sie sehen.
view-with = geteilt mit { $role }
view-remove = Vergessen
view-remove-one = { $name } vergessen
view-kept = Die Liste „{ $name }“ ist gemerkt.
view-removed = Die Liste „{ $name }“ ist vergessen.
