tare compare --base $FIXTURES/same/base.json --base $FIXTURES/same/new.json --new $FIXTURES/one_slower_by_30pct/new.json
