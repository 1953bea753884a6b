#include "format/json/chrome_samples.h"

#include <stdlib.h>

#include "base/buf.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* ---- values, which Hermes writes as texts as well ---- */

static bool take_trace_word(struct pq_trace_samples *s, struct pq_text *to)
{
	enum pq_pull_kind kind = pq_pull_kind(s->j);

	if (kind == PQ_PULL_STRING)
		return pq_pull_string(s->j, to);
	if (kind == PQ_PULL_NUMBER)
		return pq_pull_number(s->j, to);
	pq_pull_skip(s->j);
	return false;
}

static void take_id_word(struct pq_trace_samples *s, uint32_t *to)
{
	struct pq_text word;

	if (take_trace_word(s, &word))
		*to = pq_intern(&s->ids, word);
}

/* A number times 10 to the power of `shift'; what is none changes nothing. */
static void take_number_word(struct pq_trace_samples *s, int shift, int64_t *to)
{
	bool is_number = pq_pull_kind(s->j) == PQ_PULL_NUMBER;
	struct pq_text word;
	int64_t value;
	bool exact;

	if (take_trace_word(s, &word) &&
	    (is_number || pq_is_whole_number(word)) &&
	    pq_decimal(word, shift, &value, &exact))
		*to = value;
}

/* ---- frames ---- */

/* NAME(FILE:LINE:COLUMN); anything else is all name. */
static void split_frame_name(struct pq_text text, struct pq_v8_frame *to)
{
	size_t open = pq_text_last_pair(text);
	struct pq_text place;
	int64_t line, column;

	to->name = text;
	if (open == text.len)
		return;
	place = pq_text_slice(text, open + 1, text.len - 1);
	if (!pq_cut_number_off(&place, &column) ||
	    !pq_cut_number_off(&place, &line))
		return;
	to->name = pq_text_slice(text, 0, open);
	to->url = place;
	to->line = line;
	to->column = column;
}

static bool take_stack_frame(struct pq_trace_samples *s, uint32_t id)
{
	struct pq_v8_frame place = { .line = 0, .column = 0 };
	struct pq_trace_frame frame = { .id = id };
	int64_t line = 0, column = 0;
	struct pq_buf name = { 0 };
	struct pq_text key, text;

	pq_pull_object(s->j);
	while (pq_pull_key(s->j, &key)) {
		if (pq_text_is(key, "name")) {
			pq_buf_clear(&name);
			if (take_trace_word(s, &text))
				pq_buf_text(&name, text);
		} else if (pq_text_is(key, "parent")) {
			take_id_word(s, &frame.parent);
		} else if (pq_text_is(key, "funcLine")) {
			take_number_word(s, 0, &line);
		} else if (pq_text_is(key, "funcColumn")) {
			take_number_word(s, 0, &column);
		} else {
			pq_pull_skip(s->j);
		}
	}
	/* A function is where it begins: the name has the line at hand. */
	split_frame_name(pq_buf_view(&name), &place);
	if (line > 0) {
		place.line = line;
		place.column = column;
	}
	/* V8 counts from 0, with -1 for none, and Hermes from 1. */
	place.line = place.line > 0 ? place.line - 1 : -1;
	place.column = place.column > 0 ? place.column - 1 : -1;
	frame.function = pq_v8_function(s->t, &place);
	*pq_vec_push(&s->frames) = frame;
	pq_buf_release(&name);
	return pq_pull_ok(s->j);
}

bool pq_trace_samples_take_frames(struct pq_trace_samples *s)
{
	struct pq_text key;

	pq_pull_object(s->j);
	while (pq_pull_key(s->j, &key))
		take_stack_frame(s, pq_intern(&s->ids, key));
	return pq_pull_ok(s->j);
}

/* ---- samples ---- */

static bool take_trace_sample(struct pq_trace_samples *s)
{
	struct pq_trace_sample sample = { .pid = -1,
					  .tid = -1,
					  .number = s->samples.n };
	struct pq_text key;

	pq_pull_object(s->j);
	while (pq_pull_key(s->j, &key)) {
		if (pq_text_is(key, "pid"))
			take_number_word(s, 0, &sample.pid);
		else if (pq_text_is(key, "tid"))
			take_number_word(s, 0, &sample.tid);
		else if (pq_text_is(key, "ts"))
			take_number_word(s, 3, &sample.time);
		else if (pq_text_is(key, "sf"))
			take_id_word(s, &sample.frame);
		else
			pq_pull_skip(s->j);
	}
	*pq_vec_push(&s->samples) = sample;
	return pq_pull_ok(s->j);
}

bool pq_trace_samples_take(struct pq_trace_samples *s)
{
	pq_pull_array(s->j);
	while (pq_pull_element(s->j))
		take_trace_sample(s);
	return pq_pull_ok(s->j);
}

