tare compare  $FIXTURES/same/base.json $FIXTURES/same/new.json
