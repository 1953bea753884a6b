# Everything under src: one list per folder, alphabetical, headers included.
# The folders stand in the order of HACKING.md: each includes only those above.

base_SRC = \
	src/base/arena.c \
	src/base/arena.h \
	src/base/banned.h \
	src/base/beneath.c \
	src/base/beneath.h \
	src/base/buf.c \
	src/base/buf.h \
	src/base/child.c \
	src/base/child.h \
	src/base/clock.c \
	src/base/clock.h \
	src/base/confine.c \
	src/base/confine.h \
	src/base/cursor.c \
	src/base/cursor.h \
	src/base/digest.c \
	src/base/digest.h \
	src/base/error.c \
	src/base/error.h \
	src/base/intern.c \
	src/base/intern.h \
	src/base/io.c \
	src/base/io.h \
	src/base/log.c \
	src/base/log.h \
	src/base/map.c \
	src/base/map.h \
	src/base/phrases.c \
	src/base/phrases.h \
	src/base/piece_hash.h \
	src/base/radix.c \
	src/base/radix.h \
	src/base/mem.c \
	src/base/mem.h \
	src/base/notes.c \
	src/base/notes.h \
	src/base/out.c \
	src/base/out.h \
	src/base/paths.c \
	src/base/paths.h \
	src/base/raw.h \
	src/base/regex.h \
	src/base/search.h \
	src/base/regex_re2.cc \
	src/base/sanitized.h \
	src/base/suggest.c \
	src/base/suggest.h \
	src/base/text.c \
	src/base/text.h \
	src/base/thread.c \
	src/base/thread.h \
	src/base/units.c \
	src/base/units.h \
	src/base/vec.c \
	src/base/vec.h

gzip_SRC = \
	src/gzip/gzip.c \
	src/gzip/gzip.h \
	src/gzip/gzip_member.c \
	src/gzip/gzip_member.h \
	src/gzip/inflate.c \
	src/gzip/inflate.h \
	src/gzip/inflate_backend.h \
	src/gzip/inflate_choice.c \
	src/gzip/inflate_thread.c \
	src/gzip/inflate_whole.c \
	src/gzip/inflate_zlib.c \
	src/gzip/io_options.h \
	src/gzip/stream.c \
	src/gzip/stream.h \
	src/gzip/xz_stream.c \
	src/gzip/xz_stream.h \
	src/gzip/zlib_stream.c \
	src/gzip/zlib_stream.h \
	src/gzip/zstd_frames.c \
	src/gzip/zstd_frames.h

if ISAL
gzip_SRC += src/gzip/inflate_isal.c
endif
if LIBDEFLATE
gzip_SRC += src/gzip/inflate_libdeflate.c
endif

stats_SRC = \
	src/stats/binomial.c \
	src/stats/binomial.h \
	src/stats/estimate.c \
	src/stats/estimate.h \
	src/stats/family.c \
	src/stats/family.h \
	src/stats/lifetime.c \
	src/stats/lifetime.h \
	src/stats/noise.c \
	src/stats/noise.h \
	src/stats/slope.c \
	src/stats/slope.h

profile_SRC = \
	src/profile/check.c \
	src/profile/check.h \
	src/profile/compatible.c \
	src/profile/compatible.h \
	src/profile/filter.c \
	src/profile/filter.h \
	src/profile/filter_tags.c \
	src/profile/ids.c \
	src/profile/ids.h \
	src/profile/join.c \
	src/profile/join.h \
	src/profile/kind.c \
	src/profile/kind.h \
	src/profile/label_frames.c \
	src/profile/label_units.c \
	src/profile/label_units.h \
	src/profile/merge.c \
	src/profile/merge.h \
	src/profile/name_match.c \
	src/profile/name_match.h \
	src/profile/profile.c \
	src/profile/profile.h \
	src/profile/prune.c \
	src/profile/prune.h \
	src/profile/sample_index.c \
	src/profile/sample_index.h \
	src/profile/samples.c \
	src/profile/samples.h \
	src/profile/sampling.c \
	src/profile/sampling.h \
	src/profile/scale.c

