tare compare  $FIXTURES/other_compiler/base.json $FIXTURES/other_compiler/new.json
