# `make bench' times commands on profiles, as the user runs them: the best of
# five.  make bench BENCH_FILES='big.pb.gz' BENCH_COMMANDS='top raw'

EXTRA_PROGRAMS = bench/measure
bench_measure_SOURCES = bench/measure.c
bench_measure_LDADD =
CLEANFILES += bench/measure

BENCH_FILES = $(srcdir)/testdata/stories/*/*.pb.gz
BENCH_COMMANDS = raw top dot

bench: all bench/measure
	@for file in $(BENCH_FILES); do \
		echo "$$file"; \
		for command in $(BENCH_COMMANDS); do \
			printf '%8s' "$$command"; \
			bench/measure "$$file" ./profq $$command "$$file"; \
		done; \
	done

.PHONY: bench