format_SRC = \
	src/format/folded_read.c \
	src/format/folded_read.h \
	src/format/folded_stacks.c \
	src/format/folded_stacks.h \
	src/format/json.c \
	src/format/json.h \
	src/format/json_head.c \
	src/format/json_head.h \
	src/format/perf_labels.c \
	src/format/perf_labels.h \
	src/format/perf_line.c \
	src/format/perf_line.h \
	src/format/perf_script.c \
	src/format/perf_script.h \
	src/format/preamble.c \
	src/format/preamble.h \
	src/format/proto_read.c \
	src/format/proto_read.h \
	src/format/proto_reading.h \
	src/format/proto_reread.c \
	src/format/proto_sample.c \
	src/format/proto_unpack.c \
	src/format/proto_write.c \
	src/format/proto_write.h \
	src/format/reader.c \
	src/format/reader.h \
	src/format/readers.def \
	src/format/refused.c \
	src/format/refused.h \
	src/format/rows_read.c \
	src/format/rows_read.h \
	src/format/v8_cpu.c \
	src/format/v8_heap.c \
	src/format/v8_nodes.c \
	src/format/v8_nodes.h \
	src/format/v8_read.h

format_otlp_SRC = \
	src/format/otlp/json.c \
	src/format/otlp/message.c \
	src/format/otlp/message.h \
	src/format/otlp/otlp.h \
	src/format/otlp/proto.c

format_perf_SRC = \
	src/format/perf/events.c \
	src/format/perf/folder.c \
	src/format/perf/folder.h \
	src/format/perf/inflate.c \
	src/format/perf/perf_data.c \
	src/format/perf/perf_data.h \
	src/format/perf/reading.h \
	src/format/perf/records.c \
	src/format/perf/replay.c \
	src/format/perf/spaces.c \
	src/format/perf/spaces.h

format_json_SRC = \
	src/format/json/chrome.c \
	src/format/json/chrome.h \
	src/format/json/chrome_samples.c \
	src/format/json/chrome_samples.h \
	src/format/json/decimal.c \
	src/format/json/firefox.c \
	src/format/json/firefox.h \
	src/format/json/firefox_columns.c \
	src/format/json/firefox_raw.c \
	src/format/json/firefox_reading.h \
	src/format/json/firefox_stacks.c \
	src/format/json/pull.c \
	src/format/json/pull.h \
	src/format/json/speedscope.c \
	src/format/json/speedscope.h

format_text_SRC = \
	src/format/stacks/bpftrace.c \
	src/format/stacks/dtrace.c \
	src/format/stacks/mac_sample.c \
	src/format/stacks/named.c \
	src/format/stacks/named.h \
	src/format/text/builder.c \
	src/format/text/builder.h \
	src/format/text/csv.c \
	src/format/text/csv.h \
	src/format/text/drop_frames.c \
	src/format/text/finish.c \
	src/format/text/finish.h \
	src/format/text/go_labels.c \
	src/format/text/go_labels.h \
	src/format/text/lines.c \
	src/format/text/lines.h \
	src/format/text/mappings.c \
	src/format/text/mappings.h \
	src/format/text/maps.c \
	src/format/text/maps.h \
	src/format/text/places.c \
	src/format/text/places.h \
	src/format/text/scan.c \
	src/format/text/scan.h \
	src/format/text/symbols.c \
	src/format/text/symbols.h

format_legacy_SRC = \
	src/format/legacy/contention.c \
	src/format/legacy/count.c \
	src/format/legacy/cpu.c \
	src/format/legacy/goroutines.c \
	src/format/legacy/heap.c \
	src/format/legacy/heap_values.c \
	src/format/legacy/heap_values.h \
	src/format/legacy/java.c \
	src/format/legacy/java.h \
	src/format/legacy/java_symbols.c \
	src/format/legacy/jemalloc.c \
	src/format/legacy/legacy.h \
	src/format/legacy/symbolized.c \
	src/format/legacy/threadz.c

