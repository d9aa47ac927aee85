# The narrow page that stands beside a ticket.
ticket-title = Credits for a ticket
ticket-of = Ticket { $number }
ticket-number = Number of the ticket
ticket-show = Show
ticket-none = No request came from this ticket yet.
ticket-memo = Credit memo { $number }
ticket-ask = Ask for a refund
ticket-find = Find the invoice
ticket-go = Find
ticket-new-tab = (opens in a new tab)
