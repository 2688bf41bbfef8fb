tare compare  $FIXTURES/one_skipped/base.json $FIXTURES/one_skipped/new.json
