tare compare --exclude *00000 $FIXTURES/one_slower_by_30pct/base.json $FIXTURES/one_slower_by_30pct/new.json
