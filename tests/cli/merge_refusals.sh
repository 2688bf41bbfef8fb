try() { tare merge --output whole.json "$@"; echo "$?"; }
cp "$FIXTURES"/shards/*.json . && cp "$FIXTURES/same/base.json" unsharded.json
try one.json
try two.json
try one.json one.json
try one.json overlap.json
try one.json other_machine.json
try one.json one_of_three.json
try one.json unsharded.json
sed 's/"seed":"0x1"/"seed":"0x2"/' two.json >other_seed.json
try one.json other_seed.json
try
tare merge one.json two.json; echo $?
[ ! -e whole.json ]
