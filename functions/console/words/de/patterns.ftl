# Was über die Zeit auffällt.
patterns-title = Auffälligkeiten
patterns-until = Bis { $day }, aus den letzten { $count } Tagen
patterns-none = Nichts fällt auf
patterns-none-hint = Niemand beantragt weit mehr als andere, und nichts kommt weit öfter zurück als vorher.
patterns-not-yet = Die erste Nacht ist noch nicht gezählt.
patterns-prove-nothing = Auffälligkeiten beweisen nichts. Sie sagen, wo man hinsehen sollte.
patterns-about = Wer oder was
patterns-days = Gezählte Tage
patterns-usual = Üblich
patterns-counted = Gezählt
