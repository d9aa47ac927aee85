# Disputed payments, and how they are answered.
disputes-title = Disputes
disputes-title-one = Dispute
disputes-count = { $count ->
    [one] One matter is open
   *[other] { $count } matters are open
}
disputes-none = No dispute needs a person
disputes-none-hint = When a customer disputes a payment with the bank, what is to be done about it appears here.
disputes-caption = What disputes ask of people, what has waited longest first
disputes-what = What happened
disputes-customer = Customer
disputes-since = Raised
disputes-due = Due
disputes-amount = Amount
disputes-deadline = The bank’s own deadline stands at the gateway; it is not known here.
disputes-more = There are more disputes than are shown. See to these first.
disputes-one = Dispute of { $who }
disputes-request = The request
disputes-invoice = Invoice { $invoice }
disputes-back = All disputes
disputes-nothing = Nothing is to be done about this dispute.
disputes-tasks = What is to be done
disputes-stands-since = Raised { $when }
disputes-it-is-so = It is so: let the refund go
disputes-known = Disputes of this request’s payments
disputes-known-none = No payment of this request is disputed.
disputes-payment = Payment
disputes-captured = Paid by the customer
disputes-paid-back = Paid back by us
disputes-twice = The customer would have twice
disputes-table = Disputes of payment { $payment }
disputes-dispute = Dispute
disputes-outcome = Where it stands
disputes-reason = Reason
disputes-all = all of it
disputes-guide = How to answer the bank
disputes-guide-file = Download the evidence. It is one file that needs nothing else.
disputes-guide-download = Download the evidence
disputes-guide-shows = It shows the bank:
disputes-shows-sold = what was sold, to whom, and when it was paid,
disputes-shows-back = what went back, when, and under which reference of the gateway,
disputes-shows-memo = the credit memo, and who decided on it,
disputes-shows-twice = how much the customer would have twice.
disputes-guide-send = Hand the file in with the dispute at the gateway, and write down the reference.
disputes-guide-say = Say above that it is done, with the reference and a note. Both stand in the record.
