tare compare  $FIXTURES/one_failed/base.json $FIXTURES/one_failed/new.json
