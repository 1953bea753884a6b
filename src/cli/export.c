#include "cli/export.h"

#include <unistd.h>

#include "export/sql.h"

#include "base/banned.h"

bool pq_cli_export_is_text(const struct pq_options *o)
{
	return o->given[PQ_OPTION_ddl] || o->given[PQ_OPTION_load] ||
	       o->given[PQ_OPTION_sql];
}

/* ---- options that go together ---- */

/*
 * Options that choose values or change stacks: an export has profiles whole,
 * so that whatever a report can be asked can be asked later.
 */
static bool is_of_reports(const struct pq_option *option)
{
	switch (option->group) {
	case PQ_GROUP_VALUE:
	case PQ_GROUP_BASE:
	case PQ_GROUP_SORT:
	case PQ_GROUP_TAG:
	case PQ_GROUP_INSIGHT:
	case PQ_GROUP_TRIM:
		return true;
	case PQ_GROUP_FILTER:
		return option != &pq_option_table[PQ_OPTION_all_frames];
	default:
		return option == &pq_option_table[PQ_OPTION_format];
	}
}

static bool is_of_text(const struct pq_option *option)
{
	size_t id = (size_t)(option - pq_option_table);

	return option->group == PQ_GROUP_EXPORT && id != PQ_OPTION_set &&
	       id != PQ_OPTION_labels && id != PQ_OPTION_compress &&
	       id != PQ_OPTION_force;
}

static bool was_given(const struct pq_options *o, unsigned id)
{
	return o->given[id] || o->settled[id];
}

static bool check_files_options(const struct pq_options *o,
				struct pq_error *err)
{
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *option = &pq_option_table[i];

		/* Defaults are no wish of the user's, and forbid nothing. */
		if (!was_given(o, i))
			continue;
		if (is_of_reports(option))
			return pq_fail(err, PQ_EUSAGE,
				       "-%s: export writes profiles whole; "
				       "filter when you ask: export -sql",
				       option->name);
		if (is_of_text(option))
			return pq_fail(err, PQ_EUSAGE,
				       "-%s is for export -sql or -ddl, which "
				       "read no profiles",
				       option->name);
	}
	return true;
}

bool pq_cli_export_check(const struct pq_query *q, struct pq_identity *identity,
			 struct pq_error *err)
{
	const struct pq_options *o = &q->options;
	bool ok;

	/* The identity is ready before any refusal: the caller releases it. */
	pq_identity_init(identity);
	if (!o->output.len)
		return pq_fail(err, PQ_EUSAGE,
			       "export needs a folder: profq export "
			       "-output=DIR [-set=service=NAME] FILE...");
	ok = check_files_options(o, err);
	/* A mistake in -set shows here, before any profile is read. */
	for (size_t i = 0; ok && i < o->set.n; i++)
		ok = pq_identity_set(identity, o->set.at[i], err);
	return ok && pq_identity_choose_labels(identity, o->labels, err);
}

/* ---- text ---- */

/* Filters of reports that have no place in these questions. */
static bool check_text_options(const struct pq_options *o, struct pq_error *err)
{
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *option = &pq_option_table[i];
		/* A type, an order and a number of rows have words in SQL. */
		bool allowed = i == PQ_OPTION_sample_index ||
			       i == PQ_OPTION_sort ||
			       i == PQ_OPTION_nodecount ||
			       option->target == PQ_OPTION_sample_index ||
			       option->target == PQ_OPTION_sort;

		if (was_given(o, i) && is_of_reports(option) &&
		    (!o->sql.len || !allowed))
			return pq_fail(err, PQ_EUSAGE,
				       "-%s: this cannot be asked in SQL; "
				       "-where has the filters, and reports "
				       "read the answer of -sql=folded",
				       option->name);
		/* Options of files are refused; a load wants -compress. */
		if (was_given(o, i) && option->group == PQ_GROUP_EXPORT &&
		    !is_of_text(option) &&
		    !(o->load.len && i == PQ_OPTION_compress))
			return pq_fail(err, PQ_EUSAGE,
				       "-%s is for export of files",
				       option->name);
	}
	return true;
}

