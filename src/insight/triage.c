/* triage: where to look first, from all profiles of a service. */
#include "base/mem.h"
#include "insight/duration.h"
#include "insight/frames.h"
#include "insight/triage_rules.h"
#include "profile/kind.h"

#include "base/banned.h"

/* ---- which profiles there are ---- */

/* A leaf that unlocks: the delay is of who held the lock. */
static bool is_of_mutexes(const struct pq_profile *p)
{
	struct pq_frame_list frames = { 0 };
	struct pq_frames f;
	struct pq_walk w;
	bool found = false;

	pq_frames_init(&f, p);
	pq_walk_begin(&w, &p->samples);
	/* Both kinds have the same types: only stacks tell them apart. */
	while (!found && pq_walk_next(&w)) {
		struct pq_text leaf;

		pq_walk_all(&w);
		pq_frames_put(&f, &w.sample, &frames);
		leaf = pq_frames_leaf(&f, (struct pq_frame_stack){ frames.at,
								   frames.n })
			       ->function;
		found = pq_text_find(leaf, 0, "Unlock") < leaf.len ||
			pq_text_find(leaf, 0, "LostContended") < leaf.len;
	}
	pq_walk_end(&w);
	pq_vec_release(&frames);
	pq_frames_release(&f);
	return found;
}

/* Heaps of other languages may have bytes only. */
static bool counts_objects(const struct pq_profile *p)
{
	for (size_t i = 0; i < p->sample_types.n; i++) {
		struct pq_text type = pq_string(p, p->sample_types.at[i].type);

		if (pq_text_is(type, "inuse_objects") ||
		    pq_text_is(type, "objects"))
			return true;
	}
	return false;
}

static enum pq_triage_kind kind_of(const struct pq_profile *p)
{
	switch (pq_kind_find(p, p->sample_types.n)) {
	case PQ_KIND_HEAP:
		return counts_objects(p) ? PQ_TRIAGE_HEAP : PQ_TRIAGE_OTHER;
	case PQ_KIND_CPU:
		return PQ_TRIAGE_CPU;
	case PQ_KIND_GOROUTINES:
		return PQ_TRIAGE_GOROUTINES;
	case PQ_KIND_CONTENTION:
		return is_of_mutexes(p) ? PQ_TRIAGE_MUTEX : PQ_TRIAGE_BLOCK;
	default:
		return PQ_TRIAGE_OTHER;
	}
}

static void list_triage_files(struct pq_triage *t)
{
	const struct pq_report_input *in = t->in;

	t->n_files = in->n_kinds ? in->n_kinds : 1;
	t->files = pq_arena_zeroed(t->arena, t->n_files * sizeof(*t->files));
	for (size_t i = 0; i < t->n_files; i++) {
		struct pq_triage_file *f = &t->files[i];

		/* A front end with one profile gives no kinds. */
		f->profile = in->n_kinds ? in->kinds[i] : in->profile;
		f->path = in->n_kinds ? in->kind_names[i] : "the profile";
		f->name = pq_text_basename(pq_text_of(f->path));
		f->kind = kind_of(f->profile);
		t->n_of[f->kind]++;
	}
}

/* ---- the rules in their order ---- */

static bool run_heap_rules(struct pq_triage *t, struct pq_error *err)
{
	struct pq_buf why = { 0 };

	if (!t->n_of[PQ_TRIAGE_HEAP])
		return true;
	if (!pq_triage_growth(t, err))
		return false;
	/* Four files can be judged, though a leak is named from six on. */
	if (t->n_of[PQ_TRIAGE_HEAP] >= 4)
		return pq_triage_leaks(t, err);
	pq_buf_str(&why, "needs 6 heap profiles of a series");
	pq_triage_be_quiet(t, "leak", &why);
	pq_buf_release(&why);
	return true;
}

/* Kinds of profiles that are missing, or not judged, are told as quiet. */
static void note_kinds(struct pq_triage *t)
{
	static const struct {
		enum pq_triage_kind kind;
		const char *rule, *name;
	} kinds[] = {
		{ PQ_TRIAGE_CPU, "gc-cpu", "cpu" },
		{ PQ_TRIAGE_HEAP, "growth", "heap" },
		{ PQ_TRIAGE_GOROUTINES, "goroutines", "goroutine" },
		{ PQ_TRIAGE_MUTEX, "lock", "mutex" },
	};
	struct pq_buf why = { 0 };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (t->n_of[kinds[i].kind])
			continue;
		pq_buf_printf(&why, "no %s profile given", kinds[i].name);
		pq_triage_be_quiet(t, kinds[i].rule, &why);
	}
	/* A profile that was given but not judged has to be told of. */
	if (t->n_of[PQ_TRIAGE_BLOCK]) {
		pq_buf_str(&why, "not judged: waiting for work looks the same "
				 "as waiting in trouble");
		pq_triage_be_quiet(t, "block", &why);
	}
	pq_buf_release(&why);
}

static bool run_rules(struct pq_triage *t, struct pq_error *err)
{
	/* The heap first: what CPU is spent on is explained by its objects. */
	if (!pq_triage_read_heap(t, err))
		return false;
	for (size_t i = 0; i < t->n_files; i++)
		if (t->files[i].kind == PQ_TRIAGE_CPU)
			pq_triage_cpu(t, &t->files[i]);
	if (!run_heap_rules(t, err))
		return false;
	/* Goroutines before locks: the rule on locks asks who waits now. */
	for (size_t i = 0; i < t->n_files; i++)
		if (t->files[i].kind == PQ_TRIAGE_GOROUTINES &&
		    !pq_triage_goroutines(t, &t->files[i], err))
			return false;
	for (size_t i = 0; i < t->n_files; i++)
		if (t->files[i].kind == PQ_TRIAGE_MUTEX)
			pq_triage_mutex(t, &t->files[i]);
	note_kinds(t);
	return true;
}

