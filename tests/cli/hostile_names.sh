tare compare  $FIXTURES/hostile_names/base.json $FIXTURES/hostile_names/new.json
