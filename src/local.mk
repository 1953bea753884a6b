# Everything under src: one list per folder, alphabetical, headers included.

base_SRC = \
	src/base/arena.c \
	src/base/arena.h \
	src/base/banned.h \
	src/base/buf.c \
	src/base/buf.h \
	src/base/cursor.c \
	src/base/cursor.h \
	src/base/error.c \
	src/base/error.h \
	src/base/gzip.c \
	src/base/gzip.h \
	src/base/gzip_member.c \
	src/base/gzip_member.h \
	src/base/inflate.c \
	src/base/inflate.h \
	src/base/inflate_backend.h \
	src/base/inflate_choice.c \
	src/base/inflate_thread.c \
	src/base/inflate_whole.c \
	src/base/inflate_zlib.c \
	src/base/intern.c \
	src/base/intern.h \
	src/base/io.c \
	src/base/io.h \
	src/base/json.c \
	src/base/json.h \
	src/base/log.c \
	src/base/log.h \
	src/base/map.c \
	src/base/map.h \
	src/base/mem.c \
	src/base/mem.h \
	src/base/out.c \
	src/base/out.h \
	src/base/paths.c \
	src/base/paths.h \
	src/base/raw.h \
	src/base/regex.h \
	src/base/regex_re2.cc \
	src/base/stream.c \
	src/base/stream.h \
	src/base/suggest.c \
	src/base/suggest.h \
	src/base/text.c \
	src/base/text.h \
	src/base/units.c \
	src/base/units.h \
	src/base/vec.c \
	src/base/vec.h

if ISAL
base_SRC += src/base/inflate_isal.c
endif
if LIBDEFLATE
base_SRC += src/base/inflate_libdeflate.c
endif

profile_SRC = \
	src/profile/check.c \
	src/profile/check.h \
	src/profile/compatible.c \
	src/profile/compatible.h \
	src/profile/filter.c \
	src/profile/filter.h \
	src/profile/filter_tags.c \
	src/profile/folded_read.c \
	src/profile/folded_read.h \
	src/profile/ids.c \
	src/profile/ids.h \
	src/profile/join.c \
	src/profile/join.h \
	src/profile/label_frames.c \
	src/profile/legacy/build.c \
	src/profile/legacy/build.h \
	src/profile/legacy/contention.c \
	src/profile/legacy/count.c \
	src/profile/legacy/cpu.c \
	src/profile/legacy/frames.c \
	src/profile/legacy/goroutines.c \
	src/profile/legacy/heap.c \
	src/profile/legacy/heap_values.c \
	src/profile/legacy/heap_values.h \
	src/profile/legacy/java.c \
	src/profile/legacy/java.h \
	src/profile/legacy/java_symbols.c \
	src/profile/legacy/jemalloc.c \
	src/profile/legacy/legacy.h \
	src/profile/legacy/lines.c \
	src/profile/legacy/lines.h \
	src/profile/legacy/maps.c \
	src/profile/legacy/maps.h \
	src/profile/legacy/places.c \
	src/profile/legacy/places.h \
	src/profile/legacy/scan.c \
	src/profile/legacy/scan.h \
	src/profile/legacy/symbols.c \
	src/profile/legacy/symbols.h \
	src/profile/legacy/threadz.c \
	src/profile/merge.c \
	src/profile/merge.h \
	src/profile/names.c \
	src/profile/names.h \
	src/profile/perf_line.c \
	src/profile/perf_line.h \
	src/profile/perf_script.c \
	src/profile/perf_script.h \
	src/profile/profile.c \
	src/profile/profile.h \
	src/profile/proto_again.c \
	src/profile/proto_read.c \
	src/profile/proto_read.h \
	src/profile/proto_reading.h \
	src/profile/proto_sample.c \
	src/profile/proto_unpack.c \
	src/profile/proto_write.c \
	src/profile/proto_write.h \
	src/profile/prune.c \
	src/profile/prune.h \
	src/profile/reader.c \
	src/profile/reader.h \
	src/profile/readers.def \
	src/profile/sample_index.c \
	src/profile/sample_index.h \
	src/profile/samples.c \
	src/profile/samples.h \
	src/profile/sampling.c \
	src/profile/sampling.h \
	src/profile/scale.c \
	src/profile/stranger.c \
	src/profile/stranger.h \
	src/profile/units_of_labels.c \
	src/profile/units_of_labels.h \
	src/profile/url.c \
	src/profile/url.h \
	src/profile/v8_cpu.c \
	src/profile/v8_heap.c \
	src/profile/v8_nodes.c \
	src/profile/v8_nodes.h \
	src/profile/v8_read.h

