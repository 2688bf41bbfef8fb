# Beyond the waiver's limit, or with a limit of its own, a regression counts; so does all but time.
compare() {
    tare compare "$FIXTURES/one_slower_by_30pct/base.json" "$FIXTURES/one_slower_by_30pct/new.json" | sed '/^smallest/d; /not shown/d'
}
echo 'waive * limit=20% until=2026-12-31 reason=r' >tare.policy
compare
echo "a limit:"
cat >tare.policy <<'END'
*case00000 limit.time=12ns
waive * limit=40% until=2026-12-31 reason=r
END
compare
echo "both waived:"
echo 'waive *case00000 limit=13ns until=2026-12-31 reason="wide vectors"' >>tare.policy
compare
