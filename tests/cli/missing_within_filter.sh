tare compare  $FIXTURES/filtered/base.json $FIXTURES/filtered/new.json
