#include "export/tables.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "export/table_text.h"

#include "base/banned.h"

/* Months that are told apart; beyond, all stacks are met anew. */
#define MOST_MONTHS 64
/* Rows are handed over in pieces. */
#define PIECE_BYTES ((size_t)256 << 10)
/* Stacks that are looked up while the places of these are fetched. */
#define STACKS_AHEAD 8

/* ---- files ---- */

static const char *path_of_table(struct pq_buf *b, const char *folder,
				 enum pq_table_id table, bool gzip)
{
	pq_buf_clear(b);
	pq_buf_printf(b, "%s/%s.csv%s", folder, pq_tables[table].name,
		      gzip ? ".gz" : "");
	return pq_unchecked_bytes(pq_buf_cstr(b));
}

/* Whether a table is there already, in either form. */
static bool check_folder_empty(struct pq_tables *t, struct pq_error *err)
{
	const char *folder = t->options.folder;

	for (unsigned i = 0; i < 2 * PQ_N_TABLES; i++)
		if (!access(path_of_table(&t->scratch, folder, i / 2, i % 2),
			    F_OK))
			return pq_fail(
				err, PQ_EUSAGE,
				"%s: there is a table of an export "
				"already; another folder, or -f to "
				"replace them all",
				pq_unchecked_bytes(pq_buf_cstr(&t->scratch)));
	return true;
}

static bool make_folder(const char *folder, struct pq_error *err)
{
	struct stat st;

	if (!mkdir(folder, 0777))
		return true;
	if (errno == EEXIST && !stat(folder, &st) && S_ISDIR(st.st_mode))
		return true;
	return pq_fail(err, PQ_EIO, "%s: cannot make the folder: %s", folder,
		       strerror(errno));
}

static void put_heading(struct pq_table_file *file, enum pq_table_id table)
{
	size_t n;
	const struct pq_table_column *columns = pq_table_columns(table, &n);

	for (size_t i = 0; i < n; i++)
		pq_buf_printf(&file->rows, "%s%s", i ? "," : "",
			      columns[i].name);
	pq_buf_char(&file->rows, '\n');
}

static bool open_table(struct pq_tables *t, enum pq_table_id table,
		       struct pq_error *err)
{
	struct pq_table_file *file = &t->files[table];
	const char *path = path_of_table(&file->path, t->options.folder, table,
					 t->options.gzip);

	if (!pq_output_begin(&file->output, path, err))
		return false;
	file->open = true;
	pq_out_open_fd(&file->out, file->output.fd);
	if (t->options.gzip)
		file->gz = pq_gzip_begin(&file->out, t->options.io);
	put_heading(file, table);
	return true;
}

static void write_rows_text(struct pq_table_file *file, struct pq_text rows)
{
	if (file->gz)
		pq_gzip_write(file->gz, pq_unchecked_bytes(rows.bytes),
			      rows.len);
	else
		pq_out_raw(&file->out, pq_unchecked_bytes(rows.bytes),
			   rows.len);
}

static void hand_over_rows(struct pq_table_file *file, size_t least)
{
	if (file->rows.len < least)
		return;
	write_rows_text(file, pq_buf_view(&file->rows));
	pq_buf_clear(&file->rows);
}

bool pq_tables_begin(struct pq_tables *t,
		     const struct pq_tables_options *options,
		     struct pq_error *err)
{
	bool ok;

	memset(t, 0, sizeof(*t));
	t->options = *options;
	/* The folder is looked at before a file is opened in it. */
	ok = make_folder(options->folder, err) &&
	     (options->replace || check_folder_empty(t, err));
	for (unsigned i = 0; ok && i < PQ_N_TABLES; i++)
		ok = open_table(t, i, err);
	/* Files that are open already are closed and removed again. */
	if (!ok)
		pq_tables_end(t, false, err);
	return ok;
}

bool pq_tables_stopped(const struct pq_tables *t)
{
	bool stopped = false;

	for (unsigned i = 0; i < PQ_N_TABLES; i++)
		stopped = stopped || pq_out_stopped(&t->files[i].out);
	return stopped;
}

