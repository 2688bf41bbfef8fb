tare doctor --root "$FIXTURES/../machine/hybrid" --cpu 4-5 | grep hybrid
tare doctor --root "$FIXTURES/../machine/hybrid" | grep hybrid
