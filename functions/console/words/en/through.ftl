# The way through the queue.
through-way = The way through the queue
through-back = Back to: { $view }
through-previous = Previous
through-next = Next
through-of = { $number } of { $count }
through-skip = Skip
through-left = { $count } left.
