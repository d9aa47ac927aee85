# What the checks found.
finding-title = Findings
finding-none = The checks found nothing to look at.
finding-risk = Risk score { $score } of 100
finding-risk-none = Nothing that is counted gave points.
finding-points = { $count } points
finding-more = +{ $count }
