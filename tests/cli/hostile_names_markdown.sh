tare compare --format markdown $FIXTURES/hostile_names/base.json $FIXTURES/hostile_names/new.json
