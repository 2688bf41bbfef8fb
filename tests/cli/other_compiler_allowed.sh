tare compare --allow unit.compiler $FIXTURES/other_compiler/base.json $FIXTURES/other_compiler/new.json
