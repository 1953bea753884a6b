#include "format/json/firefox.h"

#include <string.h>

#include "format/json/firefox_reading.h"
#include "format/json_head.h"
#include "format/text/finish.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* Processes have processes of their own in raw profiles. */
#define PROCESSES_DEEP 4

static bool take_strings(struct pq_firefox *r, struct pq_firefox_tables *t)
{
	struct pq_text text;

	/* Strings are interned as they come: the column has their ids. */
	t->has_strings = t->strings.is_there = true;
	t->strings.at.n = 0;
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j))
		if (pq_pull_string(&r->j, &text))
			*pq_vec_push(&t->strings.at) =
				(int32_t)pq_legacy_string(&r->b, text);
	return pq_pull_ok(&r->j);
}

/* ---- tables of columns ---- */

/* A table of columns, and what its raw form has in rows. */
struct table {
	const char *name;
	const struct pq_firefox_raw_column *columns, *rows;
	size_t n_columns, n_rows;
};

static size_t length_of(const struct pq_firefox_raw_column *c)
{
	return c->narrow ? c->narrow->at.n : c->wide->at.n;
}

static bool column_is_there(const struct pq_firefox_raw_column *c)
{
	return c->narrow ? c->narrow->is_there : c->wide->is_there;
}

static bool check_lengths(struct pq_firefox *r, const struct table *t)
{
	const struct pq_firefox_raw_column *first = NULL, *c;

	for (c = t->columns; c < t->columns + t->n_columns; c++) {
		/* Columns that are not there are null in every row. */
		if (!column_is_there(c))
			continue;
		if (!first)
			first = c;
		if (length_of(c) != length_of(first))
			return pq_fail(r->j.err, PQ_EFORMAT,
				       "%s: \"%s\" has %zu elements and \"%s\" "
				       "has %zu",
				       t->name, first->name, length_of(first),
				       c->name, length_of(c));
	}
	return true;
}

/* One of its columns; false: the key is none's, and nothing was taken. */
static bool take_table_column(struct pq_firefox *r, const struct table *t,
			      struct pq_text key)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		const struct pq_firefox_raw_column *c = &t->columns[i];

		if (!pq_text_is(key, c->name))
			continue;
		if (c->narrow)
			pq_firefox_take_column(r, c->narrow);
		else
			pq_firefox_take_wide(r, c->wide, c->shift);
		return true;
	}
	return false;
}

/* Columns of raw tables that have no rows are empty, and yet there. */
static void note_columns(const struct table *t)
{
	for (size_t i = 0; i < t->n_rows; i++) {
		if (t->rows[i].narrow)
			t->rows[i].narrow->is_there = true;
		else
			t->rows[i].wide->is_there = true;
	}
}

static void take_weight_type(struct pq_firefox *r, struct pq_firefox_thread *t)
{
	struct pq_text type;

	if (pq_pull_null(&r->j) || !pq_pull_string(&r->j, &type))
		return;
	if (pq_text_is(type, "bytes"))
		t->weight_type = PQ_FIREFOX_BYTES;
	else if (pq_text_is(type, "tracing-ms"))
		t->weight_type = PQ_FIREFOX_TRACING_MS;
	else if (!pq_text_is(type, "samples"))
		pq_pull_fail(&r->j, "weights of this type are not known");
}

/*
 * A table of a thread, or of `shared' (thread NULL).  Its own members tell
 * whether it is raw: those around it may come later.
 */
static bool take_thread_table(struct pq_firefox *r, const struct table *t,
			      struct pq_firefox_thread *thread)
{
	struct pq_firefox_rows rows;
	struct pq_text key;
	bool raw = false;

	pq_firefox_rows_begin(&rows, t->rows, thread ? t->n_rows : 0);
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (thread && pq_text_is(key, "weightType"))
			take_weight_type(r, thread);
		else if (pq_firefox_rows_take(&rows, r, key))
			raw = true;
		else if (!take_table_column(r, t, key))
			pq_pull_skip(&r->j);
	}
	if (raw) {
		note_columns(t);
		thread->raw = true;
	}
	return pq_firefox_rows_end(&rows, r) && (raw || check_lengths(r, t));
}

