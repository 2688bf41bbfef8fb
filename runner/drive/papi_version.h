// SPDX-License-Identifier: MIT
// Whether PAPI can be loaded here. Never initialises it: only workers may.
#ifndef PAPI_VERSION_H
#define PAPI_VERSION_H

// "PAPI 7.0.0", or NULL: built without it, or the library that it was built for is not installed.
const char *papi_version(void);

#endif
