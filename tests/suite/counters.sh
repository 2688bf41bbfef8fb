#!/bin/sh
# SPDX-License-Identifier: MIT
# Counters through PAPI and beneath it, by test devices: a PMU that is page faults in disguise, the
# kernel's software events taken for a PMU, and events that a program defines for itself.

. tests/suite/suite_lib
build_suite faulting
doc=$tmp/doc.json

# runs LIST [OPTION...]: counts with that list; the document is $doc
# shellcheck disable=SC2154,SC2086 # quick, a list of options from suite_lib
runs() {
    list=$1
    shift
    "$tmp/$suite" $quick --silence build-san --silence dce --json "$doc" "--counters${list:+=$list}" "$@"
}
suite=faulting

# counted TRIAL COUNT WORDS: how that count begins in the document
counted() {
    trial "$1" "$doc" | grep -o "{\"name\":\"$2\",[^}]*" >"$tmp/count"
    grep -F "{\"name\":\"$2\",$3" "$tmp/count" && return
    cat "$tmp/count"
    return 1
}
# is TRIAL COUNT SOURCE EVENT VALUE: is exactly that
is() { counted "$1" "$2" "\"source\":\"$3\",\"event\":\"$4\",\"kind\":\"exact\",\"value\":$5,"; }
# missing TRIAL COUNT PATTERN: has no value, for that reason
missing() {
    says "\"value\":null.*\"reason\":\"[^\"]*$3" counted "$1" "$2" ''
}
notes() { grep -q "\"id\":\"$1\".*\"text\":\"[^\"]*$2" "$doc"; }

check 'a list with a gap in it is refused before anything runs' \
    says "a name is missing" exits 2 runs cycles,,branches
check 'counters are read on any machine' exits 0 runs '' --filter faulting/once --filter faulting/pages
check 'their document is valid by its schema' tests/schema.sh "$doc"
check 'a page fault is a page fault' is faulting/once page-faults rusage minflt+majflt 1
check 'as many as there are pages' is faulting/pages page-faults rusage minflt+majflt 256
check 'there is nothing fake in it' not grep -q fake "$doc"
check 'what reading costs is noted' notes overhead 'takes [0-9.]* us'

# The thread that calls is counted: of a case that has others that is not what a call does.
check 'cases that start threads run' exits 0 runs '' --filter 'faulting/*_a_thread'
for name in starts keeps; do
    check "one that $name a thread has no count of the caller alone" \
        missing faulting/${name}_a_thread page-faults 'its body starts threads'
    check 'and no cycles that are estimated' \
        says '"name":"cycles"[^}]*"source":"chain"[^}]*"value":null[^}]*its body starts threads' \
        trial faulting/${name}_a_thread "$doc"
done
runs page-faults --in-process --filter faulting/starts_a_thread --filter faulting/once >"$tmp/log" 2>&1
check 'in one process the driver is no such thread' is faulting/once page-faults rusage minflt+majflt 1

# ---- The program's own events

if ! echo '#include <sde_lib.h>' | $CC -E -x c - >/dev/null 2>&1 || ! "$tmp/faulting" --version | grep -q '^PAPI'; then
    skip 'counters through PAPI' 'no PAPI'
    exit
fi
# shellcheck disable=SC2086 # a list of flags
compile_suite ${CFLAGS:--O2} -o "$tmp/software_events" tests/suite/software_events.c -lpapi -lsde || exit 1
suite=software_events
check 'a program that defines events counts them' exits 0 runs \
    sde:::pool::hits,sde:::pool::misses,sde:::pool::unused,sde:::pool::nope
check 'each call has three' is software/lookup sde:::pool::hits sde sde:::pool::hits 3
check 'and one of another' is software/lookup sde:::pool::misses sde sde:::pool::misses 1
check 'one that never happens is 0' is software/lookup sde:::pool::unused sde sde:::pool::unused 0
check 'events that the set-up of a case defines are counted, too' exits 0 runs \
    sde:::queue::sent,page-faults --filter software/late