static int by_thread_and_time(const void *one, const void *other)
{
	const struct pq_trace_sample *a = one, *b = other;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	if (a->tid != b->tid)
		return a->tid < b->tid ? -1 : 1;
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static bool same_thread(const struct pq_trace_sample *a,
			const struct pq_trace_sample *b)
{
	return a->pid == b->pid && a->tid == b->tid;
}

/* ---- nodes: one for each frame that a thread has ---- */

struct planting {
	struct pq_trace_samples *s;
	uint32_t *frame_of; /* by id, one more; 0: no such frame */
	size_t n_ids;
	uint32_t *node_of;  /* by frame */
	uint32_t *labelled; /* the labels that node_of counts for */
	uint32_t labels;    /* the thread's; never 0 */
};

static uint32_t find_trace_frame(const struct planting *p, uint32_t id)
{
	return id && id < p->n_ids ? p->frame_of[id] - 1 : PQ_NONE;
}

static void plant_frame(struct planting *p, uint32_t frame)
{
	p->node_of[frame] = (uint32_t)p->s->t->nodes.n;
	p->labelled[frame] = p->labels;
	*pq_vec_push(&p->s->t->nodes) = (struct pq_v8_node){
		.parent = PQ_NONE,
		.function = p->s->frames.at[frame].function,
		.labels = p->labels,
	};
}

/* The node of a frame, planted with those above it that are not there yet. */
static uint32_t reach_node(struct planting *p, uint32_t frame)
{
	const struct pq_trace_frame *frames = p->s->frames.at;
	uint32_t at = frame, parent;

	if (p->labelled[at] == p->labels)
		return p->node_of[at];
	plant_frame(p, at);
	/* A circle ends here, and is found where depths are. */
	for (;; at = parent) {
		bool planted;

		parent = find_trace_frame(p, frames[at].parent);
		if (parent == PQ_NONE)
			return p->node_of[frame];
		planted = p->labelled[parent] == p->labels;
		if (!planted)
			plant_frame(p, parent);
		p->s->t->nodes.at[p->node_of[at]].parent = p->node_of[parent];
		if (planted)
			return p->node_of[frame];
	}
}

static bool add_sample_to_node(struct planting *p,
			       const struct pq_trace_sample *at,
			       const struct pq_trace_sample *next)
{
	uint32_t frame = find_trace_frame(p, at->frame);
	struct pq_v8_node *node;
	uint32_t planted;
	int64_t lasts;

	if (frame == PQ_NONE) {
		p->s->n_left_out++;
		return true;
	}
	/* planting moves the nodes: they are looked up behind it */
	planted = reach_node(p, frame);
	node = &p->s->t->nodes.at[planted];
	node->values[0]++;
	/* Times are in nanoseconds already. */
	return !next ||
	       (!__builtin_sub_overflow(next->time, at->time, &lasts) &&
		!__builtin_add_overflow(node->values[1], lasts,
					&node->values[1])) ||
	       pq_fail(p->s->j->err, PQ_EFORMAT,
		       "times do not fit into 64 bits of nanoseconds");
}

static void begin_planting(struct planting *p, struct pq_trace_samples *s)
{
	size_t n = s->frames.n + 1;

	*p = (struct planting){ .s = s, .n_ids = s->ids.texts.n };
	p->frame_of = pq_alloc_zeroed(pq_size_mul(p->n_ids + 1, 4));
	p->node_of = pq_alloc_zeroed(pq_size_mul(n, 4));
	p->labelled = pq_alloc_zeroed(pq_size_mul(n, 4));
	/* The last of two frames with one id counts, as in any object. */
	for (size_t i = 0; i < s->frames.n; i++)
		p->frame_of[s->frames.at[i].id] = (uint32_t)i + 1;
}

bool pq_trace_samples_add(struct pq_trace_samples *s, pq_trace_labels *labels,
			  void *ctx)
{
	struct pq_trace_sample *at = s->samples.at;
	struct planting p;
	bool ok = true;

	if (!s->samples.n)
		return true;
	qsort(at, s->samples.n, sizeof(*at), by_thread_and_time);
	begin_planting(&p, s);
	for (size_t i = 0; ok && i < s->samples.n; i++) {
		bool is_last = i + 1 == s->samples.n ||
			       !same_thread(&at[i], &at[i + 1]);

		if (!i || !same_thread(&at[i - 1], &at[i]))
			p.labels = labels(ctx, at[i].pid, at[i].tid);
		ok = add_sample_to_node(&p, &at[i],
					is_last ? NULL : &at[i + 1]);
	}
	pq_free(p.frame_of);
	pq_free(p.node_of);
	pq_free(p.labelled);
	return ok;
}

void pq_trace_samples_init(struct pq_trace_samples *s, struct pq_pull *j,
			   struct pq_v8 *t)
{
	*s = (struct pq_trace_samples){ .j = j, .t = t };
	pq_arena_init(&s->texts);
	pq_intern_init(&s->ids, &s->texts);
}

void pq_trace_samples_release(struct pq_trace_samples *s)
{
	pq_intern_release(&s->ids);
	pq_arena_release(&s->texts);
	pq_vec_release(&s->frames);
	pq_vec_release(&s->samples);
}
