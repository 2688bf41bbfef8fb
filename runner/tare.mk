# SPDX-License-Identifier: MIT
# Gives a Makefile the targets `bench`, `bench-baseline`, `bench-compare`, `bench-suite` and
# `bench-alloc`. Three lines:
#
#     TARE_SOURCES = src/parse.c src/parse_bench.c
#     TARE_CFLAGS = -Isrc
#     include $(shell pkg-config --variable=mk tare)
#
# TARE_SOURCES: the sources with cases and all that they need, in C and C++ (.cc, .cpp). None may
# have a main(), unless it calls tare_main(). TARE_CFLAGS, TARE_LIBS: what they take beyond CFLAGS,
# CXXFLAGS, CPPFLAGS and LDFLAGS; archives by their paths, so that a new one is linked. TARE_NAME:
# what the suite is called in the store, if not like this directory. Then
#
#     make bench ARGS="--list"            runs the suite; all output is under build/tare/
#     make bench-baseline                 keeps RUNS=3 runs and the suite, with what bench-suite
#                                         builds, in the store, .tare/
#     make bench-baseline REASON="..."    the same for code that is slower on purpose
#     make bench-compare                  measures, and fails if the code got slower
#     make bench-suite                    builds what `tare gate` compares: the suite, and beside it
#                                         .p16, .p32 and .p48, with all functions so many bytes
#                                         further on
#     make bench-alloc                    links a static suite once more, as .alloc beside it, which
#                                         --allocs needs to count there
#
# Each function lies on a page of its own, see pages.awk. Linkers that take no such script (gold,
# mold) need TARE_PAGES=no; the gate then takes for slower code what only lies elsewhere.

TARE_B        ?= build/tare
TARE_PKG      ?= pkg-config
TARE          ?= tare
TARE_STORE    ?= .tare
TARE_NAME     ?= $(shell basename -- "$$(pwd)" | tr -c 'A-Za-z0-9._\n-' _)
TARE_PAGES    ?= yes
READELF       ?= readelf
RUNS          ?= 3
TARE_AWK_     := $(dir $(lastword $(MAKEFILE_LIST)))pages.awk
TARE_GOAL_    := $(.DEFAULT_GOAL)

# Functions at fixed alignments and in sections of their own: a change in one does not move others.
TARE_ALIGN_    = -falign-functions=64 -ffunction-sections
TARE_OPTIM_    = $(or $(1),-O2 -g) $(TARE_CFLAGS) $(TARE_ALIGN_)
TARE_FLAGS_    = $(CPPFLAGS) $(TARE_OPTIM_) -DTARE_ENABLE -DTARE_ALIGNED=64 \
                 -DTARE_OPTIONS='"$(subst ',,$(subst ",,$(TARE_OPTIM_)))"' \
                 $(shell $(TARE_PKG) --cflags tare) -MMD -MP
TARE_OBJECTS_  = $(addprefix $(TARE_B)/obj/,$(addsuffix .o,$(TARE_SOURCES)))
TARE_LINK_     = $(if $(filter-out %.c,$(TARE_SOURCES)),$(CXX) $(CXXFLAGS),$(CC) $(CFLAGS)) $(LDFLAGS)
TARE_END_      = $(TARE_LIBS) $(shell $(TARE_PKG) --libs tare)
TARE_ARCHIVES_ = $(filter %.a %.o %.so,$(TARE_LIBS)) \
                 $(wildcard $(shell $(TARE_PKG) --variable=libdir tare)/libtare.a)
TARE_PROGRAM_ := $(TARE_B)/$(TARE_NAME)
TARE_PAGED_    = $(filter yes,$(TARE_PAGES))
TARE_PHASES_   = $(if $(TARE_PAGED_),$(addprefix $(TARE_PROGRAM_).p,16 32 48))

# Links the target with all functions so many bytes further on, and with what is named besides.
define TARE_LINK_AT_
$(if $(TARE_PAGED_),$(READELF) -SW $(TARE_OBJECTS_) $(filter %.a,$(TARE_LIBS)) | \
    awk -v phase=$(1) -f $(TARE_AWK_) >$@.ld)
$(TARE_LINK_) $(TARE_PAGED_:yes=-Wl,-T,$@.ld) -o $@ $(2) $(TARE_OBJECTS_) $(TARE_END_)
endef

.PHONY: bench
bench: $(TARE_PROGRAM_)
	$< $(ARGS)

.PHONY: bench-baseline
bench-baseline: $(TARE_PROGRAM_) $(TARE_PHASES_)
	@rm -rf $(TARE_B)/runs && mkdir -p $(TARE_B)/runs
	@for run in $$(seq $(RUNS)); do \
	    echo "run $$run of $(RUNS)" >&2; $< $(ARGS) --json $(TARE_B)/runs/$$run.json || exit; done
	$(TARE) baseline $(if $(REASON),accept --reason '$(subst ','\'',$(REASON))',add --init) \
	    --program $< --store $(TARE_STORE) $(TARE_B)/runs/*.json

.PHONY: bench-compare
bench-compare: $(TARE_PROGRAM_)
	$< $(ARGS) --json $(TARE_B)/new.json
	$(TARE) compare --store $(TARE_STORE) $(TARE_B)/new.json

.PHONY: bench-suite
bench-suite: $(TARE_PROGRAM_) $(TARE_PHASES_)

.PHONY: bench-alloc
bench-alloc: $(TARE_PROGRAM_).alloc

$(TARE_PROGRAM_): $(TARE_OBJECTS_) $(TARE_ARCHIVES_) $(TARE_B)/obj/flags
	$(call TARE_LINK_AT_,0)

$(TARE_PHASES_): $(TARE_PROGRAM_).p%: $(TARE_PROGRAM_)
	$(call TARE_LINK_AT_,$*)

$(TARE_PROGRAM_).alloc: $(TARE_PROGRAM_)
	$(call TARE_LINK_AT_,0,$(shell $(TARE_PKG) --variable=allocs tare))

$(TARE_B)/obj/%.c.o: %.c $(TARE_B)/obj/flags
	@mkdir -p $(@D)
	$(CC) $(call TARE_FLAGS_,$(CFLAGS)) -c $< -o $@

$(TARE_B)/obj/%.cc.o: %.cc $(TARE_B)/obj/flags
	@mkdir -p $(@D)
	$(CXX) $(call TARE_FLAGS_,$(CXXFLAGS)) -c $< -o $@

$(TARE_B)/obj/%.cpp.o: %.cpp $(TARE_B)/obj/flags
	@mkdir -p $(@D)
	$(CXX) $(call TARE_FLAGS_,$(CXXFLAGS)) -c $< -o $@

# Other sources, another compiler or other flags: everything is built again.
TARE_STAMP_    = $(TARE_SOURCES) $(CC) $(call TARE_FLAGS_,$(CFLAGS)) $(CXX) \
                 $(call TARE_FLAGS_,$(CXXFLAGS)) $(TARE_LINK_) $(TARE_END_) $(TARE_PAGES)
$(TARE_B)/obj/flags: tare-force
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(TARE_STAMP_))' >$@.new
	@cmp -s $@.new $@ || cp $@.new $@
.PHONY: tare-force

-include $(patsubst %.o,%.d,$(TARE_OBJECTS_))

.DEFAULT_GOAL := $(TARE_GOAL_)