/* One thing at a time; what is for -sql alone needs it. */
static bool check_modes(const struct pq_arguments *a, struct pq_error *err)
{
	const struct pq_options *o = &a->query.options;
	bool question = o->where.n || o->old.n || o->new.n || o->function.len ||
			o->engine.len;

	if ((o->ddl.len != 0) + (o->load.len != 0) + (o->sql.len != 0) > 1)
		return pq_fail(err, PQ_EUSAGE,
			       "-ddl, -load and -sql: one at a time");
	if (question && !o->sql.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-engine, -where, -old, -new and -function are "
			       "for -sql=REPORT");
	if (o->cluster.len && !o->ddl.len)
		return pq_fail(err, PQ_EUSAGE, "-cluster is for -ddl");
	/* -load names the folder of an export; the others need no file. */
	if (o->load.len ? a->n_sources > 1 : a->n_sources > 0)
		return pq_fail(err, PQ_EUSAGE,
			       o->load.len ? "-load takes one folder"
					   : "-ddl and -sql read no files");
	return check_text_options(o, err);
}

static bool add_filters(struct pq_sql_filter *f, const char *option,
			const struct pq_text_list *list, struct pq_error *err)
{
	for (size_t i = 0; i < list->n; i++)
		if (!pq_sql_filter_add(f, option, list->at[i], err))
			return false;
	return true;
}

static bool print_question(const struct pq_options *o, struct pq_buf *to,
			   struct pq_error *err)
{
	struct pq_sql_filter where = { 0 }, old = { 0 }, new = { 0 };
	struct pq_sql_question q = {
		.report = o->sql,
		.sample_type = o->sample_index,
		.function = o->function,
		.where = &where,
		.old = &old,
		.new = &new,
		.by_cum = o->sort == PQ_SORT_CUM,
		.most = o->nodecount,
	};
	/* Filters of both sides begin with -where, which is for all. */
	bool ok = pq_engine_find("engine", o->engine, &q.engine, err) &&
		  add_filters(&where, "where", &o->where, err) &&
		  add_filters(&old, "where", &o->where, err) &&
		  add_filters(&old, "old", &o->old, err) &&
		  add_filters(&new, "where", &o->where, err) &&
		  add_filters(&new, "new", &o->new, err) &&
		  pq_sql_question(&q, to, err);

	/* Filters are released after errors, too: some were added before. */
	pq_sql_filter_release(&where);
	pq_sql_filter_release(&old);
	pq_sql_filter_release(&new);
	return ok;
}

/* Whether the files of a folder are compressed; asked or found. */
static bool is_compressed(const struct pq_options *o, const char *folder)
{
	struct pq_buf path = { 0 };
	bool is;

	/* Each export has this file: it stands for all of the folder. */
	pq_buf_printf(&path, "%s/samples.csv.gz", folder);
	is = o->compress == PQ_COMPRESS_GZIP ||
	     !access(pq_unchecked_bytes(pq_buf_cstr(&path)), F_OK);
	pq_buf_release(&path);
	return is;
}

static bool print_load(const struct pq_arguments *a, struct pq_buf *to,
		       struct pq_error *err)
{
	const struct pq_options *o = &a->query.options;
	const char *folder = a->n_sources ? a->sources[0] : "";
	enum pq_engine engine;

	return pq_engine_find("load", o->load, &engine, err) &&
	       pq_sql_load(engine, pq_text_of(folder), is_compressed(o, folder),
			   to, err);
}

static bool print_schema(const struct pq_options *o, struct pq_buf *to,
			 struct pq_error *err)
{
	enum pq_engine engine;

	return pq_engine_find("ddl", o->ddl, &engine, err) &&
	       pq_sql_schema(engine, o->cluster, to, err);
}

bool pq_cli_export_text(const struct pq_arguments *a, struct pq_buf *to,
			struct pq_error *err)
{
	const struct pq_options *o = &a->query.options;

	if (!check_modes(a, err))
		return false;
	if (o->ddl.len)
		return print_schema(o, to, err);
	if (o->load.len)
		return print_load(a, to, err);
	return print_question(o, to, err);
}

const struct pq_batch pq_batch_export = {
	.files = "[<file>]...",
};
