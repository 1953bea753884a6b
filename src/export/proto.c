/*
 * proto.c - the profile after filters, as a file that every tool reads.
 * command/commands.def has its row.
 */
#include "base/mem.h"
#include "base/units.h"
#include "export/write_profile.h"
#include "report/report.h"

#include "base/banned.h"

struct proto {
	const struct pq_profile *p;
	const struct pq_io_options *io;
};

/* -divide_by changes the stored values. */
static bool divide_sample_values(void *ctx, struct pq_sample *sample)
{
	const struct pq_view *v = ctx;

	for (size_t i = 0; i < v->p->sample_types.n; i++)
		sample->values[i] =
			pq_trunc((double)sample->values[i] * v->ratio);
	return true;
}

static void *proto_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct proto *proto = PQ_ARENA_NEW(in->arena, struct proto, 1);
	struct pq_view *v = in->view;

	(void)err;
	/* Other reports divide when they print: a file has the quotients. */
	if (v->ratio > 0 && v->ratio != 1)
		(void)pq_samples_edit(&in->profile->samples,
				      v->p->samples.n_values,
				      divide_sample_values, v, NULL);
	proto->p = in->profile;
	proto->io = in->io;
	return proto;
}

static void proto_text(const void *rows, struct pq_out *out)
{
	const struct proto *proto = rows;

	pq_write_profile(proto->p, proto->io, out);
}

const struct pq_report pq_emit_proto = {
	.view = { .never_trims = true,
		  .object_names = true,
		  .stores_noinlines = true,
		  .granularity = PQ_GRANULARITY_ADDRESSES },
	.extension = "pb.gz",
	.build = proto_build,
	.text = proto_text,
};
