# SPDX-License-Identifier: MIT
# Gives a Makefile the target `bench`. Three lines:
#
#     TARE_SOURCES = src/parse.c src/parse_bench.c
#     TARE_CFLAGS = -Isrc
#     include $(shell pkg-config --variable=mk tare)
#
# TARE_SOURCES: the sources with cases and all that they need, in C and C++ (.cc, .cpp). None may
# have a main(), unless it calls tare_main(). TARE_CFLAGS, TARE_LIBS: what they take beyond CFLAGS,
# CXXFLAGS, CPPFLAGS and LDFLAGS. Then `make bench ARGS="--list"`; all output is under build/tare/.

TARE_B        ?= build/tare
TARE_PKG      ?= pkg-config
TARE_GOAL_    := $(.DEFAULT_GOAL)

# Functions at fixed alignments and in sections of their own: a change in one moves the others less.
TARE_ALIGN_    = -falign-functions=64 -ffunction-sections
TARE_OPTIM_    = $(or $(1),-O2 -g) $(TARE_CFLAGS) $(TARE_ALIGN_)
TARE_FLAGS_    = $(CPPFLAGS) $(TARE_OPTIM_) -DTARE_ENABLE -DTARE_ALIGNED=64 \
                 -DTARE_OPTIONS='"$(subst ',,$(subst ",,$(TARE_OPTIM_)))"' \
                 $(shell $(TARE_PKG) --cflags tare) -MMD -MP
TARE_OBJECTS_  = $(addprefix $(TARE_B)/,$(addsuffix .o,$(TARE_SOURCES)))
TARE_LINK_     = $(if $(filter-out %.c,$(TARE_SOURCES)),$(CXX) $(CXXFLAGS),$(CC) $(CFLAGS))

.PHONY: bench
bench: $(TARE_B)/suite
	$< $(ARGS)

$(TARE_B)/suite: $(TARE_OBJECTS_)
	$(TARE_LINK_) $(LDFLAGS) -o $@ $^ $(TARE_LIBS) $(shell $(TARE_PKG) --libs tare)

$(TARE_B)/%.c.o: %.c
	@mkdir -p $(@D)
	$(CC) $(call TARE_FLAGS_,$(CFLAGS)) -c $< -o $@

$(TARE_B)/%.cc.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(call TARE_FLAGS_,$(CXXFLAGS)) -c $< -o $@

$(TARE_B)/%.cpp.o: %.cpp
	@mkdir -p $(@D)
	$(CXX) $(call TARE_FLAGS_,$(CXXFLAGS)) -c $< -o $@

-include $(patsubst %.o,%.d,$(TARE_OBJECTS_))

.DEFAULT_GOAL := $(TARE_GOAL_)
