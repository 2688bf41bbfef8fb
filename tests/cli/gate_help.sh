tare gate --help
