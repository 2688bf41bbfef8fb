# SPDX-License-Identifier: MIT
# Reads a report in JSON, then what `contrasts` prints of the same gate. Writes a line for each trial
# to the files `trials` and `contrasts`.

# The text or number behind a key of this row.
function value(key,    at) {
    at = index($0, "\"" key "\":")
    if (!at) return ""
    split(substr($0, at + length(key) + 3), part, /[,"}]+/)
    return part[1] == "" ? part[2] : part[1]
}

BEGIN { printf "" >trials; printf "" >contrasts }

FNR == NR {
    if (/^\{"name":/) { verdict[value("name")] = value("verdict"); epochs[value("name")] = value("new_launches") }
    next
}

# Epochs that longer samples replaced come first and do not count.
{
    if (!($1 in verdict)) { verdict[$1] = $1 ~ /^tare\// ? "sentinel" : "phase"; epochs[$1] = NF - 2 }
    print kind, number, $1, verdict[$1], epochs[$1] + 0, $2, NF - 2 >trials
    line = kind " " number " " $1
    for (i = NF - epochs[$1] + 1; i <= NF; i++) line = line " " $i
    print line >contrasts
}
