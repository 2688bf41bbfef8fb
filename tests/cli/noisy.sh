tare compare  $FIXTURES/noisy/base.json $FIXTURES/noisy/new.json
