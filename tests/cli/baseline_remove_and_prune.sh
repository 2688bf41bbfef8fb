# Old segments go, the one that is compared against stays; remove takes all of a baseline.
list() { tare baseline list | sed 's/begun 2[0-9T:-]*Z/begun TODAY/'; }
begin() {
    tare baseline add --init "$FIXTURES/same/base.json"
    tare baseline add --init "$FIXTURES/other_machine/new.json"
    for reason in one two three; do
        tare baseline accept --reason $reason "$FIXTURES/same/base.json"
    done
}
begin
tare baseline prune
echo "prune without a limit: $?"
tare baseline prune --keep 3
tare baseline prune --max-size 1GB
tare baseline prune --max-size 40kB
list
tare baseline prune --max-size 1kB
echo "prune that cannot: $?"
list
tare baseline remove
echo "remove without a name: $?"
tare baseline remove nothing/bench
echo "remove of none: $?"
for name in $(tare baseline list | sed 's/:.*//'); do tare baseline remove "$name"; done
list
find .tare | sort
