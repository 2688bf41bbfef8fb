tare compare  $FIXTURES/one_missing/base.json $FIXTURES/one_missing/new.json
