# Der Weg durch den Eingang.
through-way = Der Weg durch den Eingang
through-back = Zurück zu: { $view }
through-previous = Voriger
through-next = Nächster
through-of = { $number } von { $count }
through-skip = Überspringen
through-left = Noch { $count }.
