tare compare  $FIXTURES/one_slower_by_30pct/base.json $FIXTURES/one_slower_by_30pct/new.json
