# A limit needs no baseline, and gates what is advisory.
cat >tare.policy <<'END'
*                 advisory limit.time=20us
file00/case00001  limit.time=120ns
file00/case0000*  limit.time=1s
END
tare compare "$FIXTURES/one_new/base.json" "$FIXTURES/one_new/new.json"
