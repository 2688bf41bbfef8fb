tare compare  $FIXTURES/one_skipped_in_both/base.json $FIXTURES/one_skipped_in_both/new.json
