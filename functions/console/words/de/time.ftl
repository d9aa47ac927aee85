# Wie lange etwas her ist, und wann es war.
time-days = { $form ->
    [behind] { $count ->
        [one] { $count } Tag
       *[other] { $count } Tagen
    }
   *[alone] { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }
}
time-hours = { $count } Std.
time-minutes = { $count } Min.
time-no-minute = { $form ->
    [behind] weniger als einer Minute
   *[alone] weniger als eine Minute
}
time-just-now = gerade eben
time-ago = vor { $span }
time-in = in { $span }
time-left = noch { $span }
time-overdue = seit { $span } überfällig
time-day = { $day }.{ $month }.{ $year }
time-moment = { $day }, { $clock } { $zone }
time-month-1 = 01
time-month-2 = 02
time-month-3 = 03
time-month-4 = 04
time-month-5 = 05
time-month-6 = 06
time-month-7 = 07
time-month-8 = 08
time-month-9 = 09
time-month-10 = 10
time-month-11 = 11
time-month-12 = 12