symbolize_SRC = \
	src/symbolize/ask.c \
	src/symbolize/ask.h \
	src/symbolize/binaries.c \
	src/symbolize/binaries.h \
	src/symbolize/go_frames.c \
	src/symbolize/go_frames.h \
	src/symbolize/go_module.c \
	src/symbolize/go_module.h \
	src/symbolize/go_table.c \
	src/symbolize/go_table.h \
	src/symbolize/kallsyms.c \
	src/symbolize/kallsyms.h \
	src/symbolize/local.c \
	src/symbolize/local.h \
	src/symbolize/program.c \
	src/symbolize/program.h \
	src/symbolize/reader.c \
	src/symbolize/reader.h \
	src/symbolize/resolve.c \
	src/symbolize/resolve.h \
	src/symbolize/symbolize.c

symbolize_elf_SRC = \
	src/symbolize/elf/bytes.h \
	src/symbolize/elf/elf_content.c \
	src/symbolize/elf/elf_content.h \
	src/symbolize/elf/elf_file.c \
	src/symbolize/elf/elf_file.h \
	src/symbolize/elf/mini_debug.c \
	src/symbolize/elf/mini_debug.h \
	src/symbolize/elf/plt.c \
	src/symbolize/elf/pointers.c \
	src/symbolize/elf/pointers.h \
	src/symbolize/elf/section_stream.c \
	src/symbolize/elf/section_stream.h \
	src/symbolize/elf/symbols.c \
	src/symbolize/elf/symbols.h \
	src/symbolize/elf/translate.c \
	src/symbolize/elf/translate.h

symbolize_dwarf_SRC = \
	src/symbolize/dwarf/abbrev.c \
	src/symbolize/dwarf/abbrev.h \
	src/symbolize/dwarf/dwarf.h \
	src/symbolize/dwarf/frame_lists.c \
	src/symbolize/dwarf/frame_lists.h \
	src/symbolize/dwarf/function_name.c \
	src/symbolize/dwarf/function_name.h \
	src/symbolize/dwarf/functions.c \
	src/symbolize/dwarf/functions.h \
	src/symbolize/dwarf/lines.c \
	src/symbolize/dwarf/lines.h \
	src/symbolize/dwarf/lookup.c \
	src/symbolize/dwarf/lookup.h \
	src/symbolize/dwarf/ranges.c \
	src/symbolize/dwarf/ranges.h \
	src/symbolize/dwarf/split.c \
	src/symbolize/dwarf/split.h \
	src/symbolize/dwarf/unit.c \
	src/symbolize/dwarf/unit.h

symbolize_demangle_SRC = \
	src/symbolize/demangle/demangle.c \
	src/symbolize/demangle/demangle.h \
	src/symbolize/demangle/demangled.c \
	src/symbolize/demangle/itanium.c \
	src/symbolize/demangle/itanium.h \
	src/symbolize/demangle/punycode.c \
	src/symbolize/demangle/punycode.h \
	src/symbolize/demangle/rust.h \
	src/symbolize/demangle/rust_legacy.c \
	src/symbolize/demangle/rust_v0.c

source_SRC = \
	src/source/go_places.c \
	src/source/go_places.h \
	src/source/source.c \
	src/source/source.h

disasm_SRC = \
	src/disasm/aarch64.c \
	src/disasm/aarch64.h \
	src/disasm/code.c \
	src/disasm/code.h \
	src/disasm/decode.c \
	src/disasm/decode.h \
	src/disasm/float_stack.c \
	src/disasm/float_stack.h \
	src/disasm/vectors.c \
	src/disasm/vectors.h

graph_SRC = \
	src/graph/aggregate.c \
	src/graph/calltree.c \
	src/graph/entropy.c \
	src/graph/entropy.h \
	src/graph/flame_tree.c \
	src/graph/flame_tree.h \
	src/graph/graph.h \
	src/graph/nodes.c \
	src/graph/order.c \
	src/graph/order.h \
	src/graph/package.c \
	src/graph/read_sums.c \
	src/graph/read_sums.h \
	src/graph/redundant.c \
	src/graph/stack_groups.c \
	src/graph/stack_groups.h \
	src/graph/stack_keys.c \
	src/graph/stack_keys.h \
	src/graph/stacks.c \
	src/graph/stacks.h \
	src/graph/sums.c \
	src/graph/sums.h \
	src/graph/tags.c \
	src/graph/tags.h \
	src/graph/trim.c \
	src/graph/trim.h \
	src/graph/view.c \
	src/graph/view.h \
	src/graph/visual.c

