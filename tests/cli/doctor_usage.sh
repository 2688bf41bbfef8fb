tare doctor now
tare doctor --json --print-tune
tare doctor --silence nope
tare doctor --root /no/such/machine
tare doctor --root "$FIXTURES/../machine/quiet_server" --cpu fast
tare doctor --cpu 8191 2>&1 | sed 's/allowed: .*/allowed: .../'
