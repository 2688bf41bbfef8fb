# The policy is the first one from here up to the repository's directory.
compare() { tare compare "$FIXTURES/one_slower_by_30pct/base.json" "$FIXTURES/one_slower_by_30pct/new.json" | tail -n 2; }
mkdir -p repository/.git repository/bench/json
echo '*case00000 advisory' >tare.policy
cd repository/bench/json || exit
echo "beyond the repository:"
compare
echo '*case00000 advisory' >../../tare.policy
echo "of the repository:"
compare
echo '* weight=2' >../tare.policy
echo "nearer:"
compare
echo 'nonsense' >../tare.policy
tare compare "$FIXTURES/same/base.json" "$FIXTURES/same/new.json"
echo "$?"
