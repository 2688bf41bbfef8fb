/* SPDX-License-Identifier: MIT
   The library that counting workers preload, as bytes. */

        .section .rodata
        .globl  allocs_library
        .hidden allocs_library
        .globl  allocs_library_end
        .hidden allocs_library_end
        .balign 16
allocs_library:
        .incbin ALLOCS_LIBRARY
allocs_library_end:

        .section .note.GNU-stack,"",%progbits
