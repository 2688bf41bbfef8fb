# One damaged baseline stops nobody else, and can be removed.
today() { sed 's/begun 2[0-9T:-]*Z/begun TODAY/'; }
tare baseline add --init "$FIXTURES/same/base.json"
tare baseline add --init "$FIXTURES/other_machine/new.json"
name=$(tare baseline list | sed -n 's/85a274\/bench:.*/85a274\/bench/p')
echo '{' >".tare/machines/$name/0001/segment.json"
tare baseline list | today
tare baseline list >list
echo "list: $?"
tare baseline show "$name"
echo "show: $?"
tare baseline run "$name"
echo "run: $?"
tare baseline add "$FIXTURES/same/base.json"
echo "add to it: $?"
tare baseline add "$FIXTURES/other_machine/new.json"
tare baseline accept --reason x "$FIXTURES/other_machine/new.json"
tare baseline prune --keep 1
echo "others: $?"
tare compare --format json "$FIXTURES/same/new.json" >compared
echo "compare: $?"
tare baseline remove "$name"
echo "remove: $?"
tare baseline list | today
: >.tare/machines/junk
tare baseline list | today
tare baseline remove junk/
echo "remove: $?"
tare baseline list >list
echo "list: $?"
