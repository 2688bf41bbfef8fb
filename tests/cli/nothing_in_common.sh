tare compare  $FIXTURES/none_in_common/base.json $FIXTURES/none_in_common/new.json
