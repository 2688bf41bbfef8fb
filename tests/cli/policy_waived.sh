# A regression up to the waiver's limit is shown and not gated.
echo 'waive file00/case00000 limit=40% until=2026-11-21 reason="checks UTF-8 now" issue=#123' >tare.policy
for format in text markdown; do
    tare compare --format $format "$FIXTURES/one_slower_by_30pct/base.json" "$FIXTURES/one_slower_by_30pct/new.json"
    echo "$?"
done
tare compare --format json "$FIXTURES/one_slower_by_30pct/base.json" "$FIXTURES/one_slower_by_30pct/new.json" |
    grep -o '"waived":.*\|"status":.*\|"verdict":"regressed"\|"gated":false\|"waiver":{[^}]*}'
