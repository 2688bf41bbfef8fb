tare merge --output whole.json $FIXTURES/shards/two.json $FIXTURES/shards/one.json || exit
grep -c "\"shard\": *[1-9]" whole.json
tare compare --all whole.json whole.json
