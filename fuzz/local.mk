# Fuzz targets; see fuzz/fuzz.h.  replay has them all, libFuzzer one a program.

fuzz_targets = fuzz/chrome.c fuzz/compare.c fuzz/container.c fuzz/cursor.c \
	fuzz/demangle.c fuzz/filters.c fuzz/firefox.c fuzz/json.c \
	fuzz/legacy.c fuzz/lines.c fuzz/options.c fuzz/otlp.c \
	fuzz/perf_data.c fuzz/profile.c fuzz/regex.c fuzz/shell.c fuzz/speedscope.c \
	fuzz/symbols.c fuzz/web.c fuzz/write.c

# What targets share.
check_LIBRARIES = fuzz/libfuzz.a
fuzz_libfuzz_a_SOURCES = fuzz/fixed.h fuzz/fuzz.h fuzz/gzip_bytes.c \
	fuzz/gzip_bytes.h fuzz/mutate.c fuzz/mutate.h fuzz/mutate_bytes.c \
	fuzz/readers.c fuzz/readers.h fuzz/strict.h fuzz/strict_callgrind.c \
	fuzz/strict_dot.c fuzz/strict_json.c fuzz/strict_text.c \
	fuzz/strict_xml.c fuzz/targets.def fuzz/wire.c fuzz/wire.h \
	fuzz/writers.c fuzz/writers.h
fuzz_LDADD = fuzz/libfuzz.a $(LDADD)
# One target is built in a fresh tree, too.
$(fuzz_libfuzz_a_OBJECTS): proto/profile.pb-c.h

check_PROGRAMS += fuzz/replay fuzz/mutants
TESTS += fuzz/replay
fuzz_replay_SOURCES = fuzz/replay.c $(fuzz_targets)
nodist_EXTRA_fuzz_replay_SOURCES = force.cxx
fuzz_replay_LDADD = $(fuzz_LDADD)
fuzz_mutants_SOURCES = fuzz/mutants.c
nodist_EXTRA_fuzz_mutants_SOURCES = force.cxx
fuzz_mutants_LDADD = $(fuzz_LDADD)
EXTRA_DIST += fuzz/corpus fuzz/differential fuzz/dict fuzz/finds fuzz/seeds

if FUZZING
noinst_PROGRAMS += fuzz/fuzz_chrome fuzz/fuzz_compare fuzz/fuzz_container \
	fuzz/fuzz_cursor fuzz/fuzz_demangle fuzz/fuzz_filters \
	fuzz/fuzz_firefox fuzz/fuzz_json fuzz/fuzz_legacy fuzz/fuzz_lines \
	fuzz/fuzz_options fuzz/fuzz_otlp fuzz/fuzz_perf_data \
	fuzz/fuzz_profile fuzz/fuzz_regex fuzz/fuzz_shell fuzz/fuzz_speedscope \
	fuzz/fuzz_symbols fuzz/fuzz_web fuzz/fuzz_write
endif

fuzz_profile_mutators = -DFUZZ_MUTATE=fuzz_mutate_profile \
	-DFUZZ_CROSS=fuzz_cross_profiles
fuzz_gzip_mutators = -DFUZZ_MUTATE=fuzz_mutate_gzip

fuzz_fuzz_compare_SOURCES = fuzz/libfuzzer.c fuzz/compare.c
nodist_EXTRA_fuzz_fuzz_compare_SOURCES = force.cxx
fuzz_fuzz_compare_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_compare \
	$(fuzz_profile_mutators)
fuzz_fuzz_compare_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_compare_LDADD = $(fuzz_LDADD)

fuzz_fuzz_container_SOURCES = fuzz/libfuzzer.c fuzz/container.c
nodist_EXTRA_fuzz_fuzz_container_SOURCES = force.cxx
fuzz_fuzz_container_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_container \
	$(fuzz_gzip_mutators)
fuzz_fuzz_container_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_container_LDADD = $(fuzz_LDADD)

fuzz_fuzz_cursor_SOURCES = fuzz/libfuzzer.c fuzz/cursor.c
nodist_EXTRA_fuzz_fuzz_cursor_SOURCES = force.cxx
fuzz_fuzz_cursor_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_cursor
fuzz_fuzz_cursor_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_cursor_LDADD = $(fuzz_LDADD)

