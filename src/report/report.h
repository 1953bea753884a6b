/*
 * report.h - what every report and every output format is made of.
 *
 * Each is one file with one const object of this type: a build step that
 * turns the view into rows, in the arena given, and steps that print them.
 * No number is computed while printing, so that every front end shows the
 * same result.  It stands here, below report and emit, because both use it
 * and neither may include the other.
 *
 * The other fields say how the command line's settings apply; they are the
 * reference's per-command overrides.
 */
#ifndef PQ_REPORT_REPORT_H
#define PQ_REPORT_REPORT_H

#include "base/log.h"
#include "base/out.h"
#include "base/regex.h"
#include "gzip/io_options.h"
#include "compare/compare.h"
#include "report/legend.h"
#include "report/rows.h"
#include "graph/view.h"
#include "profile/label_units.h"

/* The colors of drawings: red and green, or orange and blue. */
enum pq_palette { PQ_PALETTE_PPROF, PQ_PALETTE_COLORBLIND };
/* The theme of pictures: what the reader's system says, or a fixed one. */
enum pq_theme { PQ_THEME_AUTO, PQ_THEME_LIGHT, PQ_THEME_DARK };
/* Orders of rows that compare; the names are those of -sort. */
enum pq_diff_order {
	PQ_DIFF_BY_DELTA, /* absolute, larger first */
	PQ_DIFF_BY_RATIO, /* growth first, what is new before all */
	PQ_DIFF_BY_BASE,
	PQ_DIFF_BY_NEW,
	PQ_DIFF_BY_NAME,
};

/* For reports that compare two sides. */
struct pq_diff_options {
	struct pq_compare_options compare;
	enum pq_diff_order order;
	bool cumulative; /* verdicts of pictures are of cumulative values */
	bool all;	 /* rows within noise, too */
	struct pq_text threshold;
};

/* Orders of the rows of sites; the names are those of -sort. */
enum pq_sites_order {
	PQ_SITES_BY_OBJECTS,
	PQ_SITES_BY_SPACE,
	PQ_SITES_BY_MEAN,
	PQ_SITES_BY_ALLOC_OBJECTS,
	PQ_SITES_BY_ALLOC_SPACE,
	PQ_SITES_BY_CHURN,
};

/* For reports on heaps and services (insight/), as they were typed. */
struct pq_insight_options {
	struct pq_text by, uptime, budget;
	int64_t limit; /* bytes; -1: not given */
	enum pq_sites_order sites_order;
	double gogc;
	bool fail_on_leak, strict;
	int64_t nodecount; /* -1: not given */
};

/* The input of a report: everything is borrowed for the time of the run. */
struct pq_report_input {
	struct pq_view *view;
	struct pq_profile *profile; /* the view's, to be changed as it ends */
	const struct pq_notes *filters; /* "Active filters:" lines */
	bool compact_labels;		/* leave out the profile's header */
	enum pq_palette palette;
	enum pq_theme theme;
	unsigned layout_seconds; /* most time for drawing */
	size_t label_boxes;	 /* most of them in a picture of a graph */
	struct pq_arena *arena;
	const struct pq_label_units
		*units; /* as the profile had them when loaded */
	/* the regular expression of list, peek, ...; NULL without one */
	struct pq_text argument;
	const struct pq_regex *regex;
	/* for links: it may mean names that labels have a place behind */
	bool takes_names;
	bool only_data;	       /* nobody will ask for text, but for sections */
	struct pq_text output; /* the file that is written; "" is none */
	const struct pq_io_options *io; /* how a file is compressed */
	bool root_at_bottom;		/* for pictures that have a root */
	struct pq_log *log;
	bool verbose; /* how a verdict came about, too */
	/* programs, for who disassembles them */
	struct pq_text binary_path;
	const char *program; /* named on the command line; NULL: none */
	bool trusts_paths, intel_syntax;
	const struct pq_diff_options *diff; /* NULL: there are no two sides */
	const struct pq_joined *joined;	    /* sides or a series, or NULL */
	struct pq_profile *const *kinds;    /* one of each kind */
	const char *const *kind_names;
	size_t n_kinds;
	const struct pq_insight_options *insight;
	void *before; /* made by the report's own step of that name */
};

enum pq_report_granularity {
	PQ_GRANULARITY_AS_SET,
	PQ_GRANULARITY_LINES,
	PQ_GRANULARITY_ADDRESSES,
};

