tare compare  $FIXTURES/one_not_run/base.json $FIXTURES/one_not_run/new.json