fuzz_fuzz_demangle_SOURCES = fuzz/libfuzzer.c fuzz/demangle.c
nodist_EXTRA_fuzz_fuzz_demangle_SOURCES = force.cxx
fuzz_fuzz_demangle_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_demangle
fuzz_fuzz_demangle_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_demangle_LDADD = $(fuzz_LDADD)

fuzz_fuzz_filters_SOURCES = fuzz/libfuzzer.c fuzz/filters.c
nodist_EXTRA_fuzz_fuzz_filters_SOURCES = force.cxx
fuzz_fuzz_filters_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_filters
fuzz_fuzz_filters_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_filters_LDADD = $(fuzz_LDADD)

fuzz_fuzz_json_SOURCES = fuzz/libfuzzer.c fuzz/json.c
nodist_EXTRA_fuzz_fuzz_json_SOURCES = force.cxx
fuzz_fuzz_json_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_json
fuzz_fuzz_json_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_json_LDADD = $(fuzz_LDADD)

fuzz_fuzz_legacy_SOURCES = fuzz/libfuzzer.c fuzz/legacy.c
nodist_EXTRA_fuzz_fuzz_legacy_SOURCES = force.cxx
fuzz_fuzz_legacy_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_legacy
fuzz_fuzz_legacy_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_legacy_LDADD = $(fuzz_LDADD)

fuzz_fuzz_lines_SOURCES = fuzz/libfuzzer.c fuzz/lines.c
nodist_EXTRA_fuzz_fuzz_lines_SOURCES = force.cxx
fuzz_fuzz_lines_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_lines
fuzz_fuzz_lines_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_lines_LDADD = $(fuzz_LDADD)

fuzz_fuzz_web_SOURCES = fuzz/libfuzzer.c fuzz/web.c
nodist_EXTRA_fuzz_fuzz_web_SOURCES = force.cxx
fuzz_fuzz_web_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_web
fuzz_fuzz_web_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_web_LDADD = $(fuzz_LDADD)

fuzz_fuzz_options_SOURCES = fuzz/libfuzzer.c fuzz/options.c
nodist_EXTRA_fuzz_fuzz_options_SOURCES = force.cxx
fuzz_fuzz_options_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_options
fuzz_fuzz_options_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_options_LDADD = $(fuzz_LDADD)

fuzz_fuzz_perf_data_SOURCES = fuzz/libfuzzer.c fuzz/perf_data.c
nodist_EXTRA_fuzz_fuzz_perf_data_SOURCES = force.cxx
fuzz_fuzz_perf_data_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_perf_data
fuzz_fuzz_perf_data_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_perf_data_LDADD = $(fuzz_LDADD)

fuzz_fuzz_speedscope_SOURCES = fuzz/libfuzzer.c fuzz/speedscope.c
nodist_EXTRA_fuzz_fuzz_speedscope_SOURCES = force.cxx
fuzz_fuzz_speedscope_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_speedscope
fuzz_fuzz_speedscope_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_speedscope_LDADD = $(fuzz_LDADD)

fuzz_fuzz_firefox_SOURCES = fuzz/libfuzzer.c fuzz/firefox.c
nodist_EXTRA_fuzz_fuzz_firefox_SOURCES = force.cxx
fuzz_fuzz_firefox_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_firefox
fuzz_fuzz_firefox_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_firefox_LDADD = $(fuzz_LDADD)

fuzz_fuzz_chrome_SOURCES = fuzz/libfuzzer.c fuzz/chrome.c
nodist_EXTRA_fuzz_fuzz_chrome_SOURCES = force.cxx
fuzz_fuzz_chrome_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_chrome
fuzz_fuzz_chrome_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_chrome_LDADD = $(fuzz_LDADD)

fuzz_fuzz_otlp_SOURCES = fuzz/libfuzzer.c fuzz/otlp.c
nodist_EXTRA_fuzz_fuzz_otlp_SOURCES = force.cxx
fuzz_fuzz_otlp_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_otlp
fuzz_fuzz_otlp_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_otlp_LDADD = $(fuzz_LDADD)

