tare doctor --root "$FIXTURES/../machine/laptop_on_battery"
