# Requests that come again, or once at a later time.
schedules-title = Schedules
schedules-new = New schedule
schedules-change = Change this schedule
schedules-change-hint = Whoever changes a schedule keeps it from then on, and somebody else confirms it anew.
schedules-which = Which schedules
schedules-all = All
schedules-waiting = Waiting for somebody
schedules-none = There are no schedules
schedules-none-waiting = No schedule waits for anybody
schedules-none-hint = A schedule asks for the same again and again, or once at a later time.
schedules-caption = Schedules, the oldest first
schedules-name = Name
schedules-name-hint = What people call it.
schedules-when = When
schedules-next = Next
schedules-keeper = Kept by
schedules-status = Status
schedules-amount = Amount
schedules-over = nothing more comes
schedules-ended = Ended
schedules-confirmed = Confirmed
schedules-waits = What it waits for
schedules-waits-confirmation = waits for confirmation
schedules-waits-keeper = waits for a new keeper
schedules-waits-missed = missed runs to look at
schedules-confirm-hint = Until somebody else than its makers confirms it, each of its requests waits for a person.
schedules-confirm-own = You had a hand in it, so somebody else must confirm it.
schedules-confirm = Confirm it as it is
schedules-keeper-left = { $who } kept it and has left. Its requests wait for a person until somebody takes it over.
schedules-take-over = Take it over
schedules-passed = { $count ->
    [one] One time was passed over: { $first }.
   *[other] { $count } times were passed over: { $first } to { $last }.
}
schedules-note = Note, if there is something to say
schedules-close-missed = I have seen to it
schedules-asks = What it asks for
schedules-what = What it asks for
schedules-kind = Kind
schedules-direction = Which way
schedules-customer = Customer
schedules-customer-hint = The customer number.
schedules-reason = Reason
schedules-destination = Where the money goes
schedules-currency = Currency
schedules-note-text = Note
schedules-coming = When it comes
schedules-comes = When it comes
schedules-comes-no-more = It comes no more.
schedules-last-made = The last one, for { $period }, was { $request }.
schedules-last-request = this request
schedules-except-days = Not on: { $days }
schedules-keeping = Who keeps it
schedules-made = Made by
schedules-changed = Changed by
schedules-version = Version
schedules-missed = If a time was missed
schedules-missed-each = each is made up
schedules-missed-once = only the last is made up
schedules-missed-skip = none is made up
schedules-changing = Change or end
schedules-end = End this schedule
schedules-end-now = End it now
schedules-events = What happened
schedules-happened-made = Made
schedules-happened-changed = Changed
schedules-happened-confirmed = Confirmed
schedules-happened-ended = Ended
schedules-happened-taken-over = Taken over
schedules-happened-left = Its keeper has left
schedules-happened-closed = Missed times were seen to
schedules-happened-passed = Times were passed over
schedules-done-confirmed = The schedule is confirmed: its requests pass by themselves where the policy lets them.
schedules-done-ended = The schedule is ended. What was asked for stays.
schedules-done-taken-over = You keep this schedule now. Somebody else confirms it.
schedules-done-closed = It is noted that the missed times were seen to.
schedules-done-stored = The schedule is stored. Somebody else confirms it.
schedules-way = It comes
schedules-way-month-day = on a day of the month
schedules-way-month-last = on the last day of the month
schedules-way-month-nth = on a weekday of the month
schedules-way-weekly = weekly
schedules-way-daily = daily
schedules-way-yearly = yearly
schedules-way-once = once
schedules-way-rule = by a calendar rule
schedules-interval = Every how many
schedules-interval-hint = 2 is every second week, month or year.
schedules-day = Day of the month
schedules-day-hint = 1 to 31. A shorter month has it on its last day.
schedules-day-missing = Write a day from 1 to 31.
schedules-place = Which one
schedules-place-missing = Choose which weekday of the month.
schedules-nth-day = Weekday
schedules-weekdays = On these weekdays
schedules-first = first
schedules-second = second
schedules-third = third
schedules-fourth = fourth
schedules-last = last
schedules-monday = Monday
schedules-tuesday = Tuesday
schedules-wednesday = Wednesday
schedules-thursday = Thursday
schedules-friday = Friday
schedules-saturday = Saturday
schedules-sunday = Sunday
schedules-rule = Calendar rule
schedules-rule-hint = As calendar programs write it, such as FREQ=MONTHLY;BYDAY=MO,FR.
schedules-rule-missing = Write the rule.
schedules-start = First day
schedules-clock = Time of day
schedules-zone = Time zone
schedules-zone-hint = Such as Europe/Berlin.
schedules-ends = It ends
schedules-ends-never = when somebody ends it
schedules-ends-on = on a day
schedules-ends-after = after so many times
schedules-until = Last day
schedules-until-missing = Choose the last day.
schedules-count = How many times
schedules-count-missing = Write how many times it comes.
schedules-except = Not on
schedules-except-hint = Days on which it does not come, such as 2027-12-24, with commas between.
schedules-except-unclear = Write days as 2027-12-24, with commas between.
schedules-number = Write a whole number from 1 to { $most }.
schedules-amount-unclear = Write the amount as 12.50.
schedules-currency-unknown = Write the three letters of a currency, such as EUR.
schedules-marked = What is not right yet is marked below. Nothing was stored.
schedules-show = Show the days
schedules-save = Save
schedules-save-hint = Somebody else confirms it. Until then each of its requests waits for a person.
schedules-cancel = Cancel
schedules-preview-hint = The next days are shown here before anything is stored.
schedules-preview-wrong = The days can't be told yet: see what is marked.
schedules-at-once = { $count ->
    [one] One request would be made at once, because its time is over.
   *[other] { $count } requests would be made at once, because their time is over.
}
schedules-said = { $what } at { $clock }{ $end }
schedules-said-until = , until { $day }
schedules-said-count = { $count ->
    [one] , once
   *[other] , { $count } times
}
schedules-said-once = Once, on { $day } at { $clock }
schedules-said-daily = { $interval ->
    [one] Every day
   *[other] Every { $interval } days
}
schedules-said-yearly = { $interval ->
    [one] Every year from { $day } on
   *[other] Every { $interval } years from { $day } on
}
schedules-said-weekly-plain = { $interval ->
    [one] Every week
   *[other] Every { $interval } weeks
}
schedules-said-weekly = { $interval ->
    [one] Every week on { $days }
   *[other] Every { $interval } weeks on { $days }
}
schedules-said-month-last = { $interval ->
    [one] Every month on the last day
   *[other] Every { $interval } months on the last day
}
schedules-said-month-day = { $interval ->
    [one] Every month on day { $day }
   *[other] Every { $interval } months on day { $day }
}
schedules-said-month-nth = { $interval ->
    [one] Every month on the { $place } { $day }
   *[other] Every { $interval } months on the { $place } { $day }
}
