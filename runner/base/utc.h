// SPDX-License-Identifier: MIT
// The date, for the reader: never measured with.
#ifndef UTC_H
#define UTC_H

// "2026-12-31T23:59:59Z"; free it.
char *utc_now(void);

#endif