check 'as exactly' is software/late sde:::queue::sent sde sde:::queue::sent 2
check 'beside what else is wanted' is software/late page-faults rusage minflt+majflt 0
runs sde:::pool::hits,sde:::pool::nope --filter software/lookup >"$tmp/log" 2>&1
check 'one that nobody defined is not available' missing software/lookup sde:::pool::nope 'defines no event'
suite=faulting

# ---- The kernel's software events, taken for a PMU

# device NAME: builds a shim to be preloaded; tests alone have it
device() {
    "$CC" -std=c11 -D_GNU_SOURCE -O2 -shared -fPIC -o "$tmp/$1.so" "tests/pmu_shims/$1.c" -ldl || exit 1
}
if [ "$(uname -m)" != x86_64 ] || grep -q fsanitize "$B/flags"; then
    skip 'counters of test devices' 'their CPUs are of x86-64, and sanitizers come first themselves'
    exit
fi
device softpmu
device fakepmu

soft() { LD_PRELOAD=$tmp/softpmu.so LIBPFM_FORCE_PMU=perf runs "$@"; }
soft perf::PAGE-FAULTS --filter faulting/nothing >"$tmp/log" 2>&1
if missing faulting/nothing perf::PAGE-FAULTS 'ermi' >"$tmp/log"; then
    skip 'counters of test devices' "perf_event_open is forbidden here: $(cat "$tmp/log")"
    exit
fi
check 'PAPI counts what the kernel does in software' exits 0 \
    soft perf::PAGE-FAULTS,perf::CONTEXT-SWITCHES --filter faulting/once
check 'a page fault is one there, too' \
    is faulting/once perf::PAGE-FAULTS 'fake papi-native' perf::PAGE-FAULTS 1
check 'what never happens is not 0 but unknown' \
    missing faulting/once perf::CONTEXT-SWITCHES 'reads 0 whatever is done'
check 'which is noted' notes ctr-zero 'perf::CONTEXT-SWITCHES reads 0'

# ---- A PMU

# fake [VARIABLE=VALUE...] LIST [OPTION...]
fake() {
    (
        export LD_PRELOAD="$tmp/fakepmu.so" LIBPFM_FORCE_PMU=skl
        while [ "${1#FAKE_}" != "$1" ]; do
            export "${1?}"
            shift
        done
        runs "$@"
    )
}
check 'presets are counted' exits 0 fake FAKE_PMU_COUNTERS=8 cycles,instructions,branches,l1d-misses
check 'as many of each as are known' is faulting/once instructions 'fake papi-preset' PAPI_TOT_INS 1000
check 'threads have counters of their own' \
    is faulting/threads/threads=2 cycles 'fake papi-preset' PAPI_TOT_CYC 4000
check 'processes that time do not load PAPI' \
    says '"status":"measured"' trial faulting/without_papi "$doc"
check 'those that count do' missing faulting/without_papi instructions 'check failed.*has_papi'
# A thousand for each page fault: the parent has a few, as its C library writes, the child a thousand.
check 'a child counts for nobody, and its parent counts on' \
    says '"event":"PAPI_TOT_INS".*"value":[1-9][0-9]\{3,4\}[,.]' counted faulting/forks instructions ''
check 'what reading counts is in no count' \
    is faulting/prepares_long instructions 'fake papi-preset' PAPI_TOT_INS 1000
check 'in one process it is the same' exits 0 \
    fake FAKE_PMU_COUNTERS=8 cycles,instructions --in-process --filter 'faulting/[on]*'
check 'trial after trial' is faulting/once instructions 'fake papi-preset' PAPI_TOT_INS 1000
check 'no work is 0' is faulting/nothing instructions 'fake papi-preset' PAPI_TOT_INS 0
check 'what fits together takes no turns' not grep -q ctr-mux "$doc"
check 'everything in the document is marked' \
    not sh -c "grep -o '\"source\":\"[a-z][^\"]*' '$doc' | grep -v -e '\"fake ' -e '\"chain'"

