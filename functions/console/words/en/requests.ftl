# The list of all requests.
requests-caption = Requests
requests-csv = Save as CSV
requests-none = No requests
requests-none-yet = Requests appear here as soon as somebody makes one.
requests-none-fit = No request fits these filters. Clear a filter.
requests-lists = Lists that are kept
requests-all = All
