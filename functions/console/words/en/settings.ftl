# What a person prefers to see.
settings-language = Language
settings-language-auto = As my browser says
settings-zone = Time zone
settings-zone-hint = Such as Europe/Berlin. Empty: that of the business.
settings-no-zone = There is no time zone “{ $name }”.
settings-theme = Colours
settings-theme-auto = As my device has them
settings-theme-light = Light
settings-theme-dark = Dark
settings-density = Rows
settings-compact = Compact
settings-comfortable = With room
settings-shortcuts = Single keys do something
settings-shortcuts-hint = For example a to approve, n for the next request, and ? for all of them.
settings-save = Save
settings-saved = Your settings are saved.
