# An interrupted run is told, on either side.
sed 's/"interrupted":false/"interrupted":true/' "$FIXTURES/same/base.json" >base.json
tare compare base.json "$FIXTURES/same/new.json" | grep interrupted
tare compare "$FIXTURES/same/new.json" base.json | grep interrupted
tare compare "$FIXTURES/same/new.json" "$FIXTURES/same/base.json" | grep -c interrupted
tare compare --init base.json | tail -n 2
[ -e .tare ] || echo 'no baseline was begun'
