# Searches for invoices and customers.
find-button = Find
find-nothing = Nothing was found
find-nothing-hint = Try fewer words, another part of the number, the amount, or the last four digits of the card.
find-more = There are more. Another word narrows the search down.
find-invoices-caption = Invoices that were found
find-customers-caption = Customers that were found
find-invoice = Invoice
find-customer = Customer
find-issued = Issued
find-left = Still left
find-total = Total
find-nothing-left = nothing left
find-country = Country
find-email = E-mail
find-number = Number
