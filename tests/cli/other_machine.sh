tare compare  $FIXTURES/other_machine/base.json $FIXTURES/other_machine/new.json