seven=cycles,instructions,branches,branch-misses,l1d-misses,dtlb-misses
check 'what does not fit takes turns' exits 0 fake $seven --filter faulting/once
for count in cycles:TOT_CYC:2000 instructions:TOT_INS:1000 branches:BR_INS:100 \
    branch-misses:BR_MSP:10 l1d-misses:L1_DCM:10 dtlb-misses:TLB_DM:20; do
    name=${count%%:*} rest=${count#*:}
    check "$name are exact all the same" \
        is faulting/once "$name" 'fake papi-preset' "PAPI_${rest%:*}" "${rest#*:}"
done
check 'the turns are noted' notes ctr-mux 'groups take turns'
check 'groups that saw the same work are no matter' not notes ctr-mux 'saw different work'
fake FAKE_PMU_DRIFT=8 $seven --filter faulting/once >"$tmp/log" 2>&1
check 'groups that did not are told' notes ctr-mux 'saw different work: cycles differs by 5.0 %'
check 'what fits nowhere beside others says so' exits 0 \
    fake FAKE_PMU_COUNTERS=2 cycles,instructions,dtlb-misses --filter faulting/once
check 'which leaves the others alone' \
    is faulting/once instructions 'fake papi-preset' PAPI_TOT_INS 1000

fake FAKE_PMU_DEAD=c0 cycles,PAPI_TOT_INS --filter faulting/once >"$tmp/log" 2>&1
check 'a dead counter is not available' missing faulting/once PAPI_TOT_INS 'reads 0 for 300000 instructions'
check 'which is noted, too' notes ctr-zero 'PAPI_TOT_INS reads 0'
check 'one beside it counts' is faulting/once cycles 'fake papi-preset' PAPI_TOT_CYC 2000
fake FAKE_PMU_DEAD=c0 instructions --filter faulting/once >"$tmp/log" 2>&1
check 'the next rung answers for a dead one' is faulting/once instructions 'fake perf' instructions 1000

kernel() { LD_PRELOAD=$tmp/fakepmu.so LIBPFM_FORCE_PMU=perf runs "$@"; }
check 'the kernel counts where PAPI knows no PMU' exits 0 kernel instructions,cycles --filter faulting/once
check 'as exactly' is faulting/once instructions 'fake perf' instructions 1000
doctor() { LD_PRELOAD=$tmp/fakepmu.so LIBPFM_FORCE_PMU=$1 "$B/tare" doctor; } # CPU
check 'which the doctor tells, too' says '^counters: papi-too-old' doctor perf
check 'and what to do' says 'install a newer PAPI and build again' doctor perf
check 'but not where PAPI knows it' says '^counters: ok' doctor skl

# ---- What does not run

# stands VARIABLE PATTERN: as that is set, with the reason, and in the doctor
stands() {
    fake "$1=1" instructions,page-faults --filter faulting/once >"$tmp/log" 2>&1
    missing faulting/once instructions "$2" && notes ctr-none "$2" &&
        is faulting/once page-faults 'fake rusage' minflt+majflt 1
}
idle() { (export FAKE_PMU_IDLE=1 && doctor skl); }
check 'a core of another kind' stands FAKE_PMU_IDLE 'do not run on this CPU.*another kind of core.*--cpu'
check 'somebody who holds the counters' stands FAKE_PMU_HELD 'somebody else holds them.*end the profiler'
check 'the doctor says how counting stands' says '^counters: not-running' idle
check 'and what to do' says 'measure on another kind of core' idle
check 'and nothing of virtual machines without counters' not sh -c "grep -e pmu=off -e 'reads 0' '$tmp/says.log'"

# ---- What is refused

# refused ERRNO ALL PATTERN: with each, the reason and the fix
refused() {
    fake "FAKE_PMU_ERROR=$1" "FAKE_PMU_FORBIDS_ALL=$2" instructions,page-faults --filter faulting/once \
        >"$tmp/log" 2>&1
    missing faulting/once instructions "$3" && notes ctr-none "$3" &&
        is faulting/once page-faults 'fake rusage' minflt+majflt 1
}
check 'ENOENT: no PMU' refused 2 0 'no hardware counters.*pmu=on'
check 'EPERM for all: a filter of system calls' refused 1 1 'seccomp.*--cap-add PERFMON'
check 'EACCES for hardware alone: a security module' refused 13 0 'security module.*cap_perfmon'
check 'ENOSYS: no system call' refused 38 1 'perf_event_open'
check 'EMFILE: too many files' refused 24 0 'ulimit -n'
