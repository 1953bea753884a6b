# Texts of the help and of the manual's pages: a file for each command and for
# each topic (src/command/pages.h).

page_texts = doc/commands/callgrind.txt \
	doc/commands/check.txt \
	doc/commands/churn.txt \
	doc/commands/comments.txt \
	doc/commands/convert.txt \
	doc/commands/diff.txt \
	doc/commands/disasm.txt \
	doc/commands/dot.txt \
	doc/commands/export.txt \
	doc/commands/fetch.txt \
	doc/commands/flame.txt \
	doc/commands/folded.txt \
	doc/commands/gif.txt \
	doc/commands/help.txt \
	doc/commands/info.txt \
	doc/commands/ladders.txt \
	doc/commands/list.txt \
	doc/commands/merge.txt \
	doc/commands/pdf.txt \
	doc/commands/peek.txt \
	doc/commands/png.txt \
	doc/commands/proto.txt \
	doc/commands/ps.txt \
	doc/commands/raw.txt \
	doc/commands/schema.txt \
	doc/commands/shell.txt \
	doc/commands/sites.txt \
	doc/commands/sizes.txt \
	doc/commands/speedscope.txt \
	doc/commands/svg.txt \
	doc/commands/symbolize.txt \
	doc/commands/tags.txt \
	doc/commands/text.txt \
	doc/commands/top.txt \
	doc/commands/topproto.txt \
	doc/commands/traces.txt \
	doc/commands/tree.txt \
	doc/commands/trend.txt \
	doc/commands/triage.txt \
	doc/commands/version.txt \
	doc/commands/web.txt \
	doc/commands/weblist.txt \
	doc/topics/exit.txt \
	doc/topics/filters.txt \
	doc/topics/fleet.txt \
	doc/topics/flat.txt \
	doc/topics/formats.txt \
	doc/topics/regex.txt \
	doc/topics/session.txt \
	doc/topics/units.txt

EXTRA_DIST += $(page_texts) doc/pages.awk

# Those of README.md, which is installed, too.
picturesdir = $(docdir)/doc/pictures
dist_pictures_DATA = doc/pictures/leak.svg doc/pictures/trend.svg
