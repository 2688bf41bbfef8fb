# The day is that of new, which was started on 2026-11-21.
compare() { tare compare "$FIXTURES/$1/base.json" "${2:-$FIXTURES/$1/new.json}"; echo "$?"; }
echo 'waive *case00000 limit=40% until=2026-11-20 reason=r' >tare.policy
compare one_slower_by_30pct
echo "not needed any more:"
compare same
echo "when new was started is not known:"
sed 's/"started":"[^"]*"/"started":"soon"/' "$FIXTURES/one_slower_by_30pct/new.json" >new.json
compare one_slower_by_30pct new.json
echo "when new was measured on a machine without a clock:"
sed 's/"started":"[^"]*"/"started":"1970-01-01T00:00:05Z"/' "$FIXTURES/one_slower_by_30pct/new.json" >new.json
compare one_slower_by_30pct new.json
