tare compare  $FIXTURES/one_failed_in_base/base.json $FIXTURES/one_failed_in_base/new.json
