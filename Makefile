# SPDX-License-Identifier: MIT
# make          the library, the comparator and the header's pkg-config file, under build/
# make help     the other targets

CC          ?= cc
AR          ?= ar
LD          ?= ld
OBJCOPY     ?= objcopy
PKG_CONFIG  ?= pkg-config
CFLAGS      ?= -O2 -g
PREFIX      ?= /usr/local
B           ?= build

# Optional libraries: used when found, WITHOUT="libcpuid papi" leaves them out.
WITHOUT     ?=
found        = $(if $(filter $(1),$(WITHOUT)),,$(shell $(PKG_CONFIG) --exists $(1) 2>/dev/null && echo $(1)))
OPTIONAL    := $(call found,libcpuid) $(call found,papi)
PACKAGES    := libcjson libxxhash $(filter libcpuid,$(OPTIONAL))

DEPS_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
DEPS_LIBS   := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null)
HAVE        := $(patsubst libcpuid,-DHAVE_LIBCPUID,$(patsubst papi,-DHAVE_PAPI,$(OPTIONAL)))

WARNINGS    := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
               -Wundef -Wformat=2 -Wvla
ALL_CFLAGS   = -std=c11 -D_GNU_SOURCE -fvisibility=hidden $(WARNINGS) $(CFLAGS) $(SAN) $(HAVE) \
               $(DEPS_CFLAGS) -MMD -MP
SAN         := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer)
LIBS         = $(DEPS_LIBS) -lm -lpthread -ldl

BASE        := $(patsubst %.c,$(B)/%.o,$(wildcard runner/base/*.c))
WORKER      := $(patsubst %.c,$(B)/%.o,$(wildcard runner/worker/*.c))
DRIVE       := $(patsubst %.c,$(B)/%.o,$(wildcard runner/drive/*.c))
COMPARE     := $(patsubst %.c,$(B)/%.o,$(wildcard compare/*.c))

.PHONY: all
all: $(B)/libtare.a $(B)/tare

# The layering: a wrong #include does not compile.
$(B)/runner/base/%.o:   INC := -Iinclude -Irunner/base
$(B)/runner/worker/%.o: INC := -Iinclude -Irunner/base -Irunner/worker
$(B)/runner/drive/%.o:  INC := -Iinclude -Irunner/base -Irunner/drive
$(B)/runner/%.o:        INC := -Iinclude -Irunner/base -Irunner/worker -Irunner/drive
$(B)/compare/%.o:       INC := -Iinclude -Irunner/base -Irunner/drive -Icompare
$(B)/bench/%.o:         INC := -Iinclude
$(B)/tests/%.o:         INC := -Iinclude -Irunner/base -Irunner/worker -Irunner/drive -Icompare -Itests

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(INC) -c $< -o $@

# One object whose only symbols are the header's, and main() in a member of its own.
$(B)/tare_suite.o: $(BASE) $(WORKER) $(DRIVE) $(B)/runner/tare_main.o
	$(LD) -r -o $@ $^
	$(OBJCOPY) --localize-hidden $@

$(B)/libtare.a: $(B)/runner/main.o $(B)/tare_suite.o
	rm -f $@
	$(AR) rcs $@ $^

$(B)/tare: $(COMPARE) $(DRIVE) $(BASE)
	$(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: clean
clean:
	rm -rf $(B)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
