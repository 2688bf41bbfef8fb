tare compare  $FIXTURES/one_faster_by_30pct/base.json $FIXTURES/one_faster_by_30pct/new.json
