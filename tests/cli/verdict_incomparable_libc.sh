tare compare  $FIXTURES/other_libc/base.json $FIXTURES/other_libc/new.json
