# Limits of a case's own metrics: the median of new, above or, where high is better, below.
metric() {
    sed "/$2/s/\"status\"/\"metrics\":[{\"name\":\"$3\",\"unit\":\"$4\",\"better\":\"$5\",\"values\":[$6]}],&/" "$1"
}
metric "$FIXTURES/same/new.json" case00001 rss kB lower 90,null,110,130,95 |
    metric - case00002 ops '' higher 90,90,95,80,95 |
    metric - case00003 rss kB lower null,null,null,null,null |
    metric - case00004 rss kB lower 200,200,200,200,200 |
    metric - case00006 rss kB lower 100,100,100,100,100 >new.json
cat >tare.policy <<'END'
*case0000[1346]   limit.rss=100     # [6]: not beyond it
*case00002        limit.ops=100
*case00005        limit.rss=100
waive *case00004  metric=rss limit=250 until=2026-12-31 reason="a larger table"
waive *case00001  metric=rss limit=100 until=2026-12-31 reason="not enough"
waive *case00002  metric=ops limit=90  until=2026-12-31 reason="just enough"
END
tare compare "$FIXTURES/same/base.json" new.json
echo "$?"
tare compare --format json "$FIXTURES/same/base.json" new.json |
    grep -o '"name":"file00.case[0-9]*","verdict":"[a-z]*"\|"gated":[a-z]*\|"limits":[^]]*\]\|"waiver":{[^}]*}\|"waived":[0-9]*\|"policy":"[^"]*"'
