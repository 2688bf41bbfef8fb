tare selftest --help
