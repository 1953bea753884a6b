#include "draw/dot_builder.h"

#include "base/mem.h"
#include "draw/dot_text.h"

#include "base/banned.h"

void pq_dot_builder_release(struct pq_dot_builder *b)
{
	pq_buf_release(&b->text);
	pq_buf_release(&b->raw);
}

struct pq_text pq_dot_take(struct pq_dot_builder *b)
{
	struct pq_text taken =
		pq_arena_text(b->in->arena, pq_buf_view(&b->text));

	pq_buf_clear(&b->text);
	return taken;
}

void pq_dot_put(struct pq_dot_builder *b, struct pq_text text)
{
	pq_dot_escape(&b->text, text, pq_dot_ampersand(b->use));
}

void pq_dot_put_value(struct pq_dot_builder *b, int64_t value)
{
	pq_buf_clear(&b->raw);
	pq_view_value(b->in->view, &b->raw,
		      value); /* with a unit of the file */
	pq_dot_put(b, pq_buf_view(&b->raw));
}