static void triage_release(void *rows)
{
	struct pq_triage *t = rows;

	pq_vec_release(&t->findings);
	pq_vec_release(&t->quiet);
	pq_vec_release(&t->lock_waiters);
	pq_intern_release(&t->lock_owners);
}

static void *triage_build(const struct pq_report_input *in,
			  struct pq_error *err)
{
	struct pq_triage *t = pq_arena_zeroed(in->arena, sizeof(*t));

	t->in = in;
	t->arena = in->arena;
	t->heap_site = t->heap_file = PQ_TEXT("");
	pq_intern_init(&t->lock_owners, NULL);
	if (pq_duration_parse(&t->uptime, in->insight->uptime, err)) {
		list_triage_files(t);
		if (run_rules(t, err))
			return t;
	}
	triage_release(t);
	return NULL;
}

static bool triage_says_no(const void *rows)
{
	return ((const struct pq_triage *)rows)->findings.n > 0;
}

/* ---- text ---- */

static void print_finding(const struct pq_finding *f, size_t number,
			  struct pq_out *out)
{
	pq_out_printf(out, "%zu. ", number);
	pq_out_text(out, f->text);
	if (f->site.len) {
		pq_out_str(out, ": ");
		pq_out_style(out, PQ_STYLE_BOLD);
		pq_out_text(out, f->site);
		pq_out_style(out, PQ_STYLE_NONE);
	}
	pq_out_str(out, "\n");
	pq_notes_print(&f->evidence, "   ", out);
	/* A finding ends in the command that shows more of it. */
	pq_out_str(out, "   more: ");
	pq_out_text(out, f->command);
	pq_out_str(out, "\n");
}

static void triage_text(const void *rows, struct pq_out *out)
{
	const struct pq_triage *t = rows;

	for (size_t i = 0; i < t->findings.n; i++)
		print_finding(&t->findings.at[i], i + 1, out);
	if (!t->findings.n)
		pq_out_str(out, "nothing found\n");
	/* Rules that found nothing are named: silence is not proof. */
	pq_out_style(out, PQ_STYLE_DIM);
	pq_out_str(out, "quiet: ");
	for (size_t i = 0; i < t->quiet.n; i++) {
		pq_out_printf(out, "%s%s (", i ? "; " : "",
			      t->quiet.at[i].rule);
		pq_out_text(out, t->quiet.at[i].why);
		pq_out_str(out, ")");
	}
	pq_out_str(out, "\n");
	pq_out_style(out, PQ_STYLE_NONE);
}

/* ---- data ---- */

static const struct pq_column columns[] = {
	{ "rule", PQ_COLUMN_TEXT, "name of the rule", .heading = "Rule",
	  .width = 12 },
	{ "text", PQ_COLUMN_TEXT, "what was found", .heading = "Finding",
	  .width = 24 },
	{ "site", PQ_COLUMN_TEXT, "where; empty when that is not known",
	  .heading = "Site", .width = 24 },
	{ "share", PQ_COLUMN_REAL, "share of what the rule counts",
	  .heading = "Share", .width = 6 },
	{ "evidence", PQ_COLUMN_TEXTS, "lines that say why",
	  .heading = "Evidence", .width = 24 },
	{ "command", PQ_COLUMN_TEXT, "the next question", .heading = "More",
	  .width = 24 },
	{ .kind = PQ_COLUMN_END },
};

static void triage_put(const void *rows, struct pq_rows *w)
{
	const struct pq_triage *t = rows;

	for (size_t i = 0; i < t->findings.n; i++) {
		const struct pq_finding *f = &t->findings.at[i];

		pq_rows_begin(w);
		pq_rows_text(w, pq_text_of(f->rule));
		pq_rows_text(w, f->text);
		pq_rows_text(w, f->site);
		pq_rows_real(w, f->share);
		pq_rows_list(w);
		for (size_t k = 0; k < f->evidence.n; k++)
			pq_rows_text(w, f->evidence.lines[k]);
		pq_rows_list_end(w);
		pq_rows_text(w, f->command);
		pq_rows_end(w);
	}
}

static const struct pq_column quiet_columns[] = {
	{ "rule", PQ_COLUMN_TEXT, "name of the rule", .heading = "Rule",
	  .width = 12 },
	{ "why", PQ_COLUMN_TEXT, "its figure, or what is missing",
	  .heading = "Why", .width = 24 },
	{ .kind = PQ_COLUMN_END },
};

static void quiet_put(const void *rows, struct pq_rows *w)
{
	const struct pq_triage *t = rows;

	for (size_t i = 0; i < t->quiet.n; i++) {
		pq_rows_begin(w);
		pq_rows_text(w, pq_text_of(t->quiet.at[i].rule));
		pq_rows_text(w, t->quiet.at[i].why);
		pq_rows_end(w);
	}
}

const struct pq_report pq_report_triage = {
	.takes = PQ_TAKES_KINDS,
	.view = { .never_trims = true, .plain_numbers = true },
	.build = triage_build,
	.text = triage_text,
	.release = triage_release,
	.sections = {
		{ "rows", "findings, in the order of the rules", columns,
		  triage_put },
		{ "quiet", "rules that found nothing", quiet_columns,
		  quiet_put },
	},
	.says_no = triage_says_no,
};
