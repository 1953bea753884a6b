/*
 * firefox_reading.h - what the parts of the Firefox reader share: firefox.c
 * reads the tables, firefox_raw.c those with a schema, firefox_stacks.c makes
 * the profile.  Nobody else includes this.
 */
#ifndef PQ_FORMAT_JSON_FIREFOX_READING_H
#define PQ_FORMAT_JSON_FIREFOX_READING_H

#include "format/json/pull.h"
#include "format/text/builder.h"

/* A column of a table; null is PQ_FIREFOX_NULL. */
#define PQ_FIREFOX_NULL INT64_MIN

struct pq_firefox_column {
	bool is_there;
	PQ_VEC(int32_t) at; /* numbers beyond 32 bits do not occur in these */
};

struct pq_firefox_wide {
	bool is_there;
	PQ_VEC(int64_t) at;
};

/* No index, and null, in a narrow column. */
#define PQ_FIREFOX_NONE (-1)

struct pq_firefox_lib {
	uint32_t path, build_id;
};

/*
 * The tables that may be in a thread or in `shared'.  In raw ones
 * frame_func is the string of a location, and there are no functions.
 */
struct pq_firefox_tables {
	struct pq_firefox_column stack_frame, stack_prefix, stack_offset;
	struct pq_firefox_column frame_func, frame_lib, frame_depth;
	struct pq_firefox_wide frame_address, frame_line;
	struct pq_firefox_column func_name, func_resource, func_file,
		func_source;
	struct pq_firefox_column resource_lib;
	struct pq_firefox_column source_file;
	struct pq_firefox_column strings; /* the profile's, by index */
	PQ_VEC(struct pq_firefox_lib) libs;
	bool has_stacks, has_frames, has_funcs, has_resources, has_sources,
		has_strings, has_libs;
};

/* Meanings of the weights of a thread's samples. */
enum pq_firefox_weight {
	PQ_FIREFOX_SAMPLES,
	PQ_FIREFOX_BYTES,
	PQ_FIREFOX_TRACING_MS,
	PQ_FIREFOX_WEIGHTS
};

struct pq_firefox_thread {
	struct pq_firefox_tables own;
	struct pq_firefox_column stack;
	/* in millionths, and thousandths, of what is written */
	struct pq_firefox_wide weight, cpu;
	enum pq_firefox_weight weight_type;
	uint32_t name, process;	     /* strings; 0: none */
	uint32_t pid_text, tid_text; /* where they are no numbers */
	int64_t pid, tid;	     /* below 0: none */
	bool raw;
};

/* Units of threadCPUDelta that are times. */
enum pq_firefox_cpu_unit { PQ_CPU_UNKNOWN, PQ_CPU_NANOS, PQ_CPU_MICROS };

struct pq_firefox {
	struct pq_pull j;
	struct pq_legacy b;
	struct pq_firefox_tables shared;
	PQ_VEC(struct pq_firefox_thread *) threads;
	struct pq_map mappings; /* by file and build id */
	int64_t interval;	/* nanoseconds; 0: not told */
	enum pq_firefox_cpu_unit cpu_unit;
	int64_t version; /* the processed form's; 0: not told */
	bool has_native_allocations;
};

/*
 * Columns of numbers (firefox_columns.c); a table's end checks that they have
 * one length.
 */
bool pq_firefox_take_column(struct pq_firefox *r, struct pq_firefox_column *to);
bool pq_firefox_take_wide(struct pq_firefox *r, struct pq_firefox_wide *to,
			  int shift);
/* A single number, or null, for a column. */
bool pq_firefox_take_index(struct pq_firefox *r, int32_t *to);
/* The same of a number that was read; false: it is none. */
bool pq_firefox_parse_index(struct pq_text number, int32_t *to);
bool pq_firefox_take_number(struct pq_firefox *r, int shift, int64_t *to);

struct pq_firefox_raw_column {
	const char *name;
	struct pq_firefox_column *narrow; /* or */
	struct pq_firefox_wide *wide;
	int shift;
};

/*
 * A table { "schema": ..., "data": [[...], ...] } (firefox_raw.c), member by
 * member, whichever comes first: rows without their schema are kept.
 */
#define PQ_FIREFOX_COLUMNS_MOST 64

/* A number in a row whose meaning is not known yet. */
struct pq_firefox_cell {
	uint32_t row, at, text; /* the last in pq_firefox_rows.texts */
};

struct pq_firefox_rows {
	const struct pq_firefox_raw_column *columns;
	size_t n;
	/* which column an element of a row is; 0: none, else one more */
	uint8_t schema[PQ_FIREFOX_COLUMNS_MOST];
	bool has_schema;
	uint32_t n_kept;
	PQ_VEC(struct pq_firefox_cell) kept;
	struct pq_arena arena;
	struct pq_intern texts;
};

void pq_firefox_rows_begin(struct pq_firefox_rows *rows,
			   const struct pq_firefox_raw_column *columns,
			   size_t n);
/* The value of "schema" or of "data"; false also for any other key. */
bool pq_firefox_rows_take(struct pq_firefox_rows *rows, struct pq_firefox *r,
			  struct pq_text key);
/* Uses the rows that were kept, when the table ends; releases. */
bool pq_firefox_rows_end(struct pq_firefox_rows *rows, struct pq_firefox *r);

/* A raw frame's location taken apart; what is not there is "" or 0. */
struct pq_firefox_place {
	struct pq_text name, file, lib;
	int64_t line;
};

struct pq_firefox_place pq_firefox_split_location(struct pq_text location);

/* All samples of all threads (firefox_stacks.c). */
bool pq_firefox_make_profile(struct pq_firefox *r);

#endif