/* All bytes are written, though under no name yet. */
static bool close_table(struct pq_table_file *file, bool ok,
			struct pq_error *err)
{
	if (ok)
		hand_over_rows(file, 0);
	if (file->gz)
		pq_gzip_end(file->gz);
	/* The bytes of a failed export are dropped, not written. */
	if (!ok)
		pq_buf_clear(&file->out.buf);
	return pq_out_close(&file->out,
			    pq_unchecked_bytes(pq_buf_cstr(&file->path)),
			    err) &&
	       ok;
}

/* Tables of an export before, which were compressed if these are not. */
static void remove_other_forms(struct pq_tables *t)
{
	for (unsigned i = 0; t->options.replace && i < PQ_N_TABLES; i++)
		(void)unlink(path_of_table(&t->scratch, t->options.folder, i,
					   !t->options.gzip));
}

static bool name_tables(struct pq_tables *t, struct pq_error *err)
{
	unsigned n = 0;

	while (n < PQ_N_TABLES && pq_output_commit(&t->files[n].output, err))
		n++;
	if (n == PQ_N_TABLES) {
		remove_other_forms(t);
		return true;
	}
	/* One failed: the tables are all there or none is. */
	for (unsigned i = 0; i < n; i++)
		(void)unlink(
			pq_unchecked_bytes(pq_buf_cstr(&t->files[i].path)));
	for (unsigned i = n + 1; i < PQ_N_TABLES; i++)
		pq_output_abandon(&t->files[i].output);
	return false;
}

static void forget_stacks(struct pq_tables *t)
{
	for (size_t i = 0; i < t->months.n; i++) {
		pq_id_set_release(&t->months.at[i]->ids);
		pq_free(t->months.at[i]);
	}
	t->months.n = 0;
}

static void release_tables(struct pq_tables *t)
{
	for (unsigned i = 0; i < PQ_N_TABLES; i++) {
		pq_buf_release(&t->files[i].path);
		pq_buf_release(&t->files[i].rows);
	}
	forget_stacks(t);
	pq_vec_release(&t->months);
	pq_id_set_release(&t->functions);
	pq_id_set_release(&t->frames);
	pq_id_set_release(&t->label_sets);
	pq_id_set_release(&t->profiles);
	pq_buf_release(&t->scratch);
}

bool pq_tables_end(struct pq_tables *t, bool ok, struct pq_error *err)
{
	/* Errors may show at close only: no table has its name before. */
	for (unsigned i = 0; i < PQ_N_TABLES; i++)
		if (t->files[i].open)
			ok = close_table(&t->files[i], ok, err) && ok;
	if (ok)
		ok = name_tables(t, err);
	else
		for (unsigned i = 0; i < PQ_N_TABLES; i++)
			if (t->files[i].open)
				pq_output_abandon(&t->files[i].output);
	release_tables(t);
	return ok;
}

/* ---- rows ---- */

static struct pq_buf *rows_of(struct pq_tables *t, enum pq_table_id table)
{
	return &t->files[table].rows;
}

static void put_int(struct pq_buf *b, int64_t value)
{
	pq_buf_char(b, ',');
	pq_buf_int(b, value, 0);
}

static void put_text(struct pq_buf *b, struct pq_text text)
{
	pq_buf_char(b, ',');
	pq_table_text(b, text);
}

/* Whether an id is new; those of a full set are forgotten first. */
static bool is_new_id(struct pq_id_set *set, int64_t id)
{
	if (set->n >= PQ_TABLES_MOST_IDS)
		pq_id_set_release(set);
	return pq_id_set_add(set, id);
}

static void put_function_row(struct pq_tables *t, const struct pq_part *part,
			     const struct pq_part_frame *frame)
{
	struct pq_buf *b = rows_of(t, PQ_TABLE_OF_functions);

	if (!is_new_id(&t->functions, frame->func_id))
		return;
	pq_buf_clear(&t->scratch);
	pq_part_frame_name(part, frame, &t->scratch);
	pq_buf_int(b, frame->func_id, 0);
	put_text(b, pq_buf_view(&t->scratch));
	pq_buf_char(b, '\n');
}

