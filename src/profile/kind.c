#include "profile/kind.h"

#include "base/buf.h"

#include "base/banned.h"

static bool has_type(const struct pq_profile *p, size_t n_types,
		     const char *name)
{
	for (size_t i = 0; i < n_types; i++)
		if (pq_text_is(pq_string(p, p->sample_types.at[i].type), name))
			return true;
	return false;
}

enum pq_kind pq_kind_find(const struct pq_profile *p, size_t n_types)
{
	static const struct {
		const char *type;
		enum pq_kind kind;
	} types[] = {
		{ "inuse_space", PQ_KIND_HEAP },
		{ "cpu", PQ_KIND_CPU },
		{ "goroutine", PQ_KIND_GOROUTINES },
		{ "goroutines", PQ_KIND_GOROUTINES },
		{ "contentions", PQ_KIND_CONTENTION },
	};

	if (pq_text_is(pq_string(p, p->period_type.type), "space"))
		return PQ_KIND_HEAP;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (has_type(p, n_types, types[i].type))
			return types[i].kind;
	return PQ_KIND_OTHER;
}

struct pq_text pq_kind_name(const struct pq_profile *p, size_t n_types)
{
	static const struct pq_text names[] = {
		[PQ_KIND_HEAP] = PQ_TEXT("heap"),
		[PQ_KIND_CPU] = PQ_TEXT("cpu"),
		[PQ_KIND_GOROUTINES] = PQ_TEXT("goroutine"),
		[PQ_KIND_CONTENTION] = PQ_TEXT("contention"),
	};
	enum pq_kind kind = pq_kind_find(p, n_types);

	if (kind != PQ_KIND_OTHER)
		return names[kind];
	if (!n_types)
		return PQ_TEXT("?");
	return pq_string(p, p->sample_types.at[n_types - 1].type);
}

/* Whether the kind of list[i] was met before. */
static bool is_known_kind(struct pq_profile *const *list, size_t i)
{
	struct pq_text name = pq_kind_name(list[i], list[i]->sample_types.n);

	while (i-- > 0)
		if (pq_text_equal(name, pq_kind_name(list[i],
						     list[i]->sample_types.n)))
			return true;
	return false;
}

bool pq_kinds_are_one(struct pq_profile *const *list, size_t n,
		      struct pq_error *err)
{
	struct pq_buf names = { 0 };
	size_t n_kinds = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_known_kind(list, i))
			continue;
		pq_buf_str(&names, n_kinds++ ? ", " : "");
		pq_text_encode(&names,
			       pq_kind_name(list[i], list[i]->sample_types.n));
	}
	if (n_kinds > 1)
		pq_fail(err, PQ_EUSAGE, "files of different kinds: %s",
			pq_buf_cstr(&names));
	pq_buf_release(&names);
	return n_kinds < 2;
}
