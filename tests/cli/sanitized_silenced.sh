tare compare --silence build-san --allow unit.features $FIXTURES/sanitized/base.json $FIXTURES/sanitized/new.json
