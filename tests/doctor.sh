#!/bin/sh
# SPDX-License-Identifier: MIT
# tare doctor on this machine, whatever it is: what it says hangs together, and nothing is changed.

. tests/tap
tare=$B/tare

settings() {
    (cd /proc/sys/kernel && cat numa_balancing nmi_watchdog randomize_va_space perf_event_paranoid)
    (cd /sys/devices/system && cat cpu/cpu*/online cpu/cpu*/cpufreq/scaling_governor clocksource/*/current_clocksource)
    cat /sys/kernel/mm/transparent_hugepage/enabled
} 2>/dev/null
first_allowed=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\([0-9]*\).*/\1/p' /proc/self/status)

settings >"$tmp/before"
"$tare" doctor >"$tmp/text"
status=$?
"$tare" doctor --json --cpu "$first_allowed" >"$tmp/json"
"$tare" doctor --print-tune >"$tmp/tune.sh"
settings >"$tmp/after"

check 'it says whether this machine is fit' sh -c "[ $status = 0 ] || [ $status = 4 ]"
check 'it measures the clock' grep '^clock: steps of [1-9][0-9]* ns, [1-9][0-9]* ns a reading' "$tmp/text"
check 'it says how counting stands' grep '^counters: [a-z-]*$' "$tmp/text"
check 'it names libraries' grep '^libraries: cJSON [0-9]' "$tmp/text"
check 'it looks at the CPU of --cpu' grep "^\"cpu\":$first_allowed,$" "$tmp/json"
check 'the script is one that sh understands' sh -n "$tmp/tune.sh"
check 'nothing was set' cmp "$tmp/before" "$tmp/after"
LD_PRELOAD=/nowhere/libjemalloc.so.2 "$tare" doctor >"$tmp/preloaded" 2>/dev/null
check 'a preloaded library is named' grep '^warning \[traced\] LD_PRELOAD is set (libjemalloc' "$tmp/preloaded"
if setarch -R true 2>/dev/null; then # containers may forbid it
    setarch -R "$tare" doctor >"$tmp/fixed" 2>/dev/null
    check 'a fixed layout is seen' grep '^info \[aslr\] addresses are not randomised' "$tmp/fixed"
else
    skip 'a fixed layout is seen' 'setarch -R does not work here'
fi