#define N_COLUMNS(list) (sizeof(list) / sizeof(*(list)))
#define COLUMNS(list) .columns = (list), .n_columns = N_COLUMNS(list)
#define ROWS(list) .rows = (list), .n_rows = N_COLUMNS(list)

static void take_stacks(struct pq_firefox *r, struct pq_firefox_tables *t,
			struct pq_firefox_thread *thread)
{
	const struct pq_firefox_raw_column columns[] = {
		{ "frame", &t->stack_frame, NULL, 0 },
		{ "prefix", &t->stack_prefix, NULL, 0 },
		{ "prefixOffset", &t->stack_offset, NULL, 0 },
	};
	const struct pq_firefox_raw_column rows[] = {
		{ "frame", &t->stack_frame, NULL, 0 },
		{ "prefix", &t->stack_prefix, NULL, 0 },
	};
	const struct table table = { "stackTable", COLUMNS(columns),
				     ROWS(rows) };

	t->has_stacks = true;
	take_thread_table(r, &table, thread);
}

static void take_frames(struct pq_firefox *r, struct pq_firefox_tables *t,
			struct pq_firefox_thread *thread)
{
	const struct pq_firefox_raw_column columns[] = {
		{ "func", &t->frame_func, NULL, 0 },
		{ "lib", &t->frame_lib, NULL, 0 },
		{ "inlineDepth", &t->frame_depth, NULL, 0 },
		{ "address", NULL, &t->frame_address, 0 },
		{ "line", NULL, &t->frame_line, 0 },
	};
	const struct pq_firefox_raw_column rows[] = {
		{ "location", &t->frame_func, NULL, 0 },
		{ "line", NULL, &t->frame_line, 0 },
	};
	const struct table table = { "frameTable", COLUMNS(columns),
				     ROWS(rows) };

	t->has_frames = true;
	take_thread_table(r, &table, thread);
}

static void take_funcs(struct pq_firefox *r, struct pq_firefox_tables *t)
{
	const struct pq_firefox_raw_column columns[] = {
		{ "name", &t->func_name, NULL, 0 },
		{ "resource", &t->func_resource, NULL, 0 },
		{ "fileName", &t->func_file, NULL, 0 },
		{ "source", &t->func_source, NULL, 0 },
	};
	const struct table table = { "funcTable", COLUMNS(columns) };

	t->has_funcs = true;
	take_thread_table(r, &table, NULL);
}

/* A table of one column. */
static void take_one_column(struct pq_firefox *r, const char *table,
			    const char *name, struct pq_firefox_column *to)
{
	const struct pq_firefox_raw_column column = { name, to, NULL, 0 };
	const struct table t = { .name = table,
				 .columns = &column,
				 .n_columns = 1 };

	take_thread_table(r, &t, NULL);
}

/* ---- libraries ---- */

#define RENEWS                                                               \
	"open it at https://profiler.firefox.com, which reads it, and save " \
	"it there"

/* Before tables there were lists of objects, which nobody writes any more. */
static void fail_old_form(struct pq_firefox *r)
{
	pq_fail(r->j.err, PQ_EFORMAT,
		"a Firefox profile in the form of 2015 or before: " RENEWS);
}

static void put_lower(struct pq_buf *to, struct pq_text t, size_t from,
		      size_t n)
{
	for (size_t i = from; i < from + n; i++)
		pq_buf_char(to, (char)(t.bytes[i] | 0x20));
}

/* Groups of 4, 2 and 2 bytes are turned round; the age stands at the end. */
static void put_breakpad(struct pq_buf *to, struct pq_text t)
{
	static const uint8_t order[] = { 6, 4, 2, 0, 10, 8, 14, 12 };

	if (t.len < 32 || !pq_is_all_hex(t))
		return;
	for (size_t i = 0; i < sizeof(order); i++)
		put_lower(to, t, order[i], 2);
	put_lower(to, t, 16, 16);
}

/* A member of a library that decides what its file is and its build id. */
static void take_lib_member(struct pq_firefox *r, struct pq_text key,
			    struct pq_buf *path, struct pq_buf *code,
			    struct pq_buf *breakpad)
{
	bool is_path = pq_text_is(key, "path"), is_code, is_breakpad;
	struct pq_text text;

