# A limit needs no baseline, and gates what is advisory.
cat >tare.policy <<'END'
*                 advisory limit.time=20us
file00/case00001  limit.time=120ns
file00/case0000*  limit.time=1s
END
tare compare "$FIXTURES/one_new/base.json" "$FIXTURES/one_new/new.json"
echo "$?, another machine:"
tare compare "$FIXTURES/other_machine/base.json" "$FIXTURES/other_machine/new.json" | sed '/case0000[2-9]/d'
echo "no numbers:"
echo '* limit.time=1ns' >tare.policy
for state in one_failed one_missing one_skipped_in_both; do
    tare compare "$FIXTURES/$state/base.json" "$FIXTURES/$state/new.json" | grep -A1 'case00001 '
done
