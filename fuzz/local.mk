# Fuzz targets; see fuzz/fuzz.h.  replay has them all, libFuzzer one a program.

fuzz_targets = fuzz/cursor.c fuzz/demangle.c fuzz/filters.c fuzz/legacy.c \
	fuzz/options.c fuzz/profile.c fuzz/regex.c fuzz/write.c

check_PROGRAMS += fuzz/replay
TESTS += fuzz/replay
fuzz_replay_SOURCES = fuzz/replay.c fuzz/fixed.h fuzz/fuzz.h \
	fuzz/targets.def $(fuzz_targets)
nodist_EXTRA_fuzz_replay_SOURCES = force.cxx
EXTRA_DIST += fuzz/seeds fuzz/finds

if FUZZING
noinst_PROGRAMS += fuzz/fuzz_cursor fuzz/fuzz_demangle fuzz/fuzz_filters \
	fuzz/fuzz_legacy fuzz/fuzz_options fuzz/fuzz_profile fuzz/fuzz_regex \
	fuzz/fuzz_write
endif

fuzz_fuzz_cursor_SOURCES = fuzz/libfuzzer.c fuzz/cursor.c
nodist_EXTRA_fuzz_fuzz_cursor_SOURCES = force.cxx
fuzz_fuzz_cursor_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_cursor
fuzz_fuzz_cursor_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

fuzz_fuzz_demangle_SOURCES = fuzz/libfuzzer.c fuzz/demangle.c
nodist_EXTRA_fuzz_fuzz_demangle_SOURCES = force.cxx
fuzz_fuzz_demangle_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_demangle
fuzz_fuzz_demangle_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

fuzz_fuzz_legacy_SOURCES = fuzz/libfuzzer.c fuzz/legacy.c
nodist_EXTRA_fuzz_fuzz_legacy_SOURCES = force.cxx
fuzz_fuzz_legacy_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_legacy
fuzz_fuzz_legacy_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

fuzz_fuzz_profile_SOURCES = fuzz/libfuzzer.c fuzz/profile.c
nodist_EXTRA_fuzz_fuzz_profile_SOURCES = force.cxx
fuzz_fuzz_profile_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_profile
fuzz_fuzz_profile_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

fuzz_fuzz_regex_SOURCES = fuzz/libfuzzer.c fuzz/regex.c
nodist_EXTRA_fuzz_fuzz_regex_SOURCES = force.cxx
fuzz_fuzz_regex_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_regex
fuzz_fuzz_regex_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

fuzz_fuzz_filters_SOURCES = fuzz/libfuzzer.c fuzz/filters.c
nodist_EXTRA_fuzz_fuzz_filters_SOURCES = force.cxx
fuzz_fuzz_filters_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_filters
fuzz_fuzz_filters_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

fuzz_fuzz_options_SOURCES = fuzz/libfuzzer.c fuzz/options.c
nodist_EXTRA_fuzz_fuzz_options_SOURCES = force.cxx
fuzz_fuzz_options_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_options
fuzz_fuzz_options_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

fuzz_fuzz_write_SOURCES = fuzz/libfuzzer.c fuzz/write.c
nodist_EXTRA_fuzz_fuzz_write_SOURCES = force.cxx
fuzz_fuzz_write_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_TARGET=fuzz_write
fuzz_fuzz_write_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer

# Fuzzes each target for FUZZ_SECONDS; what it learns stays in the build
# directory, a crash is written to fuzz/finds-NAME-... there.
FUZZ_SECONDS = 60
fuzz: all
if FUZZING
	for file in $(fuzz_targets); do \
		name=`basename $$file .c`; \
		$(MKDIR_P) fuzz/learned/$$name && \
		fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) \
			-artifact_prefix=fuzz/finds-$$name- \
			fuzz/learned/$$name $(srcdir)/fuzz/seeds/$$name || exit 1; \
	done
else
	@echo 'fuzz: configure with --enable-fuzzing CC=clang CXX=clang++' >&2
	@exit 1
endif

.PHONY: fuzz
