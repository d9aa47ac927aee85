# Wer entscheiden muss und wer entschieden hat.
approval-title = Genehmigungen
approval-all = Alle diese, in beliebiger Reihenfolge:
approval-any = { $count ->
    [one] Eine von diesen:
   *[other] { $count } von diesen, in beliebiger Reihenfolge:
}
approval-by = genehmigt von { $name }
approval-for-whom = genehmigt von { $name } für { $lender }
approval-waits = wartet
approval-undecided = nicht entschieden
approval-rule = Regel: { $rule }
approval-policy = Regelwerk { $name }
approval-as = als { $level }
approval-lent = für { $lender }, mit geliehener Befugnis
approval-void = Ungültig: Der Antrag hat sich seitdem geändert.
approval-unknown = Wer entscheiden muss, steht noch nicht fest: Erst wird geprüft.
approval-nobody-had = Niemand musste entscheiden: { $status }.
approval-nobody = Niemand muss entscheiden: Die Regeln lassen es durch.
