# Nothing becomes the baseline silently: with a reason only, and the old numbers stay.
tare baseline add --init "$FIXTURES/one_slower_by_30pct/base.json"
tare baseline accept "$FIXTURES/one_slower_by_30pct/new.json"
echo "without a reason: $?"
tare baseline accept --reason '' "$FIXTURES/one_slower_by_30pct/new.json"
echo "with an empty one: $?"
tare compare "$FIXTURES/one_slower_by_30pct/new.json" | tail -n 1
tare baseline accept --reason 'checks UTF-8 now' "$FIXTURES/one_slower_by_30pct/new.json"
sed 's/T10:00:00Z/T11:00:00Z/' "$FIXTURES/one_slower_by_30pct/new.json" >again.json
tare compare again.json | tail -n 1
tare baseline show | sed 's/begun 2[0-9T:-]*Z/begun TODAY/'
tare baseline accept --reason 'another machine' "$FIXTURES/other_machine/new.json"
echo "where there is none: $?"
