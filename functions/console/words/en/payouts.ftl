# Money that people pay out by hand.
payouts-title = Payouts
payouts-count = { $count ->
    [one] One payout waits
   *[other] { $count } payouts wait
}
payouts-sum = { $count }: { $sum }
payouts-more = More follow on the next page.
payouts-file = File for the bank (CSV)
payouts-none = No payout waits
payouts-none-hint = Money that does not go through a gateway appears here, until somebody has paid it and says so.
payouts-keep = Keep what is selected
payouts-select-all = Select all
payouts-select = Select
payouts-select-one = Select { $amount } to { $payee }
payouts-caption = Payouts that wait, the oldest first
payouts-payee = Payee
payouts-purpose = For
payouts-of-invoice = Invoice { $invoice }
payouts-since = Raised
payouts-reference = Reference
payouts-reference-of = Reference of the payment to { $payee }
payouts-amount = Amount
payouts-somebody-else = somebody else confirms this
payouts-together = Confirm all that are selected
payouts-reference-all = Reference of the payment
payouts-reference-hint = It counts for every selected payout that has none of its own.
payouts-confirm = They are paid out
payouts-nothing-selected = Nothing is selected, so nothing was confirmed. Tick the payouts that you have made.
payouts-too-many = At most { $count } payouts are confirmed at once.
payouts-reference-needed = Each payout needs a reference: its own, or the one for all. Nothing was confirmed yet.
payouts-confirmed = { $count ->
    [one] One payout confirmed
   *[other] { $count } payouts confirmed
}
payouts-not-confirmed = { $count ->
    [one] 1 payout not confirmed.
   *[other] { $count } payouts not confirmed.
}
payouts-others-done = Each says why; the others are done and need nothing more.
payouts-back = Back to the payouts
payouts-result-caption = What became of each payout
payouts-result = Result
payouts-done = Paid out
payouts-refused = Not confirmed
payouts-fault-forbidden = You had a part in this request, so somebody else confirms its payout.
payouts-fault-late = It does not wait for a payout any more. Look at the request before you pay.
payouts-fault-gone = There is no such payout here.
payouts-fault-reference = The reference can’t be taken as it was entered.
payouts-fault-away = Nobody knows whether it was taken. Look at the request before you confirm it again.
