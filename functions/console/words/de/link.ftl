# Entscheiden über einen Link.
link-title = Ihre Entscheidung, { $name }
link-once = Dieser Link entscheidet einmal. Er gilt bis { $until }.
link-page = Entscheiden: { $kind }
link-done = Ihre Entscheidung ist vermerkt
link-used = Der Link ist verbraucht.
link-follow = Anmelden, um den Antrag zu verfolgen
