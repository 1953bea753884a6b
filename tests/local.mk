# Tests.  Unit tests: this is the only list; tests/unit/suites.def, which the
# runner includes, is made from it.

unit_TESTS = \
	tests/unit/base/arena_test.c \
	tests/unit/base/buf_test.c \
	tests/unit/base/child_test.c \
	tests/unit/base/confine_test.c \
	tests/unit/base/cursor_test.c \
	tests/unit/base/error_test.c \
	tests/unit/gzip/gzip_test.c \
	tests/unit/gzip/inflate_test.c \
	tests/unit/base/intern_test.c \
	tests/unit/base/io_test.c \
	tests/unit/base/map_test.c \
	tests/unit/base/mem_test.c \
	tests/unit/base/out_test.c \
	tests/unit/base/paths_test.c \
	tests/unit/base/phrases_test.c \
	tests/unit/base/piece_hash_test.c \
	tests/unit/base/radix_test.c \
	tests/unit/base/regex_test.c \
	tests/unit/gzip/stream_test.c \
	tests/unit/gzip/zlib_stream_test.c \
	tests/unit/gzip/zstd_frames_test.c \
	tests/unit/base/suggest_test.c \
	tests/unit/base/text_test.c \
	tests/unit/base/units_test.c \
	tests/unit/base/vec_test.c \
	tests/unit/cli/complete_test.c \
	tests/unit/command/options_test.c \
	tests/unit/host/sandbox_test.c \
	tests/unit/cli/arguments_test.c \
	tests/unit/host/choose_test.c \
	tests/unit/host/screen_test.c \
	tests/unit/host/terminal_test.c \
	tests/unit/command/option_values_test.c \
	tests/unit/command/query_test.c \
	tests/unit/export/id_set_test.c \
	tests/unit/export/moment_test.c \
	tests/unit/export/sql_filter_test.c \
	tests/unit/export/table_text_test.c \
	tests/unit/draw/dot_test.c \
	tests/unit/draw/chart_test.c \
	tests/unit/draw/flame_json_test.c \
	tests/unit/draw/flame_text_test.c \
	tests/unit/graph/entropy_test.c \
	tests/unit/graph/flame_tree_test.c \
	tests/unit/graph/stack_groups_test.c \
	tests/unit/graph/stack_keys_test.c \
	tests/unit/graph/package_test.c \
	tests/unit/compare/changes_test.c \
	tests/unit/graph/graph_test.c \
	tests/unit/graph/order_test.c \
	tests/unit/graph/sums_test.c \
	tests/unit/graph/tags_test.c \
	tests/unit/graph/view_test.c \
	tests/unit/format/proto_reread_test.c \
	tests/unit/profile/compatible_test.c \
	tests/unit/format/damaged_test.c \
	tests/unit/profile/filter_test.c \
	tests/unit/profile/filter_tags_test.c \
	tests/unit/format/folded_read_test.c \
	tests/unit/format/hostile_test.c \
	tests/unit/profile/ids_test.c \
	tests/unit/profile/join_test.c \
	tests/unit/format/legacy_cpu_test.c \
	tests/unit/format/legacy_go_test.c \
	tests/unit/format/legacy_heap_test.c \
	tests/unit/format/legacy_maps_test.c \
	tests/unit/profile/merge_test.c \
	tests/unit/format/perf_script_test.c \
	tests/unit/format/rows_read_test.c \
	tests/unit/format/proto_oracle_test.c \
	tests/unit/format/proto_read_test.c \
	tests/unit/format/proto_refuse_test.c \
	tests/unit/profile/sample_index_test.c \
	tests/unit/profile/samples_test.c \
	tests/unit/profile/sampling_test.c \
	tests/unit/profile/label_units_test.c \
	tests/unit/fetch/address_test.c \
	tests/unit/fetch/decoding_test.c \
	tests/unit/fetch/symbolz_test.c \
	tests/unit/fetch/url_test.c \
	tests/unit/format/pull_test.c \
	tests/unit/format/recorders_test.c \
	tests/unit/format/spaces_test.c \
	tests/unit/format/v8_read_test.c \
	tests/unit/render/json_writer_test.c \
	tests/unit/report/diff_test.c \
	tests/unit/session/session_test.c \
	tests/unit/report/list_test.c \
	tests/unit/web/birth_test.c \
	tests/unit/web/cache_test.c \
	tests/unit/web/guard_test.c \
	tests/unit/web/job_test.c \
	tests/unit/web/links_test.c \
	tests/unit/web/params_test.c \
	tests/unit/web/settings_test.c \
	tests/unit/insight/budget_test.c \
	tests/unit/insight/ladder_test.c \
	tests/unit/stats/estimate_test.c \
	tests/unit/stats/lifetime_test.c \
	tests/unit/shell/complete_test.c \
	tests/unit/shell/history_test.c \
	tests/unit/shell/line_test.c \
	tests/unit/stats/noise_test.c \
	tests/unit/stats/slope_test.c \
	tests/unit/base/beneath_test.c \
	tests/unit/disasm/aarch64_test.c \
	tests/unit/disasm/decode_test.c \
	tests/unit/disasm/float_stack_test.c \
	tests/unit/disasm/vectors_test.c \
	tests/unit/symbolize/demangle_test.c \
	tests/unit/symbolize/go_frames_test.c \
	tests/unit/symbolize/reader_test.c \
	tests/unit/symbolize/resolve_test.c \
	tests/unit/symbolize/section_stream_test.c \
	tests/unit/source/go_places_test.c \
	tests/unit/source/source_test.c

