tare compare  $FIXTURES/renamed/base.json $FIXTURES/renamed/new.json
