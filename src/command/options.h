/*
 * options.h - every option of a run, and the one way to set them.
 *
 *     struct pq_options o;
 *
 *     pq_options_init(&o);
 *     pq_options_set(&o, "nodecount", "20", err)	for each one given
 *     pq_options_check(&o, &asked, log, err)	once all are set
 *
 * Table:  options.def; a row is one field here, one name there, one line of
 *         the help, of the manual and of the completions.
 * Values: as Go's flag package takes them.  Integers: decimal, 0x 0o 0b or a
 *         leading 0, with _ between digits.  Floats: .5 1e3 0x1p-2 inf nan.
 *         Booleans: 1 t T true TRUE True and 0 f F false FALSE False.
 * Names:  - and _ are alike, so max-memory is max_memory.
 * Owner:  text values point at the strings that were set, which must outlive
 *         the options and end in a NUL; nothing needs a release.
 * Errors: PQ_EUSAGE, in the reference's words where it has any.
 * Source: the reference's flag handling; -sort, -granularity and the group
 *         PROGRAM are this program's own.
 */
#ifndef PQ_COMMAND_OPTIONS_H
#define PQ_COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

enum pq_option_kind {
	PQ_OPTION_BOOL,	 /* bool */
	PQ_OPTION_INT,	 /* int64_t */
	PQ_OPTION_FLOAT, /* double */
	PQ_OPTION_STR,	 /* struct pq_text */
	PQ_OPTION_ENUM,	 /* unsigned: position in the row's choices */
	PQ_OPTION_SIZE,	 /* int64_t: bytes; -1 when empty */
	PQ_OPTION_LIST,	 /* struct pq_text_list */
};

/* The values of an option that may be given several times. */
#define PQ_LIST_MOST 16
struct pq_text_list {
	size_t n;
	struct pq_text at[PQ_LIST_MOST];
};

enum pq_option_scope { PQ_OPTION_VIEW, PQ_OPTION_LINE };

/* Values of ENUM fields, in the order of their choices in options.def. */
enum pq_sort_choice {
	PQ_SORT_FLAT,
	PQ_SORT_CUM,
	PQ_SORT_DELTA, /* this one and those after it: of diff only */
	PQ_SORT_RATIO,
	PQ_SORT_BASE,
	PQ_SORT_NEW,
	PQ_SORT_NAME,
	PQ_SORT_OBJECTS, /* this one and those after it: of sites only */
	PQ_SORT_SPACE,
	PQ_SORT_MEAN,
	PQ_SORT_ALLOC_OBJECTS,
	PQ_SORT_ALLOC_SPACE,
	PQ_SORT_CHURN,
};
enum pq_normalize_choice { PQ_BY_TOTAL, PQ_BY_SECONDS, PQ_BY_SAMPLES };
enum pq_palette_choice { PQ_COLORS_PPROF, PQ_COLORS_COLORBLIND };
enum pq_theme_choice { PQ_COLORS_AUTO, PQ_COLORS_LIGHT, PQ_COLORS_DARK };
enum pq_granularity_choice {
	PQ_BY_FUNCTIONS,
	PQ_BY_FILEFUNCTIONS,
	PQ_BY_FILES,
	PQ_BY_LINES,
	PQ_BY_ADDRESSES,
};
enum pq_format_choice {
	PQ_FORMAT_TEXT,
	PQ_FORMAT_JSON,
	PQ_FORMAT_CSV,
	PQ_FORMAT_TSV,
	PQ_FORMAT_MD,
	PQ_FORMAT_GITHUB, /* this one and those after it: of check only */
	PQ_FORMAT_JUNIT,
	PQ_FORMAT_SARIF,
};
enum pq_orientation_choice { PQ_ORIENTATION_ICICLE, PQ_ORIENTATION_FLAME };
enum pq_scan_choice {
	PQ_SCAN_AUTO,
	PQ_SCAN_HOLD,
	PQ_SCAN_TWICE,
	PQ_SCAN_ONCE,
};
enum pq_compress_choice { PQ_COMPRESS_NONE, PQ_COMPRESS_GZIP };
enum pq_http_token_choice { PQ_TOKEN_AUTO, PQ_TOKEN_OFF };
/* Lines of insight/advice.h: where a person reads, or whoever reads. */
enum pq_notes_choice { PQ_NOTES_AUTO, PQ_NOTES_ALWAYS, PQ_NOTES_NEVER };