# What the tests of profiles share.
unit_HELPERS = \
	tests/unit/ask_program.c \
	tests/unit/ask_program.h \
	tests/unit/chance.c \
	tests/unit/compare.c \
	tests/unit/compare.h \
	tests/unit/describe.c \
	tests/unit/dump.c \
	tests/unit/steps.c \
	tests/unit/helpers.h \
	tests/unit/pack_section.c \
	tests/unit/pack_section.h \
	tests/unit/tree.c \
	tests/unit/tree.h \
	tests/unit/format/legacy_dump.c \
	tests/unit/format/legacy_dump.h \
	tests/unit/wire.c

if HAVE_CHECK
check_PROGRAMS += tests/unit/run
TESTS += tests/unit/run
endif

tests_unit_run_SOURCES = tests/unit/main.c tests/unit/suites.h \
	$(unit_HELPERS) $(unit_TESTS)
nodist_tests_unit_run_SOURCES = tests/unit/suites.def
nodist_EXTRA_tests_unit_run_SOURCES = force.cxx
tests_unit_run_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit \
	-I$(builddir)/tests/unit $(CHECK_CFLAGS)
tests_unit_run_LDADD = $(LDADD) $(CHECK_LIBS)

tests/unit/suites.def: $(srcdir)/tests/local.mk
	$(AM_V_GEN)$(MKDIR_P) tests/unit && \
	for file in $(unit_TESTS); do echo $$file; done | sed \
		's,^tests/unit/\(.*\)/\(.*\)_test\.c$$,SUITE(\1\, \2),' >$@

$(tests_unit_run_OBJECTS): tests/unit/suites.def
CLEANFILES += tests/unit/suites.def

# Runs that are made to fail.
check_PROGRAMS += tests/inject/inject
TESTS += tests/inject/inject
tests_inject_inject_SOURCES = tests/inject/cases.def tests/inject/inject.c \
	tests/inject/refuse.c tests/inject/refuse.def tests/inject/refuse.h
nodist_EXTRA_tests_inject_inject_SOURCES = force.cxx
tests_inject_inject_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests
tests_inject_inject_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=open,--wrap=openat \
	-Wl,--wrap=read,--wrap=write,--wrap=mkostemp,--wrap=mkostemps \
	-Wl,--wrap=rename,--wrap=fchmod,--wrap=pipe2,--wrap=fork \
	-Wl,--wrap=pthread_create,--wrap=memfd_create,--wrap=pread \
	-Wl,--wrap=mmap,--wrap=fallocate

# A server that is refused memory.
if MICROHTTPD
check_PROGRAMS += tests/inject/serve
TESTS += tests/inject/serve
endif
tests_inject_serve_SOURCES = tests/inject/serve.c
nodist_EXTRA_tests_inject_serve_SOURCES = force.cxx
tests_inject_serve_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests

# What reads the sources, or is about other programs, says the same of every
# build: those under a sanitizer leave it to the others.  Names of any bytes in
# tables, and what an engine answers, are read there by fleet.sh, golden cases and
# unit tests.
once_checks = \
	tests/banned.sh \
	tests/contrast.sh \
	tests/coverage.sh \
	tests/docs.sh \
	tests/engines.sh \
	tests/example.sh \
	tests/layers.sh \
	tests/lists.sh \
	tests/oracle.sh \
	tests/raw.sh
