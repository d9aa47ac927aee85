# What happened to a request.
event-title = What happened
event-none = Nothing yet.
event-more = There are more events than are shown here.
event-details = Details
event-of = of event { $number }
event-number = Number
event-time = Time
event-hash = Fingerprint
event-part = part { $leg }
