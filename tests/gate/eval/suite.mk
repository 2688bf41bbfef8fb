# SPDX-License-Identifier: MIT
# What an adopter's Makefile says; for `build`.

TARE_SOURCES = $(SOURCES)
TARE_CFLAGS  = -std=c11 -D_GNU_SOURCE -Ibench $(OPTIONS)
TARE_NAME    = suite
include $(shell pkg-config --variable=mk tare)
