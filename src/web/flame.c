#include "web/flame.h"

#include <string.h>

#include "draw/flame_diff.h"
#include "draw/flame_json.h"

#include "base/banned.h"

static void *look_at_sides(const struct pq_report_input *in,
			   struct pq_error *err)
{
	return pq_flame_diff_before(in, false, err);
}

static void *keep_view(const struct pq_report_input *in, struct pq_error *err)
{
	(void)err;
	return in->view;
}

const struct pq_report pq_web_flame_report = {
	.takes = PQ_TAKES_ONE_OR_SIDES,
	.view = { .never_trims = true },
	.before = look_at_sides,
	.build = keep_view,
};

static size_t count_box(void *ctx, const struct pq_flame *f, uint32_t frame)
{
	(void)ctx;
	(void)f;
	(void)frame;
	return 1;
}

static void put_columns(struct pq_answer *a, const struct pq_flame *f,
			struct pq_view_type type, const struct pq_job *job,
			struct pq_out *out)
{
	struct pq_flame_data data;
	struct pq_flame_columns c = { .data = &data,
				      .name = a->view.type,
				      .unit = a->view.sample_unit,
				      .total = type.total,
				      .at = job->at.len ? job->at
							: PQ_TEXT("0") };

	pq_flame_data_find(&data, f, &a->arena);
	pq_flame_json_columns(&c, out);
}

bool pq_web_flame_put(struct pq_answer *a, const struct pq_job *job,
		      struct pq_out *out)
{
	struct pq_flame_diff *diff = a->in.before;
	struct pq_view_type type = { .column = a->view.o.shape.sample_index,
				     .total = a->view.total };
	struct pq_flame f;
	struct pq_flame_options o = {
		.n_types = 1,
		.two_sides = a->in.diff != NULL,
		.budget_bytes = (size_t)job->boxes,
		.at = job->at,
		.cost = count_box,
	};

	/* A comparison has two columns of values for its one type. */
	if (a->in.diff) {
		pq_flame_diff_sides(diff, &a->in);
		type = diff->types[0];
	}
	o.types = &type.column;
	/* No frame: the id in the URL leads nowhere. */
	if (!pq_flame_build(&f, &a->view, &o, &a->arena))
		return false;
	if (a->in.diff)
		pq_flame_diff_tones(diff, &f);
	put_columns(a, &f, type, job, out);
	pq_flame_release(&f);
	return true;
}
