# Credit and debit memos of the books.
documents-title = Documents
documents-drafts = { $count ->
    [one] One draft waits to be posted
   *[other] { $count } drafts wait to be posted
}
documents-none = There are no documents yet
documents-none-hint = A credit memo appears here once its request is approved.
documents-elsewhere = The ERP keeps the documents
documents-elsewhere-hint = Credit memos and the journal are in the ERP, and are posted there. Each request names its credit memo.
documents-elsewhere-requests = Requests
documents-caption = Documents in the order in which they were made
documents-number = Number
documents-status = Status
documents-for = Customer
documents-date = Date
documents-do = Post or void
documents-total = Total
documents-draft = Draft
documents-posted = Posted
documents-voided = Void
documents-credit = Credit memo
documents-debit = Debit memo
documents-payout = Payout
documents-post = Post
documents-void = Void
documents-said-posted = The draft is posted. Its request learns of it within the hour.
documents-said-voided = The draft is void. Its request needs somebody now.
