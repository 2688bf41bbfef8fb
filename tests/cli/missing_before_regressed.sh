tare compare  $FIXTURES/slower_and_missing/base.json $FIXTURES/slower_and_missing/new.json
