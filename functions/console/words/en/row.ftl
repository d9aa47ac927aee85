# The rows of lists of requests.
row-select = Select
row-select-one = Select { $kind }, { $name }
row-customer = Customer
row-kind = What
row-why = Why it is here
row-status = Status
row-deadline = Due
row-received = Received
row-amount = Amount
row-needs = needs { $level }
row-since = came { $when }
row-asked = Waits for an answer
row-elsewhere = Money is to go elsewhere: { $destination }
row-taken = { $name } is looking at it