dist_check_SCRIPTS += $(once_checks)
if !SANITIZERS
TESTS += $(once_checks)
endif

checks = \
	tests/examples.sh \
	tests/fetch.sh \
	tests/flags.sh \
	tests/fleet.sh \
	tests/go.sh \
	tests/golden/run \
	tests/gzip.sh \
	tests/instructions.sh \
	tests/recipes.sh \
	tests/roundtrip.sh \
	tests/scan.sh \
	tests/schema.sh \
	tests/series.sh \
	tests/shell.sh \
	tests/stack.sh \
	tests/stories.sh \
	tests/sums.sh \
	tests/web.sh
dist_check_SCRIPTS += $(checks) tests/count
TESTS += $(checks)
EXTRA_DIST += \
	tests/analyze.sh \
	tests/floors \
	tests/coverage-of-readers \
	tests/engines.py \
	tests/golden \
	tests/live \
	tests/raw \
	tests/raw.list \
	tests/recipes.py \
	tests/shell.py \
	tests/sums.py \
	tests/unreached \
	tests/valgrind.sh \
	tests/valgrind.supp

AM_TESTS_ENVIRONMENT = \
	PROFQ='$(abs_builddir)/profq'; export PROFQ; \
	TESTDATA='$(abs_srcdir)/testdata'; export TESTDATA; \
	top_srcdir='$(abs_srcdir)'; export top_srcdir; \
	BUILD_KIND=$(PQ_BUILD_KIND) BUILD_CC='$(CC)' BUILD_FLAGS='$(CFLAGS)' \
	BUILD_STATIC='$(PQ_STATIC)' BUILD_CPPFLAGS='$(AM_CPPFLAGS)' \
	BUILD_LINK='$(CXX) $(AM_CXXFLAGS) $(CXXFLAGS) $(AM_LDFLAGS) $(LDFLAGS)' \
	BUILD_LIBS='src/main.$(OBJEXT) $(LDADD) $(LIBS)'; \
	export BUILD_KIND BUILD_CC BUILD_FLAGS BUILD_STATIC BUILD_CPPFLAGS; \
	export BUILD_LINK BUILD_LIBS; \
	CK_DEFAULT_TIMEOUT=60; export CK_DEFAULT_TIMEOUT;
if SANITIZERS
# One process, so that leaks are seen and a report names the test at hand.
AM_TESTS_ENVIRONMENT += CK_FORK=no; export CK_FORK;
endif

# How much it was: a program of Check or a folder of golden cases is one test for
# automake.
check-local: check-TESTS
	@$(srcdir)/tests/count $(TEST_LOGS)
if !HAVE_CHECK
	@echo 'check: the unit tests were left out: configure found no Check'
endif

# The golden cases once more, every run of profq under valgrind.
valgrind = valgrind -q --error-exitcode=99 --leak-check=full \
	--suppressions=$(abs_srcdir)/tests/valgrind.supp
check-valgrind: all
	PROFQ='$(valgrind) $(abs_builddir)/profq -sandbox=false' \
		TESTDATA='$(abs_srcdir)/testdata' $(srcdir)/tests/golden/run

# And cases of a conformance corpus, where there is one.
CORPUS = $(srcdir)/../shared/corpus
check-valgrind-corpus: all
	PROFQ='$(abs_builddir)/profq' $(srcdir)/tests/valgrind.sh $(CORPUS)

# Pages and pictures in Chromium: needs node, npm and Debian's chromium.
browser_tests = tests/browser/flame.test.js tests/browser/svg.test.js \
	tests/browser/web.test.js
EXTRA_DIST += tests/browser/browser.js $(browser_tests)
PLAYWRIGHT = playwright-core@1.48.2
AXE = axe-core@4.10.2

check-browser: all tests/browser/node_modules
	for test in $(browser_tests); do \
		PROFQ='$(abs_builddir)/profq' \
		TESTDATA='$(abs_srcdir)/testdata' \
		NODE_PATH='$(abs_builddir)/tests/browser/node_modules' \
			node --test $(srcdir)/$$test || exit 1; \
	done

tests/browser/node_modules:
	$(AM_V_GEN)$(MKDIR_P) tests/browser && cd tests/browser && \
		npm install --no-audit --no-fund --no-save --loglevel=error \
			--prefix . $(PLAYWRIGHT) $(AXE)

.PHONY: check-valgrind check-valgrind-corpus check-browser
