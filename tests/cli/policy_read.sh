# Ends of lines as other systems have them, the largest file, another file, none.
compare() { tare compare "$@" "$FIXTURES/one_slower_by_30pct/base.json" "$FIXTURES/one_slower_by_30pct/new.json" | tail -n 2; }
printf '\357\273\277# ours\r\n\r\n*case00000 advisory\r\n' >tare.policy
compare
{ cat tare.policy; head -c 1000000 /dev/zero | tr '\0' '\n'; } | head -c 1048576 >large.policy
compare --policy large.policy
compare --policy /dev/null
rm tare.policy
compare
