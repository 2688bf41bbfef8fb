tare compare  $FIXTURES/unoptimized/base.json $FIXTURES/unoptimized/new.json
