# `make bench' times commands on profiles, as the user runs them: the best of
# five, on what BENCH_DATA names or else on generated profiles:
#
#	make bench BENCH_DATA='big.pb.gz' BENCH_COMMANDS='top raw'
#
# With BENCH_PAIR='before.pb.gz after.pb.gz' comparisons of the two, as well.
#
# `make bench-compare REFERENCE=PROGRAM' does so for another program that takes
# the same words, in turn with profq, and then for the commands of a session and
# the pages of a server on the last profile, which take the other program minutes
# and, for the flame graph, which it has in its page alone, gigabytes.
#
# `make bench-paint REFERENCE=PROGRAM' says how long somebody waits in Chromium for
# the flame graph and after a click (it wants what check-browser does).
#
# `make bench-readme REFERENCE=PROGRAM' measures what README.md says of both.

EXTRA_PROGRAMS = bench/measure
check_PROGRAMS += bench/generate
bench_measure_SOURCES = bench/measure.c
bench_measure_LDADD =
# Linked as C++, as all others are: the flags for linking are for that.
nodist_EXTRA_bench_measure_SOURCES = force.cxx
bench_generate_SOURCES = bench/generate.c
bench_generate_LDADD = $(ZLIB_LIBS)
nodist_EXTRA_bench_generate_SOURCES = force.cxx
dist_noinst_SCRIPTS += bench/paint bench/readme bench/run.sh bench/session \
	bench/web
EXTRA_DIST += bench/README.tsv

bench_profiles = bench/T.pb.gz bench/S.pb.gz bench/M.pb.gz
# comments prints nothing of the samples: what it takes is loading
# no other program has folded, speedscope and flame: those fail there
BENCH_COMMANDS = comments top peek=. tree dot traces raw proto \
	folded speedscope flame callgrind
CLEANFILES += bench/measure $(bench_profiles)

bench/T.pb.gz: bench/generate
	$(AM_V_GEN)bench/generate T $@
bench/S.pb.gz: bench/generate
	$(AM_V_GEN)bench/generate S $@
bench/M.pb.gz: bench/generate
	$(AM_V_GEN)bench/generate M $@

bench_run = BENCH_COMMANDS='$(BENCH_COMMANDS)' BENCH_PAIR='$(BENCH_PAIR)' \
	BENCH_DATA="$${data:-$(bench_profiles)}" $(srcdir)/bench/run.sh ./profq

bench: all bench/measure $(bench_profiles)
	@data='$(BENCH_DATA)'; $(bench_run)

bench-compare: all bench/measure $(bench_profiles)
	@if test -z '$(REFERENCE)'; then \
		echo 'bench-compare: set REFERENCE=PROGRAM' >&2; exit 2; \
	fi
	@data='$(BENCH_DATA)'; $(bench_run) $(REFERENCE)
	@data='$(BENCH_DATA)'; \
		for last in $${data:-$(bench_profiles)}; do :; done; \
		$(srcdir)/bench/session ./profq $(REFERENCE) $$last && \
		$(srcdir)/bench/web ./profq $(REFERENCE) $$last

bench-paint: all tests/browser/node_modules $(bench_profiles)
	NODE_PATH='$(abs_builddir)/tests/browser/node_modules' \
		$(srcdir)/bench/paint ./profq $(or $(REFERENCE),-) \
		bench/S.pb.gz bench/M.pb.gz

# The figures of README.md, on a quiet machine; they are committed with it.
bench-readme: all bench/measure bench/M.pb.gz
	@if test -z '$(REFERENCE)'; then \
		echo 'bench-readme: set REFERENCE=PROGRAM' >&2; exit 2; \
	fi
	$(srcdir)/bench/readme bench/measure ./profq $(REFERENCE) \
		bench/M.pb.gz

.PHONY: bench bench-compare bench-paint bench-readme
