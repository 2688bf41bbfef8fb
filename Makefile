# SPDX-License-Identifier: MIT
# make            the library, the comparator and the pkg-config file, under build/
# make test       all tests; fetches missing packages first (TARE_NO_INSTALL=1 forbids it)
# make bench      builds and runs our own cases, ARGS="--list"; fetches like test
# make bench-baseline   keeps RUNS=3 runs of them in .tare/; REASON="..." for slower code
# make bench-compare    measures them and compares with what is kept
# make bench-suite      builds them for the gate: at four phases, see runner/tare.mk
# make gate       our own cases against those of the commit before; REV=main, ARGS="--filter GLOB"
# make gate-eval  how often the gate is wrong here: appends to DIR=/some/where until stopped
# make check      format, lint, headers, symbols, and the tests again with sanitizers
# make san        the tests with sanitizers; any target can have them: make SANITIZE=thread test
# make test-pmu   our cases on emulated aarch64 machines with counters: tests/pmu/README.md
# make fuzz       looks for inputs that break us, FUZZ_SECONDS=60 for each target; TARGET=document one
# make coverage   the lines that the tests reach, by directory and file
# make bless      rewrites the expectations of the golden tests: look at the diff
# make format     lays out the sources
# make longest    the longest functions
# make install    PREFIX=/usr/local DESTDIR=; and make uninstall
# make clean      removes build/
# make help       this list

CC          ?= cc
AR          ?= ar
LD          ?= ld
OBJCOPY     ?= objcopy
READELF     ?= readelf
PKG_CONFIG  ?= pkg-config
CFLAGS      ?= -O2 -g
PREFIX      ?= /usr/local
BINDIR      ?= $(PREFIX)/bin
LIBDIR      ?= $(PREFIX)/lib
INCLUDEDIR  ?= $(PREFIX)/include
DATADIR     ?= $(PREFIX)/share
comma       := ,
B           ?= build$(if $(SANITIZE),/$(subst $(comma),-,$(SANITIZE)))

# Packages, looked for before anything else because what follows depends on them. Only the README's
# two commands install, and only when make is to do something.
GOALS       := $(filter-out bless clean format help longest uninstall,$(or $(MAKECMDGOALS),all))
STEP        := $(if $(filter test check san coverage $(B)/tests/%,$(GOALS)),test,$(or $(filter fuzz,$(GOALS)),build))
INSTALLING  := $(if $(findstring n,$(firstword -$(MAKEFLAGS))),,$(filter test bench,$(GOALS)))
ifneq ($(GOALS),)
ifneq ($(shell $(if $(INSTALLING),,TARE_NO_INSTALL=1) ci/install-deps $(STEP) >&2 && echo ready),ready)
$(error packages are missing)
endif
endif

# Optional libraries: used when found, WITHOUT="libcpuid papi valgrind" leaves them out.
WITHOUT     ?=
found        = $(if $(filter $(1),$(WITHOUT)),,$(shell $(PKG_CONFIG) --exists $(1) 2>/dev/null && echo $(1)))
header       = $(if $(filter $(1),$(WITHOUT)),,$(shell echo '\#include <$(1)/$(1).h>' | $(CC) -E - >/dev/null 2>&1 && echo $(1)))
OPTIONAL    := $(call found,libcpuid) $(call found,papi) $(call header,valgrind)
PACKAGES    := libcjson libxxhash $(filter libcpuid,$(OPTIONAL))

PAPI_VERSION := $(if $(filter papi,$(OPTIONAL)),$(shell $(PKG_CONFIG) --modversion papi))

DEPS_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
DEPS_LIBS   := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null)
HAVE        := $(patsubst libcpuid,-DHAVE_LIBCPUID,$(patsubst papi,-DHAVE_PAPI=$(PAPI_VERSION),\
               $(patsubst valgrind,-DHAVE_VALGRIND,$(OPTIONAL))))

# Assertions stay on. The library is merged with ld -r, which cannot merge what -flto makes.
WARNINGS    := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
               -Wundef -Wformat=2 -Wvla $(if $(STRICT),-Werror)
SAN         := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
ALL_CFLAGS   = -std=c11 -D_GNU_SOURCE -fvisibility=hidden $(WARNINGS) $(CPPFLAGS) $(CFLAGS) $(SAN) \
               $(HAVE) $(DEPS_CFLAGS) -UNDEBUG -fno-lto -MMD -MP
LIBS         = $(DEPS_LIBS) -lm -lpthread -ldl

# The comparator's parts, and its own few files.
COMPARE_DIRS := compare $(addprefix compare/,decide doctor gate policy report store)

