tare compare --allow cpu.brand $FIXTURES/other_machine/base.json $FIXTURES/other_machine/new.json
