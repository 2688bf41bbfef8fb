tare compare  $FIXTURES/one_slower_by_8pct/base.json $FIXTURES/one_slower_by_8pct/new.json
