tare compare --all $FIXTURES/runs_slower_by_12pct/base $FIXTURES/runs_slower_by_12pct/new
