# The manual.  COMMANDS and OPTIONS of profq(1) are made from the tables, between
# markers, and the pages of commands from the tables and doc/: `make update-docs'
# renews them, tests/docs.sh compares.

command_pages = \
	man/profq-callgrind.1 \
	man/profq-check.1 \
	man/profq-churn.1 \
	man/profq-comments.1 \
	man/profq-convert.1 \
	man/profq-diff.1 \
	man/profq-disasm.1 \
	man/profq-dot.1 \
	man/profq-export.1 \
	man/profq-fetch.1 \
	man/profq-flame.1 \
	man/profq-folded.1 \
	man/profq-gif.1 \
	man/profq-help.1 \
	man/profq-info.1 \
	man/profq-ladders.1 \
	man/profq-list.1 \
	man/profq-merge.1 \
	man/profq-pdf.1 \
	man/profq-peek.1 \
	man/profq-png.1 \
	man/profq-proto.1 \
	man/profq-ps.1 \
	man/profq-raw.1 \
	man/profq-schema.1 \
	man/profq-shell.1 \
	man/profq-sites.1 \
	man/profq-sizes.1 \
	man/profq-speedscope.1 \
	man/profq-svg.1 \
	man/profq-symbolize.1 \
	man/profq-tags.1 \
	man/profq-text.1 \
	man/profq-top.1 \
	man/profq-topproto.1 \
	man/profq-traces.1 \
	man/profq-tree.1 \
	man/profq-trend.1 \
	man/profq-triage.1 \
	man/profq-version.1 \
	man/profq-web.1 \
	man/profq-weblist.1

dist_man_MANS = man/profq.1 $(command_pages) man/profq-fleet.7 \
	man/profq-budgets.5 \
	man/profq-formats.5 \
	man/profq-shell.7 man/profq-stories.7 man/profq-topics.7

update-docs: all
	UPDATE=1 PROFQ='$(abs_builddir)/profq' top_srcdir='$(abs_srcdir)' \
		TESTDATA='$(abs_srcdir)/testdata' $(srcdir)/tests/examples.sh
	$(MAKE) $(AM_MAKEFLAGS) all
	UPDATE=1 PROFQ='$(abs_builddir)/profq' top_srcdir='$(abs_srcdir)' \
		$(srcdir)/tests/docs.sh
	UPDATE=1 PROFQ='$(abs_builddir)/profq' top_srcdir='$(abs_srcdir)' \
		TESTDATA='$(abs_srcdir)/testdata' $(srcdir)/tests/stories.sh

.PHONY: update-docs
