tare compare  $FIXTURES/advisory_slower/base.json $FIXTURES/advisory_slower/new.json
