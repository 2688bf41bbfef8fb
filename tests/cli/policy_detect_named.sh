# Who set what was to be detected is said where it matters.
echo 'file00/case00000 detect=7%' >tare.policy
tare compare "$FIXTURES/one_slower_by_30pct/base.json" "$FIXTURES/one_slower_by_30pct/new.json"
echo "$?"
tare compare --detect 8% --policy /dev/null --format markdown "$FIXTURES/one_slower_by_8pct/base.json" "$FIXTURES/one_slower_by_8pct/new.json"
echo "$?"
