# Was mit einem Antrag geschah.
event-title = Was geschehen ist
event-none = Noch nichts.
event-more = Es gibt mehr Ereignisse, als hier stehen.
event-details = Einzelheiten
event-of = von Ereignis { $number }
event-number = Nummer
event-time = Zeit
event-hash = Fingerabdruck
event-part = Teil { $leg }
