#include "symbolize/dwarf/frame_lists.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

void pq_frame_lists_init(struct pq_frame_lists *f, size_t n)
{
	memset(f, 0, sizeof(*f));
	pq_arena_init(&f->arena);
	pq_intern_init(&f->texts, &f->arena);
	f->of = pq_alloc_zeroed(pq_size_mul(n + 1, sizeof(*f->of)));
	f->n = n;
}

void pq_frame_lists_release(struct pq_frame_lists *f)
{
	pq_intern_release(&f->texts);
	pq_arena_release(&f->arena);
	pq_vec_release(&f->at);
	pq_vec_release(&f->missing);
	pq_free(f->of);
	f->of = NULL;
}

void pq_frame_lists_begin(struct pq_frame_lists *f, size_t i)
{
	f->of[i] = (struct pq_frame_list){ (uint32_t)f->at.n, 0 };
}

void pq_frame_lists_add(struct pq_frame_lists *f, size_t i,
			const struct pq_frame *frame)
{
	*pq_vec_push(&f->at) = *frame;
	f->of[i].n++;
}