stats_SRC = \
	src/stats/binomial.c \
	src/stats/binomial.h \
	src/stats/family.c \
	src/stats/family.h \
	src/stats/noise.c \
	src/stats/noise.h

symbolize_SRC = \
	src/symbolize/beneath.c \
	src/symbolize/beneath.h \
	src/symbolize/demangle.c \
	src/symbolize/demangle.h \
	src/symbolize/go_places.c \
	src/symbolize/go_places.h \
	src/symbolize/itanium.c \
	src/symbolize/itanium.h \
	src/symbolize/punycode.c \
	src/symbolize/punycode.h \
	src/symbolize/rust.h \
	src/symbolize/rust_legacy.c \
	src/symbolize/rust_v0.c \
	src/symbolize/source.c \
	src/symbolize/source.h \
	src/symbolize/symbolize.c

graph_SRC = \
	src/graph/aggregate.c \
	src/graph/buckets.c \
	src/graph/buckets.h \
	src/graph/calltree.c \
	src/graph/change_text.c \
	src/graph/change_text.h \
	src/graph/changes.c \
	src/graph/changes.h \
	src/graph/compare.c \
	src/graph/compare.h \
	src/graph/early.c \
	src/graph/early.h \
	src/graph/entropy.c \
	src/graph/entropy.h \
	src/graph/facts.c \
	src/graph/graph.h \
	src/graph/judge.c \
	src/graph/judge.h \
	src/graph/legend.c \
	src/graph/legend.h \
	src/graph/nodes.c \
	src/graph/order.c \
	src/graph/order.h \
	src/graph/process.c \
	src/graph/process.h \
	src/graph/redundant.c \
	src/graph/report.c \
	src/graph/report.h \
	src/graph/rows.c \
	src/graph/rows.h \
	src/graph/runtime.c \
	src/graph/runtime.h \
	src/graph/tags.c \
	src/graph/tags.h \
	src/graph/trim.c \
	src/graph/trim.h \
	src/graph/view.c \
	src/graph/view.h \
	src/graph/visual.c

report_SRC = \
	src/report/cells.c \
	src/report/cells.h \
	src/report/comments.c \
	src/report/diff.c \
	src/report/diff.h \
	src/report/diff_help.c \
	src/report/diff_text.c \
	src/report/header.c \
	src/report/header.h \
	src/report/info.c \
	src/report/info.h \
	src/report/info_put.c \
	src/report/labels.c \
	src/report/labels.h \
	src/report/list.c \
	src/report/raw.c \
	src/report/tags.c \
	src/report/top.c \
	src/report/traces.c \
	src/report/tree.c

emit_SRC = \
	src/emit/callgrind.c \
	src/emit/delimited.c \
	src/emit/delimited.h \
	src/emit/dot.c \
	src/emit/dot.h \
	src/emit/dot_builder.c \
	src/emit/dot_builder.h \
	src/emit/dot_diff.c \
	src/emit/dot_diff.h \
	src/emit/dot_rows.c \
	src/emit/dot_tags.c \
	src/emit/dot_tags.h \
	src/emit/dot_text.c \
	src/emit/dot_text.h \
	src/emit/flame.c \
	src/emit/flame.h \
	src/emit/flame_assets.h \
	src/emit/flame_diff.c \
	src/emit/flame_diff.h \
	src/emit/flame_html.c \
	src/emit/flame_svg.c \
	src/emit/flame_tree.c \
	src/emit/flame_tree.h \
	src/emit/folded.c \
	src/emit/json.c \
	src/emit/json.h \
	src/emit/json_rows.c \
	src/emit/json_rows.h \
	src/emit/json_schema.c \
	src/emit/json_text.c \
	src/emit/json_text.h \
	src/emit/layout.c \
	src/emit/layout.h \
	src/emit/package.c \
	src/emit/picture.c \
	src/emit/proto.c \
	src/emit/speedscope.c \
	src/emit/stacks.c \
	src/emit/stacks.h \
	src/emit/svg.c \
	src/emit/svg.h \
	src/emit/topproto.c \
	src/emit/write_profile.c \
	src/emit/write_profile.h \
	src/emit/xml_text.c \
	src/emit/xml_text.h

