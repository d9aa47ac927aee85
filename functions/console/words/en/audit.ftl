# The record, and whether everything agrees.
audit-title = Audit
audit-hint = Nothing in the record can be changed unseen: each event seals the one before.
audit-back = Back
audit-sealed = Seals
audit-sealed-last = The last seal is number { $number }, signed { $when }.
audit-sealed-hint = Whoever has the public key can check the seal over all of it.
audit-never-sealed = The record was never sealed yet.
audit-requests = Requests
audit-events = Events
audit-accounts = Balances
audit-indexes = Entries of lists
audit-key = Public key
audit-doctor = Does everything agree?
audit-doctor-hint = Works every balance out a second time from the events, and says what does not agree. It may run while requests move.
audit-doctor-start = Check everything
audit-doctor-on = Go on
audit-doctor-under-way = Checked so far
audit-doctor-done = All of it is checked
audit-doctor-sound = Everything agrees.
audit-doctor-unsound = { $count ->
    [one] One entry does not agree. Show it to whoever runs the application.
   *[other] { $count } entries do not agree. Show them to whoever runs the application.
}
audit-differences = What does not agree
audit-entry = Entry
audit-matter = Matter
audit-stored = Stored
audit-expected = Should be
audit-files = Files
audit-record = The record
audit-record-hint = All seals, and the events of all requests, in parts.
audit-journal = The journal (CSV)
audit-journal-after = After entry number
audit-journal-hint = At most { $count } entries in one file. Leave it empty to begin with the first.
audit-part = The record, part { $number }
audit-part-size = This part has { $kilobytes } KB.
audit-part-download = Download part { $number }
audit-part-next = To part { $number }
audit-part-more = More parts follow.
audit-part-last = This is the last part.
audit-part-verify = Keep all parts together: only together can they be checked.
