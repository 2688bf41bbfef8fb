// SPDX-License-Identifier: MIT
// The command line that measures one trial again, to be pasted into a shell.
#ifndef AGAIN_H
#define AGAIN_H

// That of this command, argv[0] being its name, but with this trial as the only one chosen, new
// coins, and the report on the terminal. Free it.
char *again_command(int argc, char **argv, const char *trial);

#endif
