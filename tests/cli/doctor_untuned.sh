tare doctor --root "$FIXTURES/../machine/untuned_desktop"