cli_SRC = \
	src/cli/ahead.c \
	src/cli/ahead.h \
	src/cli/browser.c \
	src/cli/browser.h \
	src/cli/commands.c \
	src/cli/commands.def \
	src/cli/commands.h \
	src/cli/complete.c \
	src/cli/complete.h \
	src/cli/docs.c \
	src/cli/docs.h \
	src/cli/filters.c \
	src/cli/filters.h \
	src/cli/help.c \
	src/cli/help.h \
	src/cli/load.c \
	src/cli/load.h \
	src/cli/main.c \
	src/cli/main.h \
	src/cli/message.c \
	src/cli/message.h \
	src/cli/options.c \
	src/cli/options.def \
	src/cli/options.h \
	src/cli/outside.c \
	src/cli/outside.h \
	src/cli/rules.c \
	src/cli/run.c \
	src/cli/run.h \
	src/cli/sandbox.c \
	src/cli/sandbox.h \
	src/cli/scan.c \
	src/cli/scan.h \
	src/cli/schema.c \
	src/cli/schema.h \
	src/cli/select.c \
	src/cli/select.h \
	src/cli/sides.c \
	src/cli/sides.h \
	src/cli/state.c \
	src/cli/state.h \
	src/cli/target.c \
	src/cli/target.h \
	src/cli/terminal.c \
	src/cli/terminal.h \
	src/cli/values.c \
	src/cli/values.h

shell_SRC = \
	src/shell/line.c \
	src/shell/line.h \
	src/shell/shell.c \
	src/shell/shell.h

noinst_LIBRARIES += libprofq.a
libprofq_a_SOURCES = $(base_SRC) $(stats_SRC) $(profile_SRC) \
	$(symbolize_SRC) \
	$(graph_SRC) $(report_SRC) $(emit_SRC) $(cli_SRC) $(shell_SRC)
nodist_libprofq_a_SOURCES = src/emit/flame_assets.c proto/profile.pb-c.c proto/profile.pb-c.h

bin_PROGRAMS += profq
profq_SOURCES = src/main.c
# Never read: makes automake link with the C++ compiler, as RE2 wants.
nodist_EXTRA_profq_SOURCES = force.cxx

# --- generated by protoc-c in the build directory

BUILT_SOURCES += proto/profile.pb-c.h
CLEANFILES += proto/profile.pb-c.c proto/profile.pb-c.h
EXTRA_DIST += proto/profile.proto proto/README.md

proto/profile.pb-c.c: $(srcdir)/proto/profile.proto
	$(AM_V_GEN)$(MKDIR_P) proto && $(PROTOC_C) \
		--proto_path=$(srcdir)/proto --c_out=proto profile.proto

proto/profile.pb-c.h: proto/profile.pb-c.c
	@test -f $@ || { rm -f $<; $(MAKE) $(AM_MAKEFLAGS) $<; }

# --- the script inside of svg, as C strings

BUILT_SOURCES += src/emit/svg_js.inc
CLEANFILES += src/emit/svg_js.inc
EXTRA_DIST += src/emit/svg.js

src/emit/svg_js.inc: $(srcdir)/src/emit/svg.js
	$(AM_V_GEN)$(MKDIR_P) src/emit && sed -e '/^[[:space:]]*\/\//d' \
		-e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $(srcdir)/src/emit/svg.js >$@

src/emit/libprofq_a-svg.$(OBJEXT): src/emit/svg_js.inc
# --- styles and scripts of flame graphs, as C strings

flame_assets = \
	src/emit/assets/flame_colors.css \
	src/emit/assets/flame_html.css \
	src/emit/assets/flame_html.js \
	src/emit/assets/flame_svg.css \
	src/emit/assets/flame_svg.js
EXTRA_DIST += $(flame_assets)
CLEANFILES += src/emit/flame_assets.c

# Lines of a script that are comments only stay out of the files.
src/emit/flame_assets.c: $(flame_assets)
	$(AM_V_GEN)$(MKDIR_P) src/emit && { \
	echo '#include "emit/flame_assets.h"'; \
	for file in $(flame_assets); do \
		name=`basename $$file | tr . _`; \
		echo "const char pq_asset_$$name[] ="; \
		sed -e '/^[[:space:]]*\/\//d' -e 's/[\\"]/\\&/g' \
			-e 's/.*/"&\\n"/' $(srcdir)/$$file; \
		echo ';'; \
	done; } >$@

# For those who ask for one object before `make all' was run.
$(libprofq_a_OBJECTS): proto/profile.pb-c.h
