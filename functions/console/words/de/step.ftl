# Wie weit ein Antrag ist.
step-progress = Fortschritt
step-received = Eingegangen
step-checked = Geprüft
step-decided = Entschieden
step-processing = Ausgeführt
step-completed = Erledigt
step-done = erledigt
step-now = läuft
step-stopped = angehalten
step-ahead = kommt noch
