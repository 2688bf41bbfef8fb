tare doctor --root "$FIXTURES/../machine/half_a_cpu"
