tare compare --all $FIXTURES/same/base.json $FIXTURES/same/new.json
