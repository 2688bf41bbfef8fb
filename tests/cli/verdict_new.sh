tare compare  $FIXTURES/one_new/base.json $FIXTURES/one_new/new.json
