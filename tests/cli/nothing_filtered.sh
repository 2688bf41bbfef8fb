tare compare --filter nothing/* $FIXTURES/same/base.json $FIXTURES/same/new.json
