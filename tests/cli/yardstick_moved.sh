tare compare  $FIXTURES/yardstick_moved/base.json $FIXTURES/yardstick_moved/new.json
