tare compare --output report.txt $FIXTURES/same/base.json $FIXTURES/same/new.json && tail -n 1 report.txt && ls
