# A glob that matches nothing may be mistyped; what a filter leaves out does match.
cat >tare.policy <<'END'
fiel00/*  detect=5%
file00    detect=20%
waive *case00099 limit=5% until=2026-12-31 reason=r
END
printf '"\342\200\256<b>`x`|*"  advisory\n' >>tare.policy
for format in text markdown; do
    tare compare --filter '*[1-9]' --format $format "$FIXTURES/same/base.json" "$FIXTURES/same/new.json"
done
seq 30 | sed 's/.*/no\/such& weight=2/' >many.policy
tare compare --policy many.policy "$FIXTURES/same/base.json" "$FIXTURES/same/new.json" | tail -n 4
