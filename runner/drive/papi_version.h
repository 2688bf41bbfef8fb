// SPDX-License-Identifier: MIT
// Whether PAPI can be loaded here, and counts. This process never initialises it.
#ifndef PAPI_VERSION_H
#define PAPI_VERSION_H

// "PAPI 7.0.0", or NULL: built without it, or the library that it was built for is not installed.
const char *papi_version(void);

// The same if it does not know this CPU, or may not count on it, which a child finds out; NULL: it
// does, or there is none, or it cannot be asked.
const char *papi_refusal(void);

#endif