compare_SRC = \
	src/compare/buckets.c \
	src/compare/buckets.h \
	src/compare/change_text.c \
	src/compare/change_text.h \
	src/compare/changes.c \
	src/compare/changes.h \
	src/compare/compare.c \
	src/compare/compare.h \
	src/compare/compare_stacks.c \
	src/compare/compare_stacks.h \
	src/compare/facts.c \
	src/compare/judge.c \
	src/compare/judge.h \
	src/compare/process.c \
	src/compare/process.h \
	src/compare/row_counts.c \
	src/compare/row_counts.h \
	src/compare/runtime.c \
	src/compare/runtime.h \
	src/compare/stack_numbers.c \
	src/compare/stack_numbers.h

report_SRC = \
	src/report/cells.c \
	src/report/cells.h \
	src/report/comments.c \
	src/report/diff.c \
	src/report/diff.h \
	src/report/diff_text.c \
	src/report/disasm.c \
	src/report/header.c \
	src/report/header.h \
	src/report/info.c \
	src/report/info.h \
	src/report/info_put.c \
	src/report/labels.c \
	src/report/labels.h \
	src/report/legend.c \
	src/report/legend.h \
	src/report/list.c \
	src/report/missing_sources.c \
	src/report/missing_sources.h \
	src/report/raw.c \
	src/report/report.c \
	src/report/report.h \
	src/report/rows.c \
	src/report/rows.h \
	src/report/tags.c \
	src/report/top.c \
	src/report/traces.c \
	src/report/tree.c \
	src/report/weblist.c \
	src/report/weblist.h \
	src/report/weblist_code.c

insight_SRC = \
	src/insight/advice.c \
	src/insight/advice.h \
	src/insight/budget.c \
	src/insight/budget.h \
	src/insight/cells.c \
	src/insight/cells.h \
	src/insight/check.c \
	src/insight/check.h \
	src/insight/check_rows.c \
	src/insight/check_values.c \
	src/insight/check_values.h \
	src/insight/churn.c \
	src/insight/churn_chart.h \
	src/insight/duration.c \
	src/insight/duration.h \
	src/insight/findings.c \
	src/insight/findings.h \
	src/insight/frames.c \
	src/insight/frames.h \
	src/insight/grouping.c \
	src/insight/grouping.h \
	src/insight/heap.c \
	src/insight/heap.h \
	src/insight/heap_report.c \
	src/insight/heap_report.h \
	src/insight/ladder.c \
	src/insight/ladder.h \
	src/insight/ladder_rows.c \
	src/insight/ladders.c \
	src/insight/ladders.h \
	src/insight/name_sums.c \
	src/insight/name_sums.h \
	src/insight/site_rows.c \
	src/insight/site_rows.h \
	src/insight/sites.c \
	src/insight/size_chart.c \
	src/insight/size_chart.h \
	src/insight/size_class.c \
	src/insight/size_class.h \
	src/insight/sizes.c \
	src/insight/snapshots.c \
	src/insight/snapshots.h \
	src/insight/trend.c \
	src/insight/trend.h \
	src/insight/trend_rows.c \
	src/insight/trend_rows.h \
	src/insight/triage.c \
	src/insight/triage_cpu.c \
	src/insight/triage_heap.c \
	src/insight/triage_rules.h \
	src/insight/triage_waits.c

render_SRC = \
	src/render/delimited.c \
	src/render/delimited.h \
	src/render/json.c \
	src/render/json.h \
	src/render/json_rows.c \
	src/render/json_rows.h \
	src/render/json_schema.c \
	src/render/json_text.c \
	src/render/json_text.h \
	src/render/json_writer.c \
	src/render/json_writer.h \
	src/render/xml_text.c \
	src/render/xml_text.h

