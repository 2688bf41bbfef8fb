#!/bin/sh
# SPDX-License-Identifier: MIT
# No case is lost by the linker: units in C and C++, in an archive and in a shared object, with all
# that linkers do to get rid of what nobody seems to use.
# shellcheck disable=SC2086 # flags are words
. tests/header/compilers

unit() { # NAME COMPILER LANGUAGE FLAG...: $tmp/NAME.o from tests/cases/linked.c
    name=$1 compiler=$2 language=$3
    shift 3
    $compiler -x "$language" "$@" -DTARE_ENABLE -DUNIT="$name" -Iinclude -c tests/cases/linked.c \
        -o "$tmp/$name.o"
}

archiver() { # COMPILER FLAGS: an ar that reads its objects, of -flto too
    case $2 in *-flto*) ;; *) echo ar && return ;; esac
    if $1 --version | grep -q clang; then echo llvm-ar; else echo gcc-ar; fi
}

# One unit in C, one in C++, one in an archive that is linked because main calls into it.
build() { # COMPILER FLAGS [LIBRARIES]
    rm -rf "$tmp"/*.o "$tmp/libarchived.a"
    unit plain "$1" c $2 && unit mixed "$1" c++ $2 && unit archived "$1" c $2 &&
        $(archiver "$1" "$2") rcs "$tmp/libarchived.a" "$tmp/archived.o" &&
        $1 $2 -Iinclude -c tests/cases/counter.c -o "$tmp/counter.o" &&
        $1 $2 "$tmp/counter.o" "$tmp/plain.o" "$tmp/mixed.o" "$tmp/libarchived.a" $3 -o "$tmp/program"
}

build_shared() { # COMPILER FLAGS: the same with a fourth unit in a shared object
    unit shared "$1" c $2 -fPIC && $1 $2 -shared "$tmp/shared.o" -o "$tmp/libshared.so" &&
        build "$1" "$2" "-Wl,--no-as-needed $tmp/libshared.so -Wl,-rpath,$tmp"
}

registers() { # UNITS: two cases, one configuration and one group each
    counted=$("$tmp/program") && echo "registered: $counted" &&
        [ "$counted" = "$((2 * $1)) cases, $1 configurations, $1 groups" ]
}

counts() { build "$@" && registers 3; }
counts_shared() { build_shared "$@" && registers 4; }

link_with() { # COMPILER FLAGS
    if ! accepts "$1" $2; then
        skip "all cases register, $1 $2" "the compiler does not link with these flags"
        return
    fi
    if ! command -v "$(archiver "$1" "$2")" >/dev/null; then
        skip "all cases register, $1 $2" "no $(archiver "$1" "$2")"
        return
    fi
    check "all cases register, $1 $2" counts "$1" "$2"
    case $2 in *-static*) return ;; esac
    check "all cases register from a shared object, $1 $2" counts_shared "$1" "$2"
}

drop='-ffunction-sections -fdata-sections -Wl,--gc-sections'
for compiler in $c_compilers; do
    for linker in -fuse-ld=bfd -fuse-ld=lld; do
        link_with "$compiler" "-O0 $linker"
        link_with "$compiler" "-O2 $linker"
        link_with "$compiler" "-O2 $drop $linker"
        link_with "$compiler" "-O2 -flto $linker"
        link_with "$compiler" "-O2 -flto $drop $linker"
        link_with "$compiler" "-O2 -static $drop $linker"
        link_with "$compiler" "-O2 -fvisibility=hidden $drop $linker"
        link_with "$compiler" "-O2 -fsanitize=address $linker"
    done
done
