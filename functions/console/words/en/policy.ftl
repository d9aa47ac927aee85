# The policy: what is in force, its versions, and what others would decide.
policy-title = Policy
policy-contents = Contents
policy-part-in-force = In force
policy-part-versions = Versions
policy-part-dry-runs = Dry runs
policy-part-history = History
policy-version = Version { $number } “{ $name }”
policy-number = version { $number }
policy-the-file = The policy file
policy-show-text = Show the text
policy-propose = Propose a version
policy-edit = Propose a change
policy-faulty = The policy can’t be used, so nothing is decided.
policy-since = In force since { $when }, by { $who }.
policy-since-ever = The file decides: whoever changes it changes the policy at once.
policy-next = What comes next
policy-next-from = { $what } is in force from { $when } on, by { $who }.
policy-cancel = Cancel this
policy-why-optional = Why (optional)
policy-file = The policy file
policy-file-faulty = Can’t be used
policy-file-says = It calls itself { $name }.
policy-file-without-effect = Changing it has no effect until it is put in force again.
policy-file-show = Show the file
policy-state-proposed = Proposed
policy-state-scheduled = Planned
policy-state-in-force = In force
policy-state-past = Past
policy-versions = Versions of the policy
policy-versions-none = There are no versions yet
policy-versions-none-hint = The policy file decides. Propose a version, and somebody else puts it in force.
policy-versions-caption = Versions, the newest first
policy-column-version = Version
policy-column-state = Status
policy-column-proposed = Proposed by
policy-column-why = Why
policy-column-in-force = In force since
policy-never = never
policy-differences = Differences
policy-actions = What may be done with it
policy-proposed-by = Proposed by { $who } { $when }:
policy-first-in-force = first in force { $when }
policy-text = Text of the policy
policy-activate = Put in force
policy-activate-again = Put in force again
policy-activate-button = Put in force
policy-in-force-already = It is in force.
policy-own-proposal = You proposed it, so somebody else puts it in force.
policy-from = From when on
policy-from-hint = Your time zone: { $zone }. Leave it empty to put it in force now.
policy-from-wrong = This is no date and time.
policy-try = Try it without any effect
policy-try-hint = Nothing is stored and nobody is told.
policy-try-request = A request
policy-try-which-hint = Paste its number or the address of its page.
policy-try-one = What would it decide?
policy-try-period = All requests of a period
policy-try-days = the last { $days } days
policy-try-all = Start the dry run
policy-withdraw = Take the proposal back
policy-withdraw-hint = Its text is gone then. A version that was in force stays.
policy-withdraw-button = Take version { $number } back
policy-compared = From { $before } to { $after }
policy-compare-with = Compare with
policy-compare = Compare
policy-changes = What changes
policy-changes-none = Both say the same. Comments and layout are no change.
policy-changes-more = and { $count } more changes
policy-change-added = New
policy-change-removed = Gone
policy-change-changed = Changed
policy-change-moved = Moved
policy-lines = Line by line
policy-lines-more = and { $count } more lines
policy-line-before = Line before
policy-line-after = Line after
policy-line-change = Change
policy-line-text = Text
policy-not-right = The text is not right yet. Each mistake is shown below with its line. Nothing was stored.
policy-propose-why = Why
policy-propose-hint = Whoever decides on it reads this. Somebody else than you puts it in force.
policy-propose-button = Propose it
policy-leave = Cancel
policy-tried = Tried on one request
policy-tried-on = { $text } on request { $request }
policy-would = What it would decide
policy-then = What was decided
policy-unsure = Not certain
policy-same-as-then = That is what was decided, too.
policy-not-decided-then = The policy has not decided on this request yet.
policy-passed-over = Rules before it that do not fit
policy-outcome-passes = Passes by itself
policy-outcome-waits = People decide
policy-outcome-refused = Refused
policy-mind-passes = It would pass by itself, and people had to decide
policy-mind-waits = People would decide, and it had passed by itself
policy-mind-refused = It would be refused, and was not
policy-mind-taken = It would not be refused, and was
policy-mind-others = Other people would decide
policy-any-of = any { $count } of { $who }
policy-by-rule = by the rule { $rule }
policy-runs = Dry runs
policy-runs-none = There are no dry runs yet
policy-runs-none-hint = Open a version and try it on the requests of the last 90 days.
policy-runs-caption = Dry runs, the newest first
policy-run = Dry run
policy-run-of = What was tried
policy-run-by = By
policy-run-state = Status
policy-run-looked-at = Looked at
policy-run-otherwise = Otherwise
policy-run-running = Under way
policy-run-done = Done
policy-run-ended = Ended before
policy-run-what = { $text }, wanted by { $who } { $when }
policy-run-period = Requests from { $from } until { $until }
policy-run-until = All requests until { $until }
policy-run-progress = How far it is
policy-run-so-far = { $count ->
    [one] One request looked at so far
   *[other] { $count } requests looked at so far
}
policy-run-undecided = { $count ->
    [one] The policy had not decided on one of them.
   *[other] The policy had not decided on { $count } of them.
}
policy-run-unreadable = { $count ->
    [one] One could not be read.
   *[other] { $count } could not be read.
}
policy-run-refresh = Look again
policy-run-end = End it
policy-run-found = What it found
policy-run-requests = Requests
policy-run-amount = Amount
policy-run-differences = Requests on which it would be decided otherwise
policy-run-request = Request
policy-run-how = How
policy-run-then = Then
policy-run-would = Would be
policy-run-assumptions = What holds of these numbers
policy-sum-same = The same would be decided
policy-sum-unknown = Nobody can say
policy-history = History of the policy
policy-said-proposed = Version { $number } is proposed. Somebody else can put it in force.
policy-said-activated = { $what } is in force.
policy-said-planned = { $what } is in force from { $when } on.
policy-said-cancelled = What was planned is cancelled.
policy-said-withdrawn = Version { $number } is taken back.
policy-said-run = The dry run has begun. It goes on by itself.
policy-said-ended = The dry run is ended.
policy-and = and
policy-then-next = then
policy-levels = Who stands above whom
policy-levels-order = From the lowest to the highest level: { $levels }. A higher level may decide for a lower one.
policy-levels-exceptions = What stops for a person although a rule would let it pass goes to { $level }.
policy-approval = Who decides (the first rule that fits counts)
policy-every-request = Every request
policy-with-reason = with the reason { $reasons }
policy-with-category = of the category { $categories }
policy-up-to = up to { $amount }
policy-for-which = for which { $condition }
policy-who-nobody = pass by themselves
policy-who-one = { $who } decides
policy-who-order = first { $first }, { $rest } decides
policy-who-all = { $who } decide, all of them in any order
policy-who-any = { $count } of { $who } decide, in any order
policy-person = { $name } (or else { $level })
policy-automatic = How much passes by itself at most
policy-automatic-none = Nothing bounds what passes by itself.
policy-limit-customer = At most { $amount } for one customer within { $days } days.
policy-limit-requester = At most { $amount } of one requester within { $days } days.
policy-limit-reason = At most { $amount } for one reason within { $days } days.
policy-limit-all = At most { $amount } in all within { $days } days.
policy-checks = What is refused, or always goes before a person
policy-check-refuse = Where { $condition }, the request is refused: { $message }
policy-check-person = Where { $condition }, a person decides, who reads: { $message }
policy-risk = Risk score
policy-risk-nobody = nobody
policy-risk-never = No score alone brings a person to decide.
policy-risk-person = From a score of { $score } on, a person decides.
policy-risk-alert = From a score of { $score } on, these are told: { $who }.
policy-risk-signal = { $what }: { $points } points.
policy-windows = How long things count
policy-window-refund = A refund of an invoice that is older than { $days } days is an exception.
policy-window-duplicate = The same request for the same invoice within { $days } days is suspected to be a duplicate.
policy-window-decision = A request that nobody decides on expires after { $days } days.
policy-sla = By when people act (the first rule that fits counts)
policy-sla-decide = Whoever decides has { $within }.
policy-sla-decide-levels = { $levels } decides within { $within }.
policy-sla-answer = Whoever was asked something answers within { $within }.
policy-sla-backup = What is missing arrives within { $within }.
policy-sla-task = A task is seen to within { $within }.
policy-sla-for = It is for: { $what }.
policy-sla-when = It is for requests for which { $condition }.
policy-sla-before = A reminder comes { $spans } before.
policy-sla-after = Once it is late, reminders come after { $spans }.
policy-sla-escalate = Once it is late, it goes to { $who } besides.
policy-sla-escalate-after = { $span } after that it goes to { $who } besides.
policy-hours = When the business is open
policy-monday = Monday
policy-tuesday = Tuesday
policy-wednesday = Wednesday
policy-thursday = Thursday
policy-friday = Friday
policy-saturday = Saturday
policy-sunday = Sunday
policy-zone = Days begin and end in the time zone { $zone }.
policy-holiday = Closed on { $day }: { $name }
policy-backup = What becomes of missing backup
policy-backup-remind = Whoever asked is asked for it, and reminded after { $spans }.
policy-backup-task = What has not arrived after { $span } becomes a task for a person.
policy-backup-reject = What has not arrived after { $span } ends the request.
policy-retention = How long things stay
policy-retention-requests = Closed requests may be archived after { $days } days.
policy-retention-receipts = Receipts of messages are removed after { $days } days.
policy-exceptions = Queues of exceptions
policy-exception = { $queue }: { $owners } looks after them.
policy-exception-when = It is for requests for which { $condition }.
policy-reasons = Reasons
policy-reason-retired = It is retired
policy-reason-kinds = Only for { $kinds }
policy-reason-note = It needs a note
policy-reason-evidence = It needs evidence
policy-reason-customer = The customer reads: { $text }
policy-reason-account = It is booked on { $account }
policy-reasons-free = Other reasons may be given, too.
policy-reasons-closed = No other reasons are taken.
policy-evidence = Evidence
policy-evidence-expected = These reasons should come with evidence: { $reasons }.
policy-money = Where the money goes
policy-money-credit = These become store credit when nobody says otherwise: { $kinds }.
policy-money-rest = Everything else pays the open balance of the invoice first, and then goes back to what it was paid with.
policy-tenders-ratio = A refund spreads over several payments in proportion.
policy-tenders-first = A refund goes back to the earliest payment first.
policy-tenders-last = A refund goes back to the latest payment first.
policy-tenders-methods = A refund goes back to the methods of payment in this order: { $methods }.
policy-credit-expires = Store credit from { $kind } expires after { $days } days.
policy-credit-never = Store credit never expires.
policy-factors = What amounts are worth
policy-factors-known = One unit of the bounds is { $factors }.
policy-factors-none = A currency that is not named never passes by itself, and the highest rule decides on it.
policy-others = Customers and documents
policy-unknown-person = A request for a customer whom the ERP does not know goes before a person.
policy-unknown-pass = A request for a customer whom the ERP does not know passes like any other.
policy-posting-post = The ERP posts documents at once.
policy-posting-draft = A person posts the drafts in the ERP.
policy-span-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
policy-span-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
policy-span-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
policy-span-business-minutes = { $count ->
    [one] 1 business minute
   *[other] { $count } business minutes
}
policy-span-business-hours = { $count ->
    [one] 1 business hour
   *[other] { $count } business hours
}
policy-span-business-days = { $count ->
    [one] 1 business day
   *[other] { $count } business days
}
