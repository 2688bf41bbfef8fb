# The baseline is found by machine and program; the first run begins it.
run=$FIXTURES/one_slower_by_30pct
tare compare "$run/base.json"
echo "without a store: $?"
tare compare --init "$run/base.json"
echo "the first run: $?"
tare compare --init "$run/new.json"
echo "the second run: $?"
tare compare "$FIXTURES/hostile_program/new.json"
echo "another program: $?"
tare compare "$FIXTURES/other_machine/new.json"
echo "another machine: $?"
tare compare --init "$FIXTURES/other_machine/new.json"
echo "which begins: $?"
tare compare --store elsewhere "$run/new.json"
echo "another store: $?"
tare baseline list | sed 's/begun 2[0-9T:-]*Z/begun TODAY/'