objects      = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)/*.c))
BASE        := $(call objects,runner/base)
WORKER      := $(call objects,runner/worker)
DRIVE       := $(call objects,runner/drive) $(B)/runner/drive/allocs_library.o
COMPARE     := $(foreach dir,$(COMPARE_DIRS),$(call objects,$(dir)))
BENCH       := $(call objects,bench)
PARTS       := $(BASE) $(WORKER) $(DRIVE) $(filter-out %/main.o,$(COMPARE) $(call objects,runner))
UNITS       := $(patsubst %.c,$(B)/%,$(wildcard tests/test_*.c))
EVAL        := $(patsubst %.c,$(B)/%,$(wildcard tests/gate/eval/*.c))
REPLAYS     := $(patsubst tests/fuzz/fuzz_%.c,$(B)/tests/fuzz/replay_%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: all
all: $(B)/libtare.a $(B)/tare_alloc.o $(B)/tare $(B)/tare.pc

# The layering: a wrong #include does not compile.
$(B)/runner/base/%.o:   INC := -Iinclude -Irunner/base
$(B)/runner/worker/%.o: INC := -Iinclude -Irunner/base -Irunner/worker
$(B)/runner/drive/%.o:  INC := -Iinclude -Irunner/base -Irunner/drive
$(B)/runner/alloc/%.o:  INC := -Irunner/worker
$(B)/runner/%.o:        INC := -Iinclude -Irunner/base -Irunner/worker -Irunner/drive
$(B)/compare/%.o:       INC := -Iinclude -Irunner/base -Irunner/drive $(COMPARE_DIRS:%=-I%)
$(B)/bench/%.o:         INC := -Iinclude
$(B)/bench/own_%.o:     INC := -Iinclude -Irunner/base
$(B)/tests/%.o:         INC := -Iinclude -Irunner/base -Irunner/worker -Irunner/drive \
                              $(COMPARE_DIRS:%=-I%) -Itests

# One short line for each step; V=1 shows the commands.
step         = $(if $(V),,@echo '  $(1) $@' &&)

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call step,CC) $(CC) $(ALL_CFLAGS) $(INC) -c $< -o $@

# Another compiler or other flags: everything is built again.
$(B)/flags: force
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS)' >$@
.PHONY: force

# What counts allocations: a library that workers preload, which the driver carries as bytes, and an
# object for the second link of static programs. It is never instrumented itself.
ALLOC       := $(call objects,runner/alloc) $(B)/runner/alloc/alloc_tally.o
$(ALLOC): private ALL_CFLAGS += -fPIC -fno-builtin -fexceptions -ftls-model=initial-exec
$(ALLOC): private override CPPFLAGS := $(filter-out --coverage,$(CPPFLAGS))
$(ALLOC): private SAN :=

$(B)/runner/alloc/alloc_tally.o: runner/worker/alloc_tally.c $(B)/flags
	@mkdir -p $(@D)
	$(call step,CC) $(CC) $(ALL_CFLAGS) $(INC) -c $< -o $@

$(B)/libtare-alloc.so: $(addprefix $(B)/runner/alloc/,alloc_preload.o alloc_tally.o)
	$(call step,LD) $(CC) $(CFLAGS) -shared -s -o $@ $^ -ldl

$(B)/runner/drive/allocs_library.o: runner/drive/allocs_library.S $(B)/libtare-alloc.so
	@mkdir -p $(@D)
	$(call step,AS) $(CC) $(CFLAGS) -DALLOCS_LIBRARY='"$(B)/libtare-alloc.so"' -c $< -o $@

$(B)/tare_alloc.o: $(addprefix $(B)/runner/alloc/,alloc_wrap.o alloc_tally.o)
	$(call step,LD) $(LD) -r -o $@ $^
	@$(OBJCOPY) --localize-hidden $@

# One object whose only symbols are the header's, and main() in a member of its own.
$(B)/tare_suite.o: $(BASE) $(WORKER) $(DRIVE) $(B)/runner/tare_main.o
	$(call step,LD) $(LD) -r -o $@ $^
	@$(OBJCOPY) --localize-hidden $@

$(B)/libtare.a: $(B)/runner/main.o $(B)/tare_suite.o
	@rm -f $@
	$(call step,AR) $(AR) rcs $@ $^

$(B)/tare: $(COMPARE) $(DRIVE) $(BASE)
	$(call step,LD) $(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -o $@ $^ $(LIBS)

VERSION      = $(shell sed -n 's/^.define TARE_VERSION *"\(.*\)"/\1/p' include/tare/bench.h)
$(B)/tare.pc: runner/tare.pc.in force
	@mkdir -p $(@D)
	@sed -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	     -e 's|@DATADIR@|$(DATADIR)|' -e 's|@LIBS@|$(SAN) $(LIBS)|' $< >$@

# ---- Our own cases ------------------------------------------------------------------------------

# What a case says of its own options. Cases of our own modules, own_*.c, see runner/base; those
# modules are hidden inside libtare.a, so they are linked a second time.
CASE_FLAGS  := -falign-functions=64 -ffunction-sections
$(BENCH): ALL_CFLAGS += -DTARE_ENABLE -DTARE_ALIGNED=64 $(CASE_FLAGS) \
                        -DTARE_OPTIONS='"$(subst ",,$(CFLAGS) $(SAN) $(CASE_FLAGS))"'

# How much slower one case is made on purpose; rm $(B)/bench/knob.o before a change.
KNOB        ?= 0
$(B)/bench/knob.o: CPPFLAGS += -DKNOB_PERCENT=$(KNOB)

# Each function of theirs on a page of its own, so many bytes further on.
SUITE       := $(BENCH) $(B)/libtare.a $(B)/parts.a
define link_suite
	@$(READELF) -SW $(BENCH) | awk -v phase=$(1) -f runner/pages.awk >$@.ld
	$(call step,LD) $(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -Wl,-T,$@.ld -o $@ $(SUITE) $(LIBS)
endef
PHASES      := $(addprefix $(B)/bench/suite.p,16 32 48)

$(B)/bench/suite: $(SUITE) runner/pages.awk
	$(call link_suite,0)

$(PHASES): $(B)/bench/suite.p%: $(B)/bench/suite
	$(call link_suite,$*)

.PHONY: bench-suite
bench-suite: $(B)/bench/suite $(PHASES)

.PHONY: bench
bench: $(B)/bench/suite
	@$< $(ARGS)

# What runner/tare.mk gives to others, with the names of this tree.
RUNS        ?= 3
.PHONY: bench-baseline
bench-baseline: $(B)/bench/suite $(PHASES) $(B)/tare
	@rm -rf $(B)/runs && mkdir -p $(B)/runs
	@for run in $$(seq $(RUNS)); do \
	    echo "run $$run of $(RUNS)" >&2; $< $(ARGS) --json $(B)/runs/$$run.json || exit; done
	@$(B)/tare baseline $(if $(REASON),accept --reason '$(subst ','\'',$(REASON))',add --init) \
	    --program $< $(B)/runs/*.json

.PHONY: bench-compare
bench-compare: $(B)/bench/suite $(B)/tare
	@$< $(ARGS) --json $(B)/new.json
	@$(B)/tare compare $(B)/new.json

# Both are built by the same command in their own trees, so an absolute B is for tare alone.
GATE_B      := $(if $(filter /%,$(B)),build,$(B))
.PHONY: gate
gate: $(B)/tare
	@TARE=$< ci/gate $(if $(REV),--base '$(REV)') --suite $(GATE_B)/bench/suite \
	    --build 'make -j$(shell nproc) B=$(GATE_B) bench-suite' -- $(ARGS)

# ---- Tests --------------------------------------------------------------------------------------

# Everything but the two main()s; each test takes what it needs.
$(B)/parts.a: $(PARTS)
	@rm -f $@
	$(call step,AR) $(AR) rcs $@ $^

$(UNITS): $(B)/%: $(B)/%.o $(B)/parts.a
	$(call step,LD) $(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -o $@ $^ $(shell $(PKG_CONFIG) --libs cmocka) $(LIBS)

# What the gate's evaluation is made with.
$(EVAL): $(B)/%: $(B)/%.o $(B)/parts.a
	$(call step,LD) $(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: gate-eval
gate-eval: all $(EVAL)
	@B=$(B) CC="$(CC)" tests/gate/eval/run $(DIR) $(KINDS)

SCRIPTS     := $(wildcard tests/*.sh tests/header/*.sh tests/suite/*.sh tests/store/*.sh tests/gate/*.sh) \
               $(wildcard tests/cli/run tests/adopter/run tests/fuzz/run)
TESTS       ?= $(UNITS) $(SCRIPTS)

# Scripts build with what this build was made with.
RUN_TESTS    = B=$(B) CC="$(CC)" CXX="$(CXX)" CFLAGS="$(CFLAGS)" SANITIZE=$(SANITIZE) STRICT=$(STRICT) tests/run

.PHONY: test
test: all units
	@$(RUN_TESTS) $(TESTS)

.PHONY: units
units: $(UNITS) $(REPLAYS) $(EVAL)

.PHONY: san
san:
	@$(MAKE) SANITIZE=address,undefined STRICT=1 test

# The programs are tested once more, with sanitizers and warnings as errors.
.PHONY: check
check: SAN_B := $(B)/address-undefined
check: all
	@$(MAKE) --no-print-directory SANITIZE=address,undefined STRICT=1 B=$(SAN_B) all units
	@$(RUN_TESTS) ci/layout ci/lint $(filter-out tests/suite/%,$(filter %.sh,$(SCRIPTS))) \
	              $(UNITS:$(B)/%=$(SAN_B)/%) \
	              $(patsubst %,'B=$(SAN_B) SANITIZE=address$(comma)undefined %', \
	                         tests/cli/run tests/fuzz/run $(filter tests/suite/%,$(SCRIPTS)))

.PHONY: test-pmu
test-pmu:
	@$(RUN_TESTS) tests/pmu/run

.PHONY: bless
bless: $(B)/tare
	tests/cli/run --bless

# ---- Fuzzing ------------------------------------------------------------------------------------

# A target is a function that takes bytes. clang's fuzzer looks for those that break it; replay.c,
# which needs nothing, makes a test of those that are known.
FUZZED      := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
TARGET      ?= $(FUZZED)
FUZZ_SECONDS ?= 60
FUZZ_CC     ?= clang
FUZZ_SAN    := fuzzer-no-link,address,undefined,float-cast-overflow
FUZZ_B      := $(B)/fuzz

$(REPLAYS): $(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(B)/parts.a
	$(call step,LD) $(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/parts.a
	$(call step,LD) $(CC) $(CFLAGS) $(SAN) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: fuzz
fuzz:
	@$(MAKE) --no-print-directory CC=$(FUZZ_CC) CFLAGS='-O1 -g' SANITIZE=$(FUZZ_SAN) B=$(FUZZ_B)/objects \
	         $(TARGET:%=$(FUZZ_B)/objects/fuzz_%)
	@for target in $(TARGET); do ci/fuzz $(FUZZ_B) $$target $(FUZZ_SECONDS) || exit; done

# ---- Coverage -----------------------------------------------------------------------------------

# Suites that tests build are not measured, but link with what is.
.PHONY: coverage
coverage:
	@rm -rf $(B)/coverage
	@$(MAKE) --no-print-directory B=$(B)/coverage CFLAGS='-O1 -g' CPPFLAGS=--coverage SANITIZE= \
	         LIBS='$(LIBS) -lgcov' TESTS='$$(UNITS) $$(filter-out $(UNCOUNTED),$$(SCRIPTS))' test; \
	 status=$$?; ci/coverage $(B)/coverage; exit $$status

# Tests that run nothing of ours, or build it in their own way, or break the writing of counts, too.
UNCOUNTED   := tests/headers_alone.sh tests/layers.sh tests/symbols.sh tests/header/% tests/adopter/% \
               tests/store/refused.sh

# ---- The sources --------------------------------------------------------------------------------

SOURCES      = $(shell find include runner compare bench tests -name '*.[ch]')

.PHONY: format
format:
	clang-format -i $(SOURCES)

.PHONY: longest
longest:
	@ci/longest $(SOURCES)

# ---- The rest -----------------------------------------------------------------------------------

.PHONY: install
install: all
	install -Dm644 include/tare/bench.h $(DESTDIR)$(INCLUDEDIR)/tare/bench.h
	install -Dm644 $(B)/libtare.a       $(DESTDIR)$(LIBDIR)/libtare.a
	install -Dm644 $(B)/tare_alloc.o    $(DESTDIR)$(LIBDIR)/tare/tare_alloc.o
	install -Dm644 $(B)/tare.pc         $(DESTDIR)$(LIBDIR)/pkgconfig/tare.pc
	install -Dm644 runner/tare.mk       $(DESTDIR)$(DATADIR)/tare/tare.mk
	install -Dm644 runner/pages.awk     $(DESTDIR)$(DATADIR)/tare/pages.awk
	install -Dm755 $(B)/tare            $(DESTDIR)$(BINDIR)/tare

.PHONY: uninstall
uninstall:
	rm -f $(DESTDIR)$(INCLUDEDIR)/tare/bench.h $(DESTDIR)$(LIBDIR)/libtare.a $(DESTDIR)$(BINDIR)/tare \
	      $(DESTDIR)$(LIBDIR)/pkgconfig/tare.pc $(DESTDIR)$(DATADIR)/tare/tare.mk \
	      $(DESTDIR)$(DATADIR)/tare/pages.awk $(DESTDIR)$(LIBDIR)/tare/tare_alloc.o
	-rmdir $(DESTDIR)$(INCLUDEDIR)/tare $(DESTDIR)$(DATADIR)/tare $(DESTDIR)$(LIBDIR)/tare 2>/dev/null

.PHONY: clean
clean:
	rm -rf $(B)

.PHONY: help
help:
	@sed -n 's/^# make/make/p' Makefile

-include $(shell find $(B) -name '*.d' -type f 2>/dev/null)
