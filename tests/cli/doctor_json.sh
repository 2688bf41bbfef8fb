tare doctor --json --root "$FIXTURES/../machine/far_memory"
