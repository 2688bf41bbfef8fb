tare --version | sed "s/[0-9][0-9.]*\$/N/; s/^without \(PAPI\|libcpuid\|valgrind\)/\1 N/"
