compare() { tare compare "$@" "$FIXTURES/same/base.json" "$FIXTURES/same/new.json" >out; echo "$? $(wc -l <out) lines"; }
refused() { printf '%b' "$1" >tare.policy; compare; }
refused '# ours\n*  detect=5% detct=6%\n'
refused '* detct=6%'
refused '* required\n\n"a b" ignore=1% advisory required'
refused 'waive * limit=5% until=2026-02-30 reason=r'
refused 'file00/case00001 ignore=12%'
refused '* detect=5%\r\nfile00/* limit.time=3\r\n'
head -c 1048577 /dev/zero | tr '\0' '\n' >tare.policy
compare
compare --policy absent.policy
compare --policy .
compare --policy /proc/self/mem
compare --policy ''
rm tare.policy
mkdir tare.policy
compare
rmdir tare.policy
ln -s nowhere tare.policy
compare
