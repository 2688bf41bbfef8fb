tare compare  $FIXTURES/other_kernel/base.json $FIXTURES/other_kernel/new.json
