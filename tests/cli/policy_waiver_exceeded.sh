# Beyond the waiver's limit a regression counts; a slowdown and a limit are waived apart.
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
echo 'waive *case00000 limit=14ns until=2026-12-31 reason="wide vectors"' >>tare.policy
compare