enum pq_color_choice { PQ_COLOR_AUTO, PQ_COLOR_ALWAYS, PQ_COLOR_NEVER };

enum pq_option_group {
#define GROUP(id, title) PQ_GROUP_##id,
#define OPT(field, kind, standard, argument, group, scope, help)
#define PICK(field, target, value, group, help)
#define ALIAS(name, field)
#include "command/options.def"
#undef GROUP
#undef OPT
#undef PICK
	PQ_N_GROUPS
};

/* PQ_OPTION_sort, ...: positions in pq_option_table. */
enum pq_option_id {
#define GROUP(id, title)
#define OPT(field, kind, standard, argument, group, scope, help) \
	PQ_OPTION_##field,
#define PICK(field, target, value, group, help) PQ_OPTION_##field,
#include "command/options.def"
#undef OPT
#undef PICK
	PQ_N_OPTIONS
};

#define PQ_FIELD_BOOL bool
#define PQ_FIELD_INT int64_t
#define PQ_FIELD_FLOAT double
#define PQ_FIELD_STR struct pq_text
#define PQ_FIELD_ENUM unsigned
#define PQ_FIELD_SIZE int64_t
#define PQ_FIELD_LIST struct pq_text_list

struct pq_options {
#define OPT(field, kind, standard, argument, group, scope, help) \
	PQ_FIELD_##kind field;
#define PICK(field, target, value, group, help) bool field;
#include "command/options.def"
#undef GROUP
#undef OPT
#undef PICK
#undef ALIAS
	/* set by somebody, be it to its default */
	bool given[PQ_N_OPTIONS];
	/* ENUMs that were given, or picked, before the rules were applied */
	bool settled[PQ_N_OPTIONS];
};

struct pq_option {
	const char *name;
	const char *standard; /* the default; "$NAME": of the environment */
	const char *argument; /* "<n>", "flat|cum"; NULL for BOOL */
	const char *help;
	const char *value; /* PICK: what to set the target to, else NULL */
	unsigned target;   /* PICK: position of the target */
	size_t offset;	   /* the field's, in struct pq_options */
	enum pq_option_kind kind;
	enum pq_option_group group;
	enum pq_option_scope scope;
};

extern const struct pq_option pq_option_table[PQ_N_OPTIONS];
extern const char *const pq_group_titles[PQ_N_GROUPS];

/* The option of that name or alias, without dashes; NULL when none is. */
const struct pq_option *pq_option_find(struct pq_text name);

/* The i-th choice of an ENUM; false when there are not so many. */
bool pq_option_choice(const struct pq_option *option, unsigned i,
		      struct pq_text *choice);

/* Equal but for - and _. */
bool pq_name_equal(struct pq_text a, struct pq_text b);

void pq_options_init(struct pq_options *o);

bool pq_options_set(struct pq_options *o, const char *name, const char *value,
		    struct pq_error *err);

/* The same for an option that was found already. */
bool pq_option_set(struct pq_options *o, const struct pq_option *option,
		   const char *value, struct pq_error *err);

/* The same for a value typed at a prompt: option_values.h has the rules. */
bool pq_option_set_typed(struct pq_options *o, const struct pq_option *option,
			 const char *value, struct pq_error *err);

/* Whether an option has its default value. */
bool pq_option_is_standard(const struct pq_options *o,
			   const struct pq_option *option);

/* Whether an option of kind BOOL is set. */
static inline bool pq_option_is_true(const struct pq_options *o,
				     enum pq_option_id id)
{
	return *(const bool *)((const char *)o + pq_option_table[id].offset);
}

/* The part of the command line that options depend on. */
struct pq_asked {
	unsigned n_formats;  /* reports */
	bool compares;	     /* ... the last of which takes two profiles */
	bool is_about_sites; /* takes the orders of sites */
	bool has_verdict;    /* -exit_code asks for it */
	bool takes_many;     /* a series, or kinds: nothing is subtracted */
	bool loaded;	     /* rules about loading have been applied already */
};

/*
 * The rules between options, in the reference's order.  Afterwards every PICK
 * is carried over to its target and is false again, and an ENUM counts as
 * settled in place of given: a session can set more and check again.  Notes
 * that are no errors go to the log.
 */
bool pq_options_check(struct pq_options *o, const struct pq_asked *asked,
		      struct pq_log *log, struct pq_error *err);

#endif