fuzz_fuzz_profile_SOURCES = fuzz/libfuzzer.c fuzz/profile.c
nodist_EXTRA_fuzz_fuzz_profile_SOURCES = force.cxx
fuzz_fuzz_profile_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_profile \
	$(fuzz_profile_mutators)
fuzz_fuzz_profile_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_profile_LDADD = $(fuzz_LDADD)

fuzz_fuzz_regex_SOURCES = fuzz/libfuzzer.c fuzz/regex.c
nodist_EXTRA_fuzz_fuzz_regex_SOURCES = force.cxx
fuzz_fuzz_regex_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_regex
fuzz_fuzz_regex_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_regex_LDADD = $(fuzz_LDADD)

fuzz_fuzz_shell_SOURCES = fuzz/libfuzzer.c fuzz/shell.c
nodist_EXTRA_fuzz_fuzz_shell_SOURCES = force.cxx
fuzz_fuzz_shell_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_shell
fuzz_fuzz_shell_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_shell_LDADD = $(fuzz_LDADD)

fuzz_fuzz_symbols_SOURCES = fuzz/libfuzzer.c fuzz/symbols.c
nodist_EXTRA_fuzz_fuzz_symbols_SOURCES = force.cxx
fuzz_fuzz_symbols_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_symbols
fuzz_fuzz_symbols_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_symbols_LDADD = $(fuzz_LDADD)

fuzz_fuzz_write_SOURCES = fuzz/libfuzzer.c fuzz/write.c
nodist_EXTRA_fuzz_fuzz_write_SOURCES = force.cxx
fuzz_fuzz_write_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_write \
	$(fuzz_profile_mutators)
fuzz_fuzz_write_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_fuzz_write_LDADD = $(fuzz_LDADD)

# Fuzzes each target for FUZZ_SECONDS; what it learns stays in the build
# directory, a crash is written to fuzz/finds-NAME-... there.
FUZZ_SECONDS = 60
fuzz: all
if FUZZING
	for file in $(fuzz_targets); do \
		name=`basename $$file .c`; \
		dict=$(srcdir)/fuzz/dict/$$name.dict; \
		if test -f $$dict; then dict=-dict=$$dict; else dict=; fi; \
		$(MKDIR_P) fuzz/learned/$$name && \
		fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) $$dict \
			-rss_limit_mb=1024 -timeout=10 -max_len=8192 \
			-artifact_prefix=fuzz/finds-$$name- \
			fuzz/learned/$$name $(srcdir)/fuzz/corpus/$$name \
			$(srcdir)/fuzz/seeds/$$name || exit 1; \
	done
else
	@echo 'fuzz: configure with --enable-fuzzing CC=clang CXX=clang++' >&2
	@exit 1
endif

# The corpus of each target again, as small as it can be with what was learned:
# files of at most MERGED_BYTES.  Look at them, and take what is worth it.
MERGED_BYTES = 512
fuzz-merge: all
if FUZZING
	for file in $(fuzz_targets); do \
		name=`basename $$file .c`; \
		$(MKDIR_P) fuzz/learned/$$name fuzz/merged/$$name && \
		fuzz/fuzz_$$name -merge=1 -max_len=$(MERGED_BYTES) \
			fuzz/merged/$$name $(srcdir)/fuzz/corpus/$$name \
			$(srcdir)/fuzz/seeds/$$name fuzz/learned/$$name || \
			exit 1; \
	done
else
	@echo 'fuzz-merge: configure as for fuzz' >&2; exit 1
endif

# Against go tool pprof, where it is installed.
MUTANTS = 2000
differential: all fuzz/mutants$(EXEEXT)
	$(srcdir)/fuzz/differential --profq ./profq --mutants fuzz/mutants \
		--count $(MUTANTS) $(srcdir)/testdata/profiles \
		$(srcdir)/testdata/diff $(srcdir)/testdata/formats \
		$(srcdir)/fuzz/seeds || test $$? = 77

.PHONY: fuzz fuzz-merge differential
