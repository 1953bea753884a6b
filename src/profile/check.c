#include "profile/check.h"

#include "profile/ids.h"

#include "base/banned.h"

/*
 * Mapping ids must be unique and not 0.  Those of locations and functions need
 * no second look: the reader makes them dense numbers and sees a second row.
 */
static bool check_mappings(const struct pq_profile *p, struct pq_error *err)
{
	struct pq_ids seen = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < p->mappings.n; i++) {
		uint64_t id = p->mappings.at[i].id;
		bool fresh = true;

		if (!id)
			ok = pq_fail(err, PQ_EFORMAT,
				     "malformed profile: found mapping with "
				     "reserved ID=0");
		else
			pq_ids_number(&seen, id, &fresh);
		if (!fresh)
			ok = pq_fail(
				err, PQ_EFORMAT,
				"malformed profile: multiple mappings with "
				"same id: %llu",
				(unsigned long long)id);
	}
	pq_ids_release(&seen);
	return ok;
}

/* A profile without any mapping gets one, as in the reference. */
static void add_fake_mapping(struct pq_profile *p)
{
	struct pq_mapping fake = { .id = 1 };

	*pq_vec_push(&p->mappings) = fake;
	for (size_t i = 0; i < p->locations.n; i++)
		p->locations.at[i].mapping = 0;
}

bool pq_profile_check(struct pq_profile *p, struct pq_error *err)
{
	if (p->samples.n && !p->sample_types.n)
		return pq_fail(err, PQ_EFORMAT,
			       "malformed profile: missing sample type "
			       "information");
	if (!check_mappings(p, err))
		return false;
	if (!p->mappings.n)
		add_fake_mapping(p);
	return true;
}
