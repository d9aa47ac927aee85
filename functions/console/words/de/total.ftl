# Zahlen und Summen von Listen.
total-count = { $count ->
    [one] { $count } Antrag
   *[other] { $count } Anträge
}
total-at-least = Mindestens { $count } Anträge
