# One line says what is wrong, the exit status is 2, and the store is as it was.
try() {
    tare baseline "$@"
    status=$?
    echo "$*: $status" | sed "s|$FIXTURES|FIXTURES|g"
}
tare baseline add --init "$FIXTURES/same/base.json"
cp -r .tare before
try add "$FIXTURES/no_baseline/interrupted.json"
try add "$FIXTURES/no_baseline/nothing_measured.json"
try add "$FIXTURES/shards/one.json"
try add "$FIXTURES/bad/truncated.json"
try add "$FIXTURES/bad/newer_schema.json"
try add absent.json
try add "$FIXTURES/same/base.json" "$FIXTURES/other_machine/new.json"
try add "$FIXTURES/same/base.json" "$FIXTURES/same/new.json"
try add "$FIXTURES/same/base.json" "$FIXTURES/hostile_program/base.json"
try add --program absent "$FIXTURES/same/base.json"
try add --program "$FIXTURES/same/base.json" "$FIXTURES/same/base.json"
try show nothing/bench
try remove nothing/bench
try run nothing/bench
try run "$(tare baseline list | sed 's/:.*//')"
diff -r .tare before && echo 'the store is as it was'

mkdir other
echo 'something of mine' >other/file
try list --store other
try add --init --store other "$FIXTURES/same/base.json"
try list --store other/file
try add --init --store no/such/place "$FIXTURES/same/base.json"
ls other
echo 'tare store 2' >.tare/STORE
try list
try add "$FIXTURES/same/base.json"
echo 'my shop' >.tare/STORE
try list

try
try frobnicate
try add
try accept "$FIXTURES/same/base.json"
try accept --reason x
try remove
try prune
try prune --keep 0
try prune --keep some
try run
try list --stroe .tare
try list --store
try show --format xml
