# The first run begins the baseline only if it passes, and only where there is none.
run=$FIXTURES/one_slower_by_30pct
brief() { "$@" 2>&1 | sed '/^ /d; /^new /d; /^verdict /d; /^smallest/d; /^$/d'; }
said() { echo "-- $1"; }
begin() { rm -rf .tare; tare compare --init "$run/base.json" >first.out 2>&1; }

said "a machine with more CPUs is the same machine"
begin
sed 's/"cpu.count":2/"cpu.count":4/' "$run/new.json" >more_cpus.json
brief tare compare --init more_cpus.json
said "the baseline itself"
brief tare compare --init "$run/base.json"
tare compare --init "$run/base.json" >out.txt
echo "$?"
said "a program of another name, a machine of another kind"
sed 's/"name":"bench"/"name":"bench2"/' "$run/new.json" >renamed.json
brief tare compare --init renamed.json
brief tare compare --init "$FIXTURES/other_machine/new.json"

said "a limit is breached"
rm -rf .tare
echo '*case00000 limit.time=12ns' >tare.policy
brief tare compare --init --format markdown "$run/new.json" | sed '/^|/d'
tare compare --init --format json --output report.json "$run/new.json" 2>err.txt
echo "$?"
grep -c '"verdict":' report.json
rm tare.policy
said "a trial failed"
brief tare compare --init "$FIXTURES/one_failed/new.json"
said "nothing is left"
brief tare compare --init --filter nothing "$run/new.json"
said "an unoptimized build"
brief tare compare --init "$FIXTURES/unoptimized/new.json"
[ -e .tare ] || echo 'no baseline was begun'
said "from a pipe, and from a directory"
tare compare --init - <"$run/new.json" >out.txt
brief tare compare --init "$run/new.json"
rm -rf .tare
mkdir runs
cp "$run/base.json" runs/1.json
sed 's/T10:00:00Z/T11:00:00Z/' "$run/base.json" >runs/2.json
brief tare compare --init runs
said "for GitHub"
rm -rf .tare
GITHUB_STEP_SUMMARY=summary.md tare compare --init "$run/base.json" >out.txt 2>err.txt
head -n 1 summary.md
said "a damaged baseline of another machine"
for record in .tare/machines/*/bench/0001/segment.json; do echo damaged >"$record"; done
tare compare "$FIXTURES/other_machine/new.json" 2>&1 | sed 's/segment.json: .*/segment.json: .../'
tare compare --init "$FIXTURES/other_machine/new.json" 2>&1 | grep '^tare'
