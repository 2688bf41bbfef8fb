tare doctor --help
