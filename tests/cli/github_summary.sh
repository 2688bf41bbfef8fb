# GitHub's runner reads annotations from the log, and adds the summary to the page.
export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=summary.md
echo '# The step before' >summary.md
tare compare "$FIXTURES/one_slower_by_30pct/base.json" "$FIXTURES/one_slower_by_30pct/new.json" >report.txt
echo "exit status $?"
tare compare "$FIXTURES/hostile_names/base.json" "$FIXTURES/hostile_names/new.json" >report.txt
echo "exit status $?"
tare compare "$FIXTURES/same/base.json" "$FIXTURES/same/new.json" >report.txt
echo "exit status $?"
cat summary.md
GITHUB_STEP_SUMMARY=no/such/place.md
tare compare "$FIXTURES/same/base.json" "$FIXTURES/same/new.json" >report.txt
echo "no place for a summary: $?"
GITHUB_STEP_SUMMARY=/dev/full
tare compare "$FIXTURES/same/base.json" "$FIXTURES/same/new.json" >report.txt
echo "no room for a summary: $?"
GITHUB_ACTIONS=false GITHUB_STEP_SUMMARY=
tare compare "$FIXTURES/one_slower_by_30pct/base.json" "$FIXTURES/one_slower_by_30pct/new.json" >report.txt
echo "elsewhere: $?"
