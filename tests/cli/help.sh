tare --help && tare compare --help && tare merge --help