draw_SRC = \
	src/draw/chart.c \
	src/draw/chart.h \
	src/draw/chart_time.c \
	src/draw/charts.h \
	src/draw/churn_svg.c \
	src/draw/dot.c \
	src/draw/dot.h \
	src/draw/dot_builder.c \
	src/draw/dot_builder.h \
	src/draw/dot_diff.c \
	src/draw/dot_diff.h \
	src/draw/dot_rows.c \
	src/draw/dot_tags.c \
	src/draw/dot_tags.h \
	src/draw/dot_text.c \
	src/draw/dot_text.h \
	src/draw/flame.c \
	src/draw/flame_assets.h \
	src/draw/flame_diff.c \
	src/draw/flame_diff.h \
	src/draw/flame_html.c \
	src/draw/flame_json.c \
	src/draw/flame_legend.c \
	src/draw/flame_legend.h \
	src/draw/flame_json.h \
	src/draw/flame_page.h \
	src/draw/flame_svg.c \
	src/draw/flame_text.c \
	src/draw/flame_text.h \
	src/draw/graph_json.c \
	src/draw/graph_json.h \
	src/draw/layout.c \
	src/draw/layout.h \
	src/draw/picture.c \
	src/draw/sizes_svg.c \
	src/draw/svg.c \
	src/draw/svg.h \
	src/draw/theme.c \
	src/draw/theme.h \
	src/draw/trend_svg.c \
	src/draw/weblist.c \
	src/draw/weblist.h \
	src/draw/weblist_html.c

export_SRC = \
	src/export/callgrind.c \
	src/export/check_formats.h \
	src/export/check_github.c \
	src/export/check_junit.c \
	src/export/check_sarif.c \
	src/export/folded.c \
	src/export/id_set.c \
	src/export/id_set.h \
	src/export/identity.c \
	src/export/identity.h \
	src/export/moment.c \
	src/export/moment.h \
	src/export/own_formats.c \
	src/export/own_formats.h \
	src/export/part.c \
	src/export/part.h \
	src/export/proto.c \
	src/export/speedscope.c \
	src/export/sql.h \
	src/export/sql_filter.c \
	src/export/sql_filter.h \
	src/export/sql_load.c \
	src/export/sql_queries.def \
	src/export/sql_question.c \
	src/export/sql_schema.c \
	src/export/sql_text.c \
	src/export/sql_text.h \
	src/export/sql_words.def \
	src/export/table_columns.c \
	src/export/table_columns.h \
	src/export/table_text.c \
	src/export/table_text.h \
	src/export/tables.c \
	src/export/tables.def \
	src/export/tables.h \
	src/export/topproto.c \
	src/export/write_profile.c \
	src/export/write_profile.h

command_SRC = \
	src/command/candidates.c \
	src/command/candidates.h \
	src/command/commands.c \
	src/command/commands.def \
	src/command/commands.h \
	src/command/docs.c \
	src/command/docs.h \
	src/command/fronts.def \
	src/command/help.c \
	src/command/help.h \
	src/command/option_line.c \
	src/command/option_line.h \
	src/command/option_rules.c \
	src/command/option_values.c \
	src/command/option_values.h \
	src/command/options.c \
	src/command/options.def \
	src/command/options.h \
	src/command/pages.c \
	src/command/pages.h \
	src/command/query.c \
	src/command/query.h

fetch_SRC = \
	src/fetch/address.c \
	src/fetch/address.h \
	src/fetch/decoding.c \
	src/fetch/decoding.h \
	src/fetch/fetcher.c \
	src/fetch/fetcher.h \
	src/fetch/http.h \
	src/fetch/saving.c \
	src/fetch/saving.h \
	src/fetch/symbolz.c \
	src/fetch/symbolz.h \
	src/fetch/url.c \
	src/fetch/url.h

if CURL
fetch_SRC += src/fetch/http.c
else
fetch_SRC += src/fetch/http_missing.c
endif

