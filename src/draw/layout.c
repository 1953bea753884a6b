#include "draw/layout.h"

#include <dlfcn.h>
#include <graphviz/gvc.h>
#include <signal.h>
#include <string.h>

#include "base/child.h"
#include "base/io.h"

#include "base/banned.h"

#define LIBRARY "libgvc.so.6"

/* Memory of the child over what it inherits. */
#define MOST_BYTES (640u << 20)

/* No picture of a graph that passed the trimming comes near to it. */
#define MOST_PICTURE_BYTES (1u << 30)

/*
 * The clock's limit, for a machine that is busy with other things: so many
 * times the processor's, and some seconds more.
 */
#define CLOCK_TIMES 10
#define CLOCK_MORE 10

/* The child's exit status. */
enum outcome {
	DRAWN = 0,
	NO_LIBRARY = 11,
	NO_GRAPH,
	NO_LAYOUT,
	NO_RENDERER,
	NO_PIPE,
};

struct drawing {
	const char *dot, *format;
};

/* ---- the child; it allocates by the system's malloc only ---- */

struct graphviz {
	GVC_t *(*context)(void);
	Agraph_t *(*read)(const char *dot);
	int (*layout)(GVC_t *context, Agraph_t *graph, const char *engine);
	int (*render)(GVC_t *context, Agraph_t *graph, const char *format,
		      char **data, unsigned *len);
};

static bool load_graphviz(struct graphviz *gv)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return false;
	*(void **)&gv->context = dlsym(library, "gvContext");
	*(void **)&gv->read = dlsym(library, "agmemread");
	*(void **)&gv->layout = dlsym(library, "gvLayout");
	*(void **)&gv->render = dlsym(library, "gvRenderData");
	return gv->context && gv->read && gv->layout && gv->render;
}

static enum outcome draw_picture(const char *dot, const char *format, int fd)
{
	struct graphviz gv;
	Agraph_t *graph;
	GVC_t *context;
	char *data = NULL;
	unsigned len = 0;

	if (!load_graphviz(&gv))
		return NO_LIBRARY;
	/* Nothing is freed: the process ends with the picture. */
	context = gv.context();
	graph = context ? gv.read(dot) : NULL;
	if (!graph)
		return NO_GRAPH;
	if (gv.layout(context, graph, "dot"))
		return NO_LAYOUT;
	if (gv.render(context, graph, format, &data, &len) || !len)
		return NO_RENDERER;
	return pq_io_write_all(fd, data, len) ? DRAWN : NO_PIPE;
}

/* In the child; what it returns is an enum outcome. */
static int lay_out_and_render(void *arg, int in, int out)
{
	const struct drawing *d = arg;

	(void)in;
	return (int)draw_picture(d->dot, d->format, out);
}

/* ---- the parent ---- */

static const char *reason_of(struct pq_child_end end)
{
	if (end.how == PQ_CHILD_LOST)
		return "nobody knows how graphviz ended";
	if (end.how == PQ_CHILD_SIGNALED)
		return "graphviz crashed";
	/* Other numbers are graphviz's own: it may end the process. */
	switch (end.number) {
	case NO_LIBRARY:
		return "graphviz is not installed (" LIBRARY ")";
	case NO_GRAPH:
		return "graphviz does not understand the graph";
	case NO_LAYOUT:
		return "graphviz cannot lay out the graph";
	case NO_RENDERER:
		return "graphviz cannot write this format";
	default:
		return "graphviz gave up, perhaps for lack of memory";
	}
}

/* Whether the time was over, of the processor or of the clock. */
static bool was_too_slow(enum pq_child_reading reading, struct pq_child_end end)
{
	return reading == PQ_CHILD_TOO_LATE ||
	       (end.how == PQ_CHILD_SIGNALED && end.number == SIGXCPU);
}

static bool collect_picture(struct pq_child *c, unsigned seconds,
			    struct pq_buf *picture, struct pq_error *err)
{
	size_t before = picture->len;
	enum pq_child_reading reading;
	struct pq_child_end end;

	reading = pq_child_read(c, picture, seconds * CLOCK_TIMES + CLOCK_MORE,
				MOST_PICTURE_BYTES, &end);
	if (reading == PQ_CHILD_UNREADABLE)
		return pq_fail(err, PQ_EIO,
			       "graph layout failed: its picture "
			       "cannot be read");
	if (reading == PQ_CHILD_TOO_LONG)
		return pq_fail(err, PQ_ELIMIT,
			       "graph layout failed: its picture has more "
			       "than %u MiB",
			       MOST_PICTURE_BYTES >> 20);
	/* A limit that was hit explains a bad end: it is told first. */
	if (was_too_slow(reading, end))
		return pq_fail(err, PQ_ELIMIT,
			       "graph layout failed: not done after %u s; "
			       "-layout_time=N waits longer, a smaller "
			       "-nodecount or a larger -edgefraction draw less",
			       seconds);
	if (!pq_child_succeeded(end))
		return pq_fail(err, PQ_ELIMIT, "graph layout failed: %s",
			       reason_of(end));
	/* nothing that calls itself drawn is empty, whatever the status says */
	return picture->len > before ||
	       pq_fail(err, PQ_ELIMIT,
		       "graph layout failed: graphviz made no picture");
}

bool pq_layout(struct pq_buf *dot, const char *format, unsigned seconds,
	       struct pq_buf *picture, struct pq_error *err)
{
	struct drawing drawing = { pq_unchecked_bytes(pq_buf_cstr(dot)),
				   format };
	struct pq_child_plan plan = { .run = lay_out_and_render,
				      .arg = &drawing,
				      .cpu_seconds = seconds,
				      .address_bytes = MOST_BYTES,
				      .writes_no_file = true,
				      .is_silent = true,
				      .closes_files = true,
				      .dies_with_parent = true };
	struct pq_error why;
	struct pq_child c;

	pq_error_clear(&why);
	if (pq_child_begin(&c, &plan, &why))
		return collect_picture(&c, seconds, picture, err);
	return pq_fail(err, why.code, "graph layout failed: %s", why.msg);
}
