# Counts and sums of lists.
total-count = { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
total-at-least = At least { $count } requests
