tare compare --format json $FIXTURES/one_slower_by_30pct/base.json $FIXTURES/one_slower_by_30pct/new.json >report.json
echo "$?"
sed -E 's/(\.[0-9]{4})[0-9]+/\1/g' report.json # the last digits are the C library's
