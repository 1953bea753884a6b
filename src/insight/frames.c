#include "insight/frames.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cursor.h"

#include "base/banned.h"

/* The standard library of Go, by first element; in order. */
static const char *const library[] = {
	"archive",  "arena",	 "bufio",   "builtin", "bytes",	   "cmp",
	"compress", "container", "context", "crypto",  "database", "debug",
	"embed",    "encoding",	 "errors",  "expvar",  "flag",	   "fmt",
	"go",	    "hash",	 "html",    "image",   "index",	   "internal",
	"io",	    "iter",	 "log",	    "maps",    "math",	   "mime",
	"net",	    "os",	 "path",    "plugin",  "reflect",  "regexp",
	"runtime",  "slices",	 "sort",    "strconv", "strings",  "structs",
	"sync",	    "syscall",	 "testing", "text",    "time",	   "unicode",
	"unique",   "unsafe",	 "vendor",  "weak",
};

struct pq_text pq_import_path(struct pq_text function)
{
	size_t end = pq_text_find(function, 0, "["), slash = 0, dot;
	struct pq_text path = pq_text_slice(function, 0, end);

	/* Dots before the last slash belong to a host name. */
	for (size_t i = 0; i < path.len; i++)
		if (path.bytes[i] == '/')
			slash = i + 1;
	dot = pq_text_find(path, slash, ".");
	return pq_text_slice(path, 0, dot < path.len ? dot : 0);
}

static int compare_element(const void *key, const void *row)
{
	const struct pq_text *element = key;
	const char *const *name = row;

	return pq_text_compare(*element, pq_text_of(*name));
}

static bool is_library_function(struct pq_text function)
{
	struct pq_text path = pq_import_path(function), element;

	element = pq_text_slice(path, 0, pq_text_find(path, 0, "/"));
	return !path.len ||
	       bsearch(&element, library, sizeof(library) / sizeof(*library),
		       sizeof(*library), compare_element);
}

/* ---- building ---- */

static void find_frame_name(const struct pq_frames *f,
			    const struct pq_node *node, struct pq_buf *b)
{
	struct pq_text name = pq_intern_text(&f->lines.texts, node->name);
	struct pq_text object = pq_intern_text(&f->lines.texts, node->objfile);

	pq_buf_clear(b);
	/* A frame without a name is told by its program. */
	if (name.len) {
		pq_buf_text(b, name);
	} else if (object.len) {
		pq_buf_char(b, '[');
		pq_buf_text(b, pq_text_basename(object));
		pq_buf_char(b, ']');
	} else {
		pq_buf_str(b, "<unknown>");
	}
}

static void add_frame(struct pq_frames *f, const struct pq_node *node,
		      struct pq_buf *b)
{
	struct pq_frame *frame = pq_vec_push(&f->list);

	find_frame_name(f, node, b);
	frame->function = pq_arena_text(&f->arena, pq_buf_view(b));
	frame->file = pq_intern_text(&f->lines.texts, node->file);
	frame->line = node->line;
	frame->library = is_library_function(frame->function);
	/* The label has the line: two sites of a function differ by it. */
	if (frame->file.len) {
		pq_buf_char(b, ' ');
		pq_buf_text(b, pq_text_basename(frame->file));
		pq_buf_printf(b, ":%lld", (long long)frame->line);
	}
	frame->label = pq_arena_text(&f->arena, pq_buf_view(b));
}

void pq_frames_init(struct pq_frames *f, const struct pq_profile *p)
{
	struct pq_graph_shape shape = { .granularity = PQ_LINES };
	struct pq_buf b = { 0 };

	memset(f, 0, sizeof(*f));
	pq_arena_init(&f->arena);
	pq_graph_init(&f->lines, p, &shape);
	pq_vec_reserve(&f->list, f->lines.nodes.n);
	for (size_t i = 0; i < f->lines.nodes.n; i++)
		add_frame(f, &f->lines.nodes.at[i], &b);
	/* The longest location bounds the room that a stack needs. */
	for (size_t l = 0; l < p->locations.n; l++) {
		uint32_t n =
			f->lines.first_frame[l + 1] - f->lines.first_frame[l];

		f->most_frames = n > f->most_frames ? n : f->most_frames;
	}
	/* A stack without frames has a leaf, too, which owns nothing. */
	f->none.function = f->none.label = PQ_TEXT("<unknown>");
	f->none.file = PQ_TEXT("");
	f->none.library = true;
	pq_buf_release(&b);
}

void pq_frames_release(struct pq_frames *f)
{
	pq_vec_release(&f->list);
	pq_graph_release(&f->lines);
	pq_arena_release(&f->arena);
}

/* ---- stacks ---- */

static inline uint32_t *put_frames_of(const struct pq_frames *f,
				      uint32_t location, uint32_t *at)
{
	const uint32_t *nodes = f->lines.frame_nodes.at;
	uint32_t frame = f->lines.first_frame[location];
	uint32_t end = f->lines.first_frame[location + 1];

	do
		*at++ = nodes[frame];
	while (++frame < end);
	return at;
}

void pq_frames_put(const struct pq_frames *f, const struct pq_sample *sample,
		   struct pq_frame_list *to)
{
	uint32_t *at;

	/* Room for all frames at their most: none is checked below. */
	pq_vec_reserve(to, pq_size_mul(sample->n_locations, f->most_frames));
	at = to->at;
	for (size_t i = 0; i < sample->n_locations; i++)
		at = put_frames_of(f, sample->locations[i], at);
	to->n = sample->n_locations ? (size_t)(at - to->at) : 0;
}

void pq_frames_read(const struct pq_frames *f, const uint8_t *packed,
		    struct pq_frame_list *to)
{
	uint64_t n, location;
	uint32_t *at;

	packed = pq_varint_take(packed, &n);
	pq_vec_reserve(to, pq_size_mul((size_t)n, f->most_frames));
	at = to->at;
	for (uint64_t i = 0; i < n; i++) {
		packed = pq_varint_take(packed, &location);
		at = put_frames_of(f, (uint32_t)location, at);
	}
	to->n = n ? (size_t)(at - to->at) : 0;
}

const struct pq_frame *pq_frames_leaf(const struct pq_frames *f,
				      struct pq_frame_stack s)
{
	return s.n ? &f->list.at[s.at[0]] : &f->none;
}

const struct pq_frame *pq_frames_owner(const struct pq_frames *f,
				       struct pq_frame_stack s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!f->list.at[s.at[i]].library)
			return &f->list.at[s.at[i]];
	return pq_frames_leaf(f, s);
}

static int compare_frames(const struct pq_frame *a, const struct pq_frame *b)
{
	int order = pq_text_compare(a->function, b->function);

	if (!order)
		order = pq_text_compare(a->file, b->file);
	return order ? order : (a->line > b->line) - (a->line < b->line);
}

int pq_frames_compare(const struct pq_frames *f, struct pq_frame_stack a,
		      struct pq_frame_stack b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		int order = 0;

		/* Most frames are equal, and equal frames have equal ids. */
		if (a.at[i] != b.at[i])
			order = compare_frames(&f->list.at[a.at[i]],
					       &f->list.at[b.at[i]]);
		if (order)
			return order;
	}
	return (a.n > b.n) - (a.n < b.n);
}
