/*
 * profile.h - one profile in memory: profile.proto with ids made dense.
 *
 * Shape:   samples are packed (samples.h).  Everything else is in arrays; a
 *          reference between them is a position, not an id of the file.
 *          Locations and functions stand in the order in which their ids were
 *          first met; location_order and function_order give the order of the
 *          file, which reports that list them must follow.
 * Strings: a string id is a position in strings; id 0 is the empty text.
 *          Texts are views into the profile's arena and may hold any bytes.
 * Units:   values are in the unit of their sample type.  A profile of two
 *          side by side (join.h) has more values than sample types.
 * Owner:   pq_profile_new and pq_profile_free; all memory is the profile's.
 * Source:  profile.proto and the reference's reading of it.
 */
#ifndef PQ_PROFILE_PROFILE_H
#define PQ_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/notes.h"
#include "base/text.h"
#include "base/vec.h"
#include "profile/samples.h"

#define PQ_NONE UINT32_MAX

struct pq_value_type {
	uint32_t type, unit;
};

struct pq_mapping {
	uint64_t id, start, limit, offset;
	uint32_t file, build_id;
	bool has_functions, has_filenames, has_line_numbers, has_inline_frames;
	/* how names were looked for on this machine; NULL: they were not */
	const char *found;
};

struct pq_function {
	uint64_t id;
	int64_t start_line;
	uint32_t name, system_name, filename;
	bool demangled; /* the system name is not the linker's, but readable */
};

struct pq_line {
	int64_t line, column;
	uint32_t function; /* position, or PQ_NONE */
};

struct pq_location {
	uint64_t id, address;
	uint32_t mapping;    /* position, or PQ_NONE */
	uint32_t first_line; /* lines[first_line ...], innermost first */
	uint32_t n_lines;
	bool folded;
};

struct pq_profile {
	struct pq_arena arena;
	PQ_VEC(struct pq_text) strings;
	PQ_VEC(struct pq_value_type) sample_types;
	PQ_VEC(struct pq_mapping) mappings;
	PQ_VEC(struct pq_function) functions;
	PQ_VEC(uint32_t) function_order;
	PQ_VEC(struct pq_location) locations;
	PQ_VEC(uint32_t) location_order;
	PQ_VEC(struct pq_line) lines;
	PQ_VEC(uint32_t) comments;
	struct pq_samples samples;
	int64_t time_nanos, duration_nanos, period;
	struct pq_value_type period_type;
	uint32_t drop_frames, keep_frames;
	uint32_t default_sample_type, doc_url;
	uint32_t go_version; /* its program's, as far as that was opened */
	/* how the file was read (readers.def); NULL: out of several formats */
	const char *format;
	bool gzipped;
	int64_t digest; /* over its bytes without gzip, where a source wants it */
	/* a mapping is shown by the path that was recorded, wherever its
	 * program was found; the reference, whose formats do not, shows that */
	bool keeps_recorded_paths;
	/* parts the reader left out or could not know, a line each */
	struct pq_notes notes;
	/* said where locations are still without names in the end; or "" */
	struct pq_text note_of_missing_names;
	/* names come from lines that the reference does not read */
	bool symbols_are_extra;
	bool labels_are_extra; /* the same of all labels */
	/* some labels are a zero without a unit, which profile.proto has not */
	bool has_zero_labels;
	/* the only sample type has no name in the file (format/rows_read.h) */
	bool value_is_unnamed;
};

struct pq_profile *pq_profile_new(void);
void pq_profile_free(struct pq_profile *p);

/*
 * A copy that filters may change.  Its texts are those of the original, which
 * must outlive it.
 */
struct pq_profile *pq_profile_clone(const struct pq_profile *p);

static inline struct pq_text pq_string(const struct pq_profile *p, uint32_t id)
{
	return p->strings.at[id];
}

/* Appends a text that already lives as long as the profile. */
uint32_t pq_profile_add_string(struct pq_profile *p, struct pq_text text);
/* Appends a copy made in the profile's arena; "" gives id 0. */
uint32_t pq_profile_copy_string(struct pq_profile *p, struct pq_text text);

static inline const struct pq_line *
pq_location_lines(const struct pq_profile *p, const struct pq_location *l)
{
	static const struct pq_line none;

	/* A profile without lines has no array to point into. */
	return p->lines.at ? p->lines.at + l->first_line : &none;
}

/*
 * While a profile is read, a sample may name what comes after it.  Until then
 * a location has no first line and a function no name.
 */
static inline bool pq_location_is_read(const struct pq_location *l)
{
	return l->first_line != PQ_NONE;
}

static inline bool pq_function_is_read(const struct pq_function *f)
{
	return f && f->name != PQ_NONE;
}

/* The function of a line, or NULL. */
static inline const struct pq_function *
pq_line_function(const struct pq_profile *p, const struct pq_line *line)
{
	return line->function == PQ_NONE ? NULL
					 : &p->functions.at[line->function];
}

/* Takes all functions and lines out; addresses stay. */
void pq_drop_symbols(struct pq_profile *p);

/* Takes the labels off all samples. */
void pq_drop_labels(struct pq_profile *p);

/*
 * Takes off those that profile.proto cannot tell from none: numbers of zero
 * without a unit.  Source: the reference's shell and page, where each report
 * is of a copy that was written and read again; on the command line it is not.
 */
void pq_drop_zero_labels(struct pq_profile *p);

/*
 * Takes the inlined frames out of every location; columns go too, unless they
 * are to be shown.
 */
void pq_keep_outermost_lines(struct pq_profile *p, bool with_columns);

/*
 * Stable sort into the order of the reference's outputs: string labels before
 * numeric ones, keys bytewise; values of one key keep their order.
 */
void pq_labels_sort(const struct pq_profile *p, struct pq_label *labels,
		    size_t n);

#endif
