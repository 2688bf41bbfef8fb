tare compare  $FIXTURES/two_launches/base.json $FIXTURES/two_launches/new.json
