# A run counts once, and is not compared with itself.
cp "$FIXTURES/same/base.json" copy.json
tare compare --base "$FIXTURES/same/base.json" --base copy.json --new "$FIXTURES/same/new.json"
echo $?
tare compare "$FIXTURES/same/base.json" copy.json
echo $?