	is_code = pq_text_is(key, "codeId");
	is_breakpad = pq_text_is(key, "breakpadId");
	/* The path counts, and the name where there is no path. */
	if (!is_path && !is_code && !is_breakpad &&
	    !(pq_text_is(key, "name") && !path->len)) {
		pq_pull_skip(&r->j);
		return;
	}
	if (pq_pull_null(&r->j) || !pq_pull_string(&r->j, &text))
		return;
	if (is_code && pq_is_all_hex(text))
		put_lower(code, text, 0, text.len);
	else if (is_breakpad)
		put_breakpad(breakpad, text);
	else if (!is_code && text.len) {
		pq_buf_clear(path);
		pq_buf_text(path, text);
	}
}

static bool take_lib(struct pq_firefox *r, struct pq_firefox_tables *t)
{
	struct pq_buf path = { 0 }, code = { 0 }, breakpad = { 0 };
	struct pq_firefox_lib lib;
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key))
		take_lib_member(r, key, &path, &code, &breakpad);
	/* A code id is the build id itself; breakpad's has parts reversed. */
	lib.path = pq_legacy_string(&r->b, pq_buf_view(&path));
	lib.build_id = pq_legacy_string(
		&r->b, pq_buf_view(code.len ? &code : &breakpad));
	*pq_vec_push(&t->libs) = lib;
	pq_buf_release(&path);
	pq_buf_release(&code);
	pq_buf_release(&breakpad);
	return pq_pull_ok(&r->j);
}

static void take_libs(struct pq_firefox *r, struct pq_firefox_tables *t)
{
	/* Once the libraries were JSON in a string. */
	if (pq_pull_kind(&r->j) == PQ_PULL_STRING) {
		fail_old_form(r);
		return;
	}
	t->has_libs = true;
	t->libs.n = 0;
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j))
		take_lib(r, t);
}

/* ---- all tables ---- */

/* Whether the member of a thread, or of `shared', is one of the tables. */
static bool take_shared_table(struct pq_firefox *r, struct pq_firefox_tables *t,
			      struct pq_text key,
			      struct pq_firefox_thread *thread)
{
	if (pq_text_is(key, "stackTable")) {
		take_stacks(r, t, thread);
	} else if (pq_text_is(key, "frameTable")) {
		take_frames(r, t, thread);
	} else if (pq_text_is(key, "funcTable")) {
		take_funcs(r, t);
	} else if (pq_text_is(key, "resourceTable")) {
		t->has_resources = true;
		take_one_column(r, "resourceTable", "lib", &t->resource_lib);
	} else if (pq_text_is(key, "sources")) {
		t->has_sources = true;
		take_one_column(r, "sources", "filename", &t->source_file);
	} else if (pq_text_is(key, "libs")) {
		take_libs(r, t);
	} else if (pq_text_is(key, "stringArray") ||
		   (pq_text_is(key, "stringTable") &&
		    pq_pull_kind(&r->j) == PQ_PULL_ARRAY)) {
		take_strings(r, t);
	} else {
		return false;
	}
	return true;
}

/* ---- threads ---- */

/* Weights are in millionths, and CPU times in thousandths, to be exact. */
static void take_thread_samples(struct pq_firefox *r,
				struct pq_firefox_thread *t)
{
	const struct pq_firefox_raw_column columns[] = {
		{ "stack", &t->stack, NULL, 0 },
		{ "weight", NULL, &t->weight, 6 },
		/* its name before version 29 */
		{ "duration", NULL, &t->weight, 6 },
		{ "threadCPUDelta", NULL, &t->cpu, 3 },
	};
	const struct pq_firefox_raw_column rows[] = {
		{ "stack", &t->stack, NULL, 0 },
		{ "threadCPUDelta", NULL, &t->cpu, 3 },
	};
	const struct table table = { "samples", COLUMNS(columns), ROWS(rows) };

	if (pq_pull_kind(&r->j) == PQ_PULL_ARRAY)
		fail_old_form(r);
	else
		take_thread_table(r, &table, t);
}

static void take_thread_name(struct pq_firefox *r, uint32_t *to)
{
	struct pq_text text;

	if (!pq_pull_null(&r->j) && pq_pull_string(&r->j, &text))
		*to = pq_legacy_string(&r->b, text);
}

