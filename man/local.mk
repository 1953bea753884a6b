# The manual.  COMMANDS and OPTIONS in it are made from the tables, between
# markers; `make update-docs' renews them, tests/docs.sh compares.

dist_man_MANS = man/profq.1 man/profq-fleet.7 man/profq-formats.5 \
	man/profq-shell.7 man/profq-stories.7

update-docs: all
	UPDATE=1 PROFQ='$(abs_builddir)/profq' top_srcdir='$(abs_srcdir)' \
		$(srcdir)/tests/docs.sh
	UPDATE=1 PROFQ='$(abs_builddir)/profq' top_srcdir='$(abs_srcdir)' \
		TESTDATA='$(abs_srcdir)/testdata' $(srcdir)/tests/stories.sh

.PHONY: update-docs
