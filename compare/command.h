// SPDX-License-Identifier: MIT
// The commands of `tare`. Each gets its own argv, with its name first, and fills in the exit
// status; false with a message is status 2.
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>

#include "errmsg.h"

bool compare_command(int argc, char **argv, int *status, struct errmsg *why);
bool baseline_command(int argc, char **argv, int *status, struct errmsg *why);
bool doctor_command(int argc, char **argv, int *status, struct errmsg *why);
bool gate_command(int argc, char **argv, int *status, struct errmsg *why);
bool merge_command(int argc, char **argv, int *status, struct errmsg *why);
bool selftest_command(int argc, char **argv, int *status, struct errmsg *why);

#endif