/* A number, as one or as a string of digits; else a text. */
static void take_thread_id(struct pq_firefox *r, int64_t *number,
			   uint32_t *text)
{
	struct pq_text t;
	bool digits = true;

	if (pq_pull_null(&r->j))
		return;
	if (pq_pull_kind(&r->j) == PQ_PULL_NUMBER) {
		pq_pull_int(&r->j, number);
		return;
	}
	if (!pq_pull_string(&r->j, &t))
		return;
	for (size_t i = 0; i < t.len; i++)
		digits = digits && pq_is_digit(t.bytes[i]);
	/* 18 digits fit into 64 bits; a longer id stays a text. */
	if (!digits || !t.len || t.len > 18) {
		*text = pq_legacy_string(&r->b, t);
		return;
	}
	*number = 0;
	for (size_t i = 0; i < t.len; i++)
		*number = *number * 10 + (t.bytes[i] - '0');
}

static void take_thread_member(struct pq_firefox *r,
			       struct pq_firefox_thread *t, struct pq_text key)
{
	if (pq_text_is(key, "samples")) {
		take_thread_samples(r, t);
	} else if (pq_text_is(key, "name")) {
		take_thread_name(r, &t->name);
	} else if (pq_text_is(key, "processName")) {
		take_thread_name(r, &t->process);
	} else if (pq_text_is(key, "pid")) {
		take_thread_id(r, &t->pid, &t->pid_text);
	} else if (pq_text_is(key, "tid")) {
		take_thread_id(r, &t->tid, &t->tid_text);
	} else if (!take_shared_table(r, &t->own, key, t)) {
		/* Native allocations are another table: they are noted only. */
		r->has_native_allocations |=
			pq_text_is(key, "nativeAllocations");
		pq_pull_skip(&r->j);
	}
}

static bool take_thread_object(struct pq_firefox *r)
{
	struct pq_firefox_thread *t = pq_alloc_zeroed(sizeof(*t));
	struct pq_text key;

	/* The list holds pointers: a thread stays where it is. */
	*pq_vec_push(&r->threads) = t;
	t->pid = t->tid = -1;
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key))
		take_thread_member(r, t, key);
	return pq_pull_ok(&r->j);
}

/* ---- what is around threads ---- */

static void take_units(struct pq_firefox *r)
{
	struct pq_text key, unit;

	if (pq_pull_null(&r->j))
		return;
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (!pq_text_is(key, "threadCPUDelta")) {
			pq_pull_skip(&r->j);
		} else if (pq_pull_string(&r->j, &unit)) {
			if (pq_text_is(unit, "ns"))
				r->cpu_unit = PQ_CPU_NANOS;
			/* micro sign, and the Greek letter */
			else if (pq_text_is(unit, "\xc2\xb5s") ||
				 pq_text_is(unit, "\xce\xbcs"))
				r->cpu_unit = PQ_CPU_MICROS;
		}
	}
}

static bool take_interval(struct pq_firefox *r)
{
	return pq_firefox_take_number(r, 6, &r->interval) &&
	       (r->interval >= 0 || r->interval == PQ_FIREFOX_NULL ||
		pq_pull_fail(&r->j, "the interval is below 0"));
}

static void take_meta(struct pq_firefox *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (pq_text_is(key, "interval"))
			take_interval(r);
		else if (pq_text_is(key, "preprocessedProfileVersion"))
			pq_firefox_take_number(r, 0, &r->version);
		else if (pq_text_is(key, "sampleUnits"))
			take_units(r);
		else
			pq_pull_skip(&r->j);
	}
}

static void take_shared_tables(struct pq_firefox *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key))
		if (!take_shared_table(r, &r->shared, key, NULL))
			pq_pull_skip(&r->j);
}

static bool take_process(struct pq_firefox *r, int depth);

/* A list in a profile: threads, processes. */
static void take_entries(struct pq_firefox *r, struct pq_text key, int depth)
{
	bool threads = pq_text_is(key, "threads");

	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j)) {
		if (threads)
			take_thread_object(r);
		else
			take_process(r, depth + 1);
	}
}