static void put_frame_row(struct pq_tables *t, const struct pq_part *part,
			  const struct pq_part_frame *frame)
{
	static const struct pq_function no_function;
	static const struct pq_mapping no_mapping;
	static const struct pq_line no_line;
	const struct pq_profile *p = part->p;
	struct pq_part_place place = pq_part_place(part, frame);
	const struct pq_function *f = place.function ? place.function
						     : &no_function;
	const struct pq_mapping *m = place.mapping ? place.mapping
						   : &no_mapping;
	const struct pq_line *line = place.line ? place.line : &no_line;
	struct pq_buf *b = rows_of(t, PQ_TABLE_OF_frames);

	/* The order of the columns is that of tables.def. */
	pq_buf_int(b, frame->id, 0);
	put_int(b, frame->func_id);
	put_text(b, pq_string(p, f->system_name));
	put_text(b, pq_string(p, f->filename));
	put_int(b, f->start_line);
	put_int(b, line->line);
	put_int(b, line->column);
	put_int(b, frame->inlined);
	put_text(b, pq_string(p, m->file));
	/* A build id tells apart addresses: a line is told by its file. */
	put_text(b, pq_string(p, place.line ? 0 : m->build_id));
	put_int(b, place.address);
	pq_buf_char(b, '\n');
}

static void put_frames(struct pq_tables *t, const struct pq_part *part)
{
	for (size_t i = 0; i < part->frames.n; i++) {
		const struct pq_part_frame *frame = &part->frames.at[i];

		/* A known frame has a known function: neither needs a row. */
		if (!is_new_id(&t->frames, frame->id))
			continue;
		put_frame_row(t, part, frame);
		put_function_row(t, part, frame);
	}
}

static void end_list(struct pq_buf *b, size_t begin)
{
	/* The first comma is where the bracket belongs. */
	if (b->len == begin)
		pq_buf_char(b, '[');
	else
		b->data[begin] = '[';
	pq_buf_str(b, "]\"");
}

/* The ids of a stack's frames or functions, copied digit by digit. */
static void put_list(struct pq_buf *b, const struct pq_part *part,
		     const struct pq_part_stack *stack, bool functions)
{
	const uint32_t *at = part->stack_frames.at + stack->first;
	size_t begin;

	pq_buf_str(b, ",\"");
	begin = b->len;
	/* Digits are copied at their widest, and counted at their length. */
	pq_buf_reserve(b, pq_size_mul(stack->n + 1, PQ_ID_DIGITS));
	for (size_t i = 0; i < stack->n; i++) {
		const struct pq_part_frame *f = &part->frames.at[at[i]];

		memcpy(b->data + b->len,
		       functions ? f->func_digits : f->id_digits, PQ_ID_DIGITS);
		b->len += functions ? f->func_len : f->id_len;
	}
	end_list(b, begin);
}

static void put_stack_row(struct pq_tables *t, struct pq_part *part,
			  const struct pq_part_stack *stack)
{
	struct pq_buf *b = rows_of(t, PQ_TABLE_OF_stacks);

	pq_table_text(b, t->options.identity->service);
	put_int(b, stack->id);
	put_int(b, part->taken_at_ns);
	put_list(b, part, stack, true);
	put_list(b, part, stack, false);
	pq_buf_char(b, '\n');
	/* One profile may have many stacks: rows leave meanwhile. */
	hand_over_rows(&t->files[PQ_TABLE_OF_stacks], PIECE_BYTES);
}

/* ---- months ---- */

/* Months since 1970 of a time in nanoseconds, by UTC. */
static int64_t month_of(int64_t ns)
{
	time_t seconds = ns / 1000000000 - (ns % 1000000000 < 0);
	struct tm tm;

	/* Nanoseconds of 64 bits are 292 years around 1970: no year is out. */
	gmtime_r(&seconds, &tm);
	return (int64_t)(tm.tm_year - 70) * 12 + tm.tm_mon;
}

/* Made when it is the first of its month. */
static struct pq_id_set *stacks_of_month(struct pq_tables *t, int64_t month)
{
	struct pq_month_stacks *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < t->months.n; i++) {
		n += t->months.at[i]->ids.n;
		if (t->months.at[i]->month == month)
			found = t->months.at[i];
	}
	/* Ids are forgotten before they are too many: rows may repeat then. */
	if (n >= PQ_TABLES_MOST_IDS || (!found && t->months.n == MOST_MONTHS)) {
		forget_stacks(t);
		found = NULL;
	}
	if (found)
		return &found->ids;
	found = pq_alloc_zeroed(sizeof(*found));
	found->month = month;
	*pq_vec_push(&t->months) = found;
	return &found->ids;
}