session_SRC = \
	src/session/answer.c \
	src/session/answer.h \
	src/session/export_profiles.c \
	src/session/export_profiles.h \
	src/session/fetched.c \
	src/session/fetched.h \
	src/session/filters.c \
	src/session/filters.h \
	src/session/inputs.c \
	src/session/inputs.h \
	src/session/load.c \
	src/session/load.h \
	src/session/merge_kinds.c \
	src/session/merge_kinds.h \
	src/session/missing_names.c \
	src/session/missing_names.h \
	src/session/prefetch.c \
	src/session/prefetch.h \
	src/session/session.c \
	src/session/session.h \
	src/session/source.c \
	src/session/source.h \
	src/session/view_settings.c \
	src/session/view_settings.h \
	src/session/watch.h

host_SRC = \
	src/host/browser.c \
	src/host/browser.h \
	src/host/choose.c \
	src/host/choose.h \
	src/host/destination.c \
	src/host/destination.h \
	src/host/folders.c \
	src/host/folders.h \
	src/host/message.c \
	src/host/message.h \
	src/host/process.c \
	src/host/process.h \
	src/host/recent.c \
	src/host/recent.h \
	src/host/sandbox.c \
	src/host/sandbox.h \
	src/host/screen.c \
	src/host/screen.h \
	src/host/terminal.c \
	src/host/terminal.h

cli_SRC = \
	src/cli/arguments.c \
	src/cli/arguments.h \
	src/cli/complete.c \
	src/cli/complete.h \
	src/cli/export.c \
	src/cli/export.h \
	src/cli/main.c \
	src/cli/main.h \
	src/cli/named_inputs.c \
	src/cli/named_inputs.h \
	src/cli/output_name.c \
	src/cli/output_name.h \
	src/cli/schema.c \
	src/cli/schema.h \
	src/cli/series.c \
	src/cli/series.h

shell_SRC = \
	src/shell/child.c \
	src/shell/child.h \
	src/shell/complete.c \
	src/shell/complete.h \
	src/shell/edit.h \
	src/shell/help.c \
	src/shell/help.h \
	src/shell/history.c \
	src/shell/history.h \
	src/shell/input.c \
	src/shell/input.h \
	src/shell/line.c \
	src/shell/line.h \
	src/shell/names.c \
	src/shell/names.h \
	src/shell/settings.c \
	src/shell/settings.h \
	src/shell/shell.c \
	src/shell/shell.h \
	src/shell/signals.c \
	src/shell/signals.h \
	src/shell/types.c \
	src/shell/types.h

if LIBEDIT
shell_SRC += src/shell/edit.c
else
shell_SRC += src/shell/edit_none.c
endif

web_SRC = \
	src/web/assets.c \
	src/web/assets.h \
	src/web/birth.c \
	src/web/birth.h \
	src/web/cache.c \
	src/web/cache.h \
	src/web/engine.c \
	src/web/engine.h \
	src/web/facts.c \
	src/web/facts.h \
	src/web/flame.c \
	src/web/flame.h \
	src/web/guard.c \
	src/web/guard.h \
	src/web/job.c \
	src/web/job.h \
	src/web/links.c \
	src/web/links.h \
	src/web/listen.c \
	src/web/listen.h \
	src/web/message.c \
	src/web/message.h \
	src/web/nursery.c \
	src/web/nursery.h \
	src/web/params.c \
	src/web/params.def \
	src/web/params.h \
	src/web/routes.c \
	src/web/routes.def \
	src/web/routes.h \
	src/web/search.c \
	src/web/search.h \
	src/web/settings.c \
	src/web/settings.def \
	src/web/settings.h \
	src/web/socket.c \
	src/web/socket.h \
	src/web/subject.c \
	src/web/subject.h \
	src/web/table.c \
	src/web/table.h \
	src/web/token.c \
	src/web/token.h \
	src/web/worker.c \
	src/web/worker.h

# What talks HTTP; the rest of src/web is built and tested without it.
web_front_SRC = \
	src/web/connections.c \
	src/web/front.h \
	src/web/handlers.c \
	src/web/library.c \
	src/web/library.h \
	src/web/pages.c \
	src/web/questions.c \
	src/web/requests.c \
	src/web/respond.c \
	src/web/serve.c \
	src/web/serve.h