/* The recursion is as deep as PROCESSES_DEEP says. */
static bool take_process(struct pq_firefox *r, int depth)
{
	struct pq_text key;

	if (depth > PROCESSES_DEEP)
		return pq_pull_fail(&r->j, "processes are nested more than 4 "
					   "deep");
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (pq_text_is(key, "meta"))
			take_meta(r);
		else if (pq_text_is(key, "shared"))
			take_shared_tables(r);
		else if (pq_text_is(key, "libs") && !depth)
			take_libs(r, &r->shared);
		else if (pq_text_is(key, "threads") ||
			 pq_text_is(key, "processes"))
			take_entries(r, key, depth);
		else if (pq_text_is(key, "profile") && !depth)
			take_process(r, depth);
		else
			pq_pull_skip(&r->j);
	}
	return pq_pull_ok(&r->j);
}

/* ---- all of it ---- */

int pq_firefox_probe(const uint8_t *head, size_t n)
{
	static const char *const keys[] = { "interval", "processType",
					    "preprocessedProfileVersion",
					    "stackwalk" };
	struct pq_text text = { (const char *)head, n };

	if (pq_json_head_has(head, n, "profile", "meta") ||
	    (pq_json_head_has(head, n, "meta", NULL) &&
	     pq_json_head_has(head, n, "threads", NULL)))
		return PQ_SURE_MAGIC + 1;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (pq_json_head_has(head, n, "meta", keys[i]))
			return PQ_SURE_MAGIC + 1;
	/*
	 * Firefox itself writes its libraries first, and in "meta" all its
	 * categories before the interval: more than a head holds.
	 */
	return pq_json_head_has(head, n, "meta", "categories") ||
			       (pq_json_head_has(head, n, "libs", "[]") &&
				pq_text_find(text, 0, "\"breakpadId\"") < n)
		       ? PQ_SURE_LIKELY
		       : PQ_SURE_NO;
}

static void release_tables(struct pq_firefox_tables *t)
{
	struct pq_firefox_column *const narrow[] = {
		&t->stack_frame, &t->stack_prefix,  &t->stack_offset,
		&t->frame_func,	 &t->frame_lib,	    &t->frame_depth,
		&t->func_name,	 &t->func_resource, &t->func_file,
		&t->func_source, &t->resource_lib,  &t->source_file,
		&t->strings
	};

	for (size_t i = 0; i < sizeof(narrow) / sizeof(*narrow); i++)
		pq_vec_release(&narrow[i]->at);
	pq_vec_release(&t->frame_address.at);
	pq_vec_release(&t->frame_line.at);
	pq_vec_release(&t->libs);
}

static void release_firefox(struct pq_firefox *r)
{
	for (size_t i = 0; i < r->threads.n; i++) {
		struct pq_firefox_thread *t = r->threads.at[i];

		release_tables(&t->own);
		pq_vec_release(&t->stack.at);
		pq_vec_release(&t->weight.at);
		pq_vec_release(&t->cpu.at);
		pq_free(t);
	}
	release_tables(&r->shared);
	pq_vec_release(&r->threads);
	pq_map_release(&r->mappings);
	pq_pull_release(&r->j);
	pq_legacy_release(&r->b);
}

/* The first version whose form was looked at (firefox.h). */
enum { FIRST_VERSION = 24 };

static bool is_before_known(const struct pq_firefox *r)
{
	return r->version > 0 && r->version < FIRST_VERSION;
}

bool pq_firefox_read(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err)
{
	struct pq_firefox r = { .interval = 0 };
	bool ok;

	pq_legacy_init(&r.b, p);
	pq_pull_init(&r.j, s, err);
	ok = take_process(&r, 0) && pq_pull_end(&r.j) &&
	     pq_firefox_make_profile(&r);
	/* The fault is most likely in what was another way at that time. */
	if (!ok && err->code == PQ_EFORMAT && is_before_known(&r)) {
		pq_error_clear(err);
		pq_fail(err, PQ_EFORMAT,
			"a Firefox profile of version %lld, of which not all "
			"are read before %d: " RENEWS,
			(long long)r.version, FIRST_VERSION);
	}
	release_firefox(&r);
	return ok;
}