/*
 * A table of a report's data; the first section is called "rows".  put hands
 * all its rows to the writer.
 */
struct pq_section {
	const char *name;
	const char *help;
	const struct pq_column *columns;
	void (*put)(const void *rows, struct pq_rows *w);
};

#define PQ_REPORT_SECTIONS 4

/* How many profiles a report is about, and what they are to each other. */
enum pq_takes {
	PQ_TAKES_ONE,	       /* one; several files are merged */
	PQ_TAKES_SIDES,	       /* an old and a new one, or groups of them */
	PQ_TAKES_ONE_OR_SIDES, /* the latter with -diff */
	PQ_TAKES_BASE,	       /* a new one, and with -base an old one */
	PQ_TAKES_SERIES,       /* snapshots in order of time */
	PQ_TAKES_KINDS,	       /* different profiles of one service */
};

/* How the settings of the command line apply to the view. */
struct pq_report_view {
	bool never_trims;      /* all nodes, whatever -trim says */
	bool never_inlines;    /* as with -noinlines */
	bool with_edges;       /* prints callers and callees */
	bool visual;	       /* a drawing: see pq_view_options */
	bool lists_nodes;      /* rows are nodes, as pq_view_graph lists them */
	bool object_names;     /* mapping files take part in node identity */
	bool stores_noinlines; /* -noinlines changes the profile itself */
	bool finest_unit;      /* the smallest value decides on the unit */
	bool call_tree;	       /* -call_tree applies */
	bool all_types;	       /* shows more than the chosen sample type */
	bool label_units;      /* prints numeric labels */
	bool orders_sites;     /* -sort has the orders of sites */
	bool plain_numbers;    /* see struct pq_filters; not in the reference */
	int default_nodecount; /* when -nodecount is not given; 0: all */
	enum pq_report_granularity granularity;
};

/* Rights that a report wants while it is made (host/sandbox.h). */
struct pq_report_rights {
	bool reads_files; /* sources, or libraries for it */
	bool forks;	  /* does a part of it in a child */
};

struct pq_report {
	enum pq_takes takes;
	struct pq_report_view view;
	struct pq_report_rights rights;
	/*
	 * Further sections are about the rows of the first, and left out where
	 * only a table fits.
	 */
	bool rows_suffice;
	/* Rows of its text end with a name, which a narrow screen may cut. */
	bool names_last;
	/*
	 * Instead of writing to a terminal: a file profileNNN.EXTENSION.
	 * NULL for text.
	 */
	const char *extension;
	/* An output called NAME.svg or NAME.html is a picture. */
	bool draws_by_name;
	bool has_label_boxes; /* draws labels beside nodes: -labels */
	bool has_themes; /* what text prints is light or dark: -theme */
	bool browser; /* written to a temporary file and shown in a browser */
	bool page;    /* the same, but instead of writing to a terminal only */

	/*
	 * With two sides: looks at the profile before filters change it; may be
	 * NULL.
	 */
	void *(*before)(const struct pq_report_input *in, struct pq_error *err);
	/* Rows, in in->arena; NULL with err filled on failure. */
	void *(*build)(const struct pq_report_input *in, struct pq_error *err);
	/* Prints rows; may be asked again, and prints the same again. */
	void (*text)(const void *rows, struct pq_out *out);
	/* Frees what rows hold besides the arena; NULL: nothing. */
	void (*release)(void *rows);
	/*
	 * Facts about all rows, as members of the JSON document: put puts one
	 * row.  A member "total" stands in place of the view's.  May be
	 * empty.
	 */
	struct pq_section head;
	/* The same rows as data; none for binary formats. */
	struct pq_section sections[PQ_REPORT_SECTIONS];
	/* The verdict behind exit status 1; NULL: there is none. */
	bool (*says_no)(const void *rows);
	/* The exit status whatever the options; NULL: 0, or says_no's. */
	int (*status)(const void *rows);
};

/*
 * Appends "; the nearest name is NAME", encoded, where the expression matches
 * no function of the profile and one is near.
 */
void pq_report_append_nearest(struct pq_buf *to,
			      const struct pq_report_input *in);

/*
 * Fails with "no matches found for regexp: ...", and the nearest name; returns
 * NULL.
 */
void *pq_report_no_match(const struct pq_report_input *in,
			 struct pq_error *err);

/* An argument as an address, as Go reads one: 0x401138, 0b1, _ in between. */
bool pq_report_address(struct pq_text text, uint64_t *address);

#endif
