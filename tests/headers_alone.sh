#!/bin/sh
# SPDX-License-Identifier: MIT
# Each header compiles alone, with the include paths of its own layer.
. tests/tap

for source in runner/base/mem.c runner/worker/serve.c runner/drive/topology.c compare/compare.c compare/decide/match.c \
              compare/gate/gate.c compare/policy/policy.c compare/report/report.c compare/store/store.c; do
    compiler=$(compiler_in "$source")
    for header in "${source%/*}"/*.h; do
        check "$header compiles alone" compiles "$compiler" "${header##*/}"
    done
done