if MICROHTTPD
web_SRC += $(web_front_SRC)
else
EXTRA_DIST += $(web_front_SRC)
endif

noinst_LIBRARIES += libprofq.a
libprofq_a_SOURCES = $(base_SRC) \
	$(gzip_SRC) \
	$(stats_SRC) \
	$(profile_SRC) \
	$(format_SRC) \
	$(format_json_SRC) \
	$(format_otlp_SRC) \
	$(format_perf_SRC) \
	$(format_text_SRC) \
	$(format_legacy_SRC) \
	$(symbolize_SRC) \
	$(symbolize_demangle_SRC) \
	$(symbolize_dwarf_SRC) \
	$(symbolize_elf_SRC) \
	$(source_SRC) \
	$(disasm_SRC) \
	$(graph_SRC) \
	$(compare_SRC) \
	$(report_SRC) \
	$(insight_SRC) \
	$(render_SRC) \
	$(draw_SRC) \
	$(export_SRC) \
	$(command_SRC) \
	$(fetch_SRC) \
	$(session_SRC) \
	$(host_SRC) \
	$(cli_SRC) \
	$(shell_SRC) \
	$(web_SRC)
nodist_libprofq_a_SOURCES = src/command/page_table.c \
	src/draw/flame_assets.c \
	src/web/asset_table.c \
	proto/otlp.pb-c.c proto/otlp.pb-c.h \
	proto/profile.pb-c.c proto/profile.pb-c.h

bin_PROGRAMS += profq
profq_SOURCES = src/main.c
# Never read: makes automake link with the C++ compiler, as RE2 wants.
nodist_EXTRA_profq_SOURCES = force.cxx

# --- generated by protoc-c in the build directory

BUILT_SOURCES += proto/profile.pb-c.h proto/otlp.pb-c.h
CLEANFILES += proto/profile.pb-c.c proto/profile.pb-c.h \
	proto/otlp.pb-c.c proto/otlp.pb-c.h
EXTRA_DIST += proto/profile.proto proto/otlp.proto proto/README.md

proto/profile.pb-c.c: $(srcdir)/proto/profile.proto
	$(AM_V_GEN)$(MKDIR_P) proto && $(PROTOC_C) \
		--proto_path=$(srcdir)/proto --c_out=proto profile.proto

proto/profile.pb-c.h: proto/profile.pb-c.c
	@test -f $@ || { rm -f $<; $(MAKE) $(AM_MAKEFLAGS) $<; }

proto/otlp.pb-c.c: $(srcdir)/proto/otlp.proto
	$(AM_V_GEN)$(MKDIR_P) proto && $(PROTOC_C) \
		--proto_path=$(srcdir)/proto --c_out=proto otlp.proto

proto/otlp.pb-c.h: proto/otlp.pb-c.c
	@test -f $@ || { rm -f $<; $(MAKE) $(AM_MAKEFLAGS) $<; }


# --- texts of the help, a row of a table for each; doc/local.mk lists them

CLEANFILES += src/command/page_table.c

src/command/page_table.c: $(page_texts) $(srcdir)/doc/pages.awk
	$(AM_V_GEN)$(MKDIR_P) src/command && { \
	echo '#include "command/pages.h"'; \
	echo 'const struct pq_page pq_page_table[] = {'; \
	(cd $(srcdir) && LC_ALL=C awk -f doc/pages.awk $(page_texts)); \
	echo '	{ .name = 0 },'; \
	echo '};'; } >$@

# --- styles and scripts of pictures, as C strings

flame_assets = \
	src/draw/assets/chart.css \
	src/draw/assets/color_keys.js \
	src/draw/assets/flame_colors.css \
	src/draw/assets/flame_html.css \
	src/draw/assets/flame_html.js \
	src/draw/assets/flame_svg.css \
	src/draw/assets/flame_svg.js \
	src/draw/assets/graph_colors.css \
	src/draw/assets/graph_svg.js \
	src/draw/assets/inks.css \
	src/draw/assets/look_around.js \
	src/draw/assets/matching.js \
	src/draw/assets/short_names.js \
	src/draw/assets/weblist.css
