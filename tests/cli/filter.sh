tare compare --filter *00000 --all $FIXTURES/one_slower_by_30pct/base.json $FIXTURES/one_slower_by_30pct/new.json
