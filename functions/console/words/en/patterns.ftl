# What stands out over time.
patterns-title = Patterns
patterns-until = Until { $day }, from the last { $count } days
patterns-none = Nothing stands out
patterns-none-hint = Nobody asks for far more than others, and nothing comes back far more than before.
patterns-not-yet = The first night has not been counted yet.
patterns-prove-nothing = Patterns prove nothing. They say where to look.
patterns-about = Who or what
patterns-days = Days counted
patterns-usual = Usual
patterns-counted = Counted
