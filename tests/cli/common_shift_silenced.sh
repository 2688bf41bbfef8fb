tare compare --silence one-sided $FIXTURES/all_slower_by_20pct/base.json $FIXTURES/all_slower_by_20pct/new.json
