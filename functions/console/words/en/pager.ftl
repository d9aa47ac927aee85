# Leads from page to page.
pager-pages = Pages
pager-first = First page
pager-previous = Previous page
pager-next = Next page
pager-last = Last page
pager-empty = Nothing on this page
pager-empty-more = The list goes on: look at the next page.
