/*
 * mac_sample.c - the call graph that `sample' of macOS prints, and Activity
 * Monitor saves.  Declared in named.h.
 */
#include "format/stacks/named.h"
#include "format/text/scan.h"

#include "base/banned.h"

/*
 * Call graph:
 *     2480 Thread_17   DispatchQueue_1: com.apple.main-thread  (serial)
 *     + 2480 start  (in libdyld.dylib) + 1  [0x7fff2040]
 *     +   2480 main  (in app) + 100  [0x100001000]
 *     +     ! 1200 work  (in app) + 10  [0x100001100]
 *
 * A tree from the root on: the column of a number is the depth of its node.
 * What the children leave of a node's count is the node's own.
 */
struct node {
	size_t column;
	int64_t left; /* its count, without the children so far */
	uint32_t location;
};

/* Deeper trees were made to take long. */
#define PATH_MOST 4096

struct mac_sample {
	struct pq_named r;
	PQ_VEC(struct node) path; /* from the root to the node read last */
	bool in_graph;
};

static bool is_guide(char c)
{
	return c == ' ' || c == '+' || c == '!' || c == ':' || c == '|';
}

/* The name ends before the file, "  (in app) + 10", or the line's place. */
static void split_node_text(struct pq_text text, struct pq_text *name,
			    struct pq_text *module)
{
	size_t in = pq_text_find(text, 0, "  (in "), end;

	*name = pq_text_trim(pq_text_slice(text, 0, in));
	*module = PQ_TEXT("");
	if (in == text.len) {
		/* A thread: its name, without the queue's. */
		*name = pq_text_slice(*name, 0, pq_text_find(*name, 0, "   "));
		return;
	}
	in += sizeof("  (in ") - 1;
	end = pq_text_find(text, in, ")");
	*module = pq_text_slice(text, in, end);
}

/* Adds a sample for what is left of the last node, and takes it away. */
static void pop_node(struct mac_sample *t)
{
	struct node last = t->path.at[t->path.n - 1];

	if (last.left > 0) {
		pq_legacy_begin(&t->r.b);
		for (size_t i = t->path.n; i--;)
			*pq_vec_push(&t->r.b.stack) = t->path.at[i].location;
		pq_legacy_sample(&t->r.b, &last.left);
	}
	t->path.n--;
}

static bool take_node_line(struct mac_sample *t)
{
	struct pq_text line = t->r.l.line, name, module;
	struct pq_scan s = pq_scan_over(line);
	struct node node;

	node.column = pq_scan_run(&s, is_guide).len;
	if (!pq_number_decimal(pq_scan_run(&s, pq_is_digit), &node.left) ||
	    !pq_scan_blanks(&s))
		return false;
	split_node_text(pq_scan_rest(&s), &name, &module);
	/* Columns as deep or deeper are other branches: they end here. */
	while (t->path.n && t->path.at[t->path.n - 1].column >= node.column)
		pop_node(t);
	if (t->path.n == PATH_MOST)
		return false;
	/* A node's own samples are those that its children leave. */
	if (t->path.n)
		t->path.at[t->path.n - 1].left -= node.left;
	node.location = pq_named_location(&t->r, name, module);
	*pq_vec_push(&t->path) = node;
	return true;
}

/* "Analysis of sampling server (pid 123) every 1 millisecond" */
static void take_program(struct mac_sample *t, struct pq_text line)
{
	size_t from = sizeof("Analysis of sampling ") - 1;

	pq_named_program(&t->r,
			 pq_text_slice(line, from,
				       pq_text_find(line, from, " (pid ")));
}

static void take_sample_line(struct mac_sample *t)
{
	struct pq_text line = pq_text_trim(t->r.l.line);

	if (pq_text_is(line, "Call graph:"))
		t->in_graph = true;
	else if (pq_text_starts(line, "Analysis of sampling "))
		take_program(t, line);
	else if (t->in_graph && line.len && !take_node_line(t))
		t->in_graph = false; /* "Total number in stack", and the rest */
}

int pq_mac_sample_probe(const uint8_t *head, size_t n)
{
	struct pq_text text = { (const char *)head, n };

	return pq_text_starts(text, "Analysis of sampling ") ||
			       pq_text_starts(text, "Sampling process ") ||
			       pq_text_starts(text, "Call graph:")
		       ? PQ_SURE_MAGIC
		       : PQ_SURE_NO;
}

bool pq_mac_sample_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err)
{
	struct mac_sample t = { .in_graph = false };
	bool ok;

	pq_named_init(&t.r, s, p, err);
	while (pq_lines_next(&t.r.l))
		take_sample_line(&t);
	/* The end of the file ends all nodes that are open. */
	while (err->code == PQ_OK && t.path.n)
		pop_node(&t);
	ok = pq_named_finish(&t.r);
	pq_vec_release(&t.path);
	pq_named_release(&t.r);
	return ok;
}