/* A stack has a row when no row of this month or a later one was written. */
static bool is_new_stack(struct pq_tables *t, int64_t month, int64_t id)
{
	bool known = false;

	for (size_t i = 0; !known && i < t->months.n; i++)
		known = t->months.at[i]->month > month &&
			pq_id_set_has(&t->months.at[i]->ids, id);
	return !known && pq_id_set_add(stacks_of_month(t, month), id);
}

static void expect_stack(const struct pq_tables *t, int64_t id)
{
	for (size_t i = 0; i < t->months.n; i++)
		pq_id_set_expect(&t->months.at[i]->ids, id);
}

/* ---- a profile ---- */

static void put_label_rows(struct pq_tables *t, const struct pq_part *part,
			   const struct pq_label_set *set)
{
	struct pq_buf *b = rows_of(t, PQ_TABLE_OF_labels);

	/* The empty set has no rows, and a known one has them already. */
	if (!set->id || !is_new_id(&t->label_sets, set->id))
		return;
	for (size_t i = 0; i < set->n; i++) {
		const struct pq_label_row *row =
			&part->label_rows.at[set->first + i];

		pq_buf_int(b, set->id, 0);
		put_text(b, row->key);
		put_int(b, row->is_num);
		put_text(b, row->str);
		put_int(b, row->num);
		put_text(b, row->unit);
		pq_buf_char(b, '\n');
	}
}

static void put_profile_row(struct pq_tables *t, const struct pq_part *part,
			    struct pq_text source)
{
	const struct pq_profile *p = part->p;
	const struct pq_identity *identity = t->options.identity;
	struct pq_buf *b = rows_of(t, PQ_TABLE_OF_profiles);

	pq_buf_int(b, part->profile_id, 0);
	put_int(b, part->taken_at_ns);
	put_int(b, p->duration_nanos);
	put_text(b, identity->service);
	put_text(b, identity->instance);
	put_int(b, part->label_set);
	/* The first mapping is the program itself. */
	put_text(b,
		 pq_string(p, p->mappings.n ? p->mappings.at[0].build_id : 0));
	put_text(b, pq_string(p, p->period_type.type));
	put_text(b, pq_string(p, p->period_type.unit));
	put_int(b, p->period);
	put_text(b, pq_string(p, p->default_sample_type));
	put_text(b, source);
	pq_buf_char(b, '\n');
}

static void put_stacks(struct pq_tables *t, struct pq_part *part)
{
	int64_t month = month_of(part->taken_at_ns);
	const struct pq_part_stack *stacks = part->stacks.at;
	size_t n = part->stacks.n;

	for (size_t i = 0; i < n; i++) {
		/* Millions of ids lie far apart: each is a wait for memory. */
		if (i + STACKS_AHEAD < n)
			expect_stack(t, stacks[i + STACKS_AHEAD].id);
		if (is_new_stack(t, month, stacks[i].id))
			put_stack_row(t, part, &stacks[i]);
	}
}

bool pq_tables_add(struct pq_tables *t, struct pq_part *part,
		   struct pq_text source)
{
	/* The same profile given twice is one. */
	if (!is_new_id(&t->profiles, part->profile_id))
		return false;
	put_frames(t, part);
	put_stacks(t, part);
	for (size_t i = 0; i < part->label_sets.n; i++)
		put_label_rows(t, part, &part->label_sets.at[i]);
	/* Samples of a part are one text already: it is not copied. */
	hand_over_rows(&t->files[PQ_TABLE_OF_samples], 0);
	write_rows_text(&t->files[PQ_TABLE_OF_samples],
			pq_buf_view(&part->samples));
	put_profile_row(t, part, source);
	/* Rows leave in pieces: memory holds no whole table. */
	for (unsigned i = 0; i < PQ_N_TABLES; i++)
		hand_over_rows(&t->files[i], PIECE_BYTES);
	return true;
}
