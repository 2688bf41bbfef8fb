tare compare --on new=3 $FIXTURES/one_new/base.json $FIXTURES/one_new/new.json
