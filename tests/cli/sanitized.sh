tare compare  $FIXTURES/sanitized/base.json $FIXTURES/sanitized/new.json