EXTRA_DIST += $(flame_assets)
CLEANFILES += src/draw/flame_assets.c

# Lines of a script that are comments only stay out of the files, as does what
# stands before a line; what a script exports is for the page, as scripts of a
# picture are no modules.
src/draw/flame_assets.c: $(flame_assets)
	$(AM_V_GEN)$(MKDIR_P) src/draw && { \
	echo '#include "draw/flame_assets.h"'; \
	for file in $(flame_assets); do \
		name=`basename $$file | tr . _`; \
		echo "const char pq_asset_$$name[] ="; \
		sed -e '/^[[:space:]]*\/\//d' -e '/^\/\*.*\*\/$$/d' \
			-e '/^\/\*/,/\*\/$$/d' -e '/^$$/d' \
			-e 's/^export //' -e 's/^	*//' \
			-e 's/[\\"]/\\&/g' \
			-e 's/.*/"&\\n"/' $(srcdir)/$$file; \
		echo ';'; \
	done; } >$@

# --- the page's styles and scripts: a row of a table for each

# Modules stand behind those that they import.
page_modules = \
	src/draw/assets/color_keys.js \
	src/draw/assets/look_around.js \
	src/draw/assets/matching.js \
	src/draw/assets/short_names.js \
	src/web/assets/format.js \
	src/web/assets/state.js \
	src/web/assets/api.js \
	src/web/assets/drawing.js \
	src/web/assets/chart.js \
	src/web/assets/compare.js \
	src/web/assets/filters.js \
	src/web/assets/flame.js \
	src/web/assets/graph.js \
	src/web/assets/keys.js \
	src/web/assets/search.js \
	src/web/assets/start.js \
	src/web/assets/table.js \
	src/web/assets/main.js
page_styles = \
	src/draw/assets/inks.css \
	src/web/assets/page.css \
	src/draw/assets/flame_colors.css \
	src/draw/assets/graph_colors.css \
	src/draw/assets/chart.css
EXTRA_DIST += $(page_modules) src/web/assets/theme.js src/web/assets/page.css \
	src/web/page_css.awk src/web/page_js.awk
CLEANFILES += src/web/asset_table.c src/web/page.css src/web/page.js

# Colors of pictures have one source, which the page has after its own rules.
src/web/page.css: $(page_styles) $(srcdir)/src/web/page_css.awk
	$(AM_V_GEN)$(MKDIR_P) src/web && (cd $(srcdir) && \
		LC_ALL=C awk -f src/web/page_css.awk $(page_styles)) >$@

src/web/page.js: $(page_modules) $(srcdir)/src/web/page_js.awk
	$(AM_V_GEN)$(MKDIR_P) src/web && (cd $(srcdir) && \
		LC_ALL=C awk -f src/web/page_js.awk $(page_modules)) >$@

src/web/asset_table.c: src/web/assets/theme.js src/web/page.css src/web/page.js
	$(AM_V_GEN)$(MKDIR_P) src/web && { \
	echo '#include "web/assets.h"'; \
	echo 'const struct pq_asset pq_asset_table[] = {'; \
	for file in $(srcdir)/src/web/assets/theme.js src/web/page.css \
		src/web/page.js; do \
		case $$file in \
		*.css) type=text/css ;; \
		*) type=text/javascript ;; \
		esac; \
		echo "{ \"`basename $$file`\", \"$$type; charset=utf-8\","; \
		sed -e '/^[[:space:]]*\/\//d' -e '/^$$/d' -e 's/[\\"]/\\&/g' \
			-e 's/??/?""?/g' -e 's/.*/"&\\n"/' \
			$$file; \
		echo '},'; \
	done; \
	echo '{ 0, 0, 0 } };'; \
	} >$@

# For those who ask for profq or one object before `make all' was run.
$(libprofq_a_OBJECTS): proto/profile.pb-c.h proto/otlp.pb-c.h
