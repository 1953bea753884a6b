#include "profile/sample_index.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/suggest.h"

#include "base/banned.h"

static struct pq_text sample_type_name(const struct pq_profile *p, size_t i)
{
	return pq_string(p, p->sample_types.at[i].type);
}

/* The first type of either name. */
static bool find_type_of_two(const struct pq_profile *p, struct pq_text name,
			     struct pq_text other, unsigned *index)
{
	for (size_t i = 0; i < p->sample_types.n; i++) {
		struct pq_text type = sample_type_name(p, i);

		if (pq_text_equal(type, name) || pq_text_equal(type, other)) {
			*index = (unsigned)i;
			return true;
		}
	}
	return false;
}

static bool find_type(const struct pq_profile *p, struct pq_text name,
		      unsigned *index)
{
	return find_type_of_two(p, name, name, index);
}

/*
 * Old heap profiles call inuse_space just space.  The first type of either name
 * is meant, as in the reference, and not the one that was spelt.
 */
static bool find_wanted_type(const struct pq_profile *p, struct pq_text wanted,
			     unsigned *index)
{
	static const char in_use[] = "inuse_";
	struct pq_text plain = wanted;

	if (pq_text_starts(wanted, in_use))
		plain = pq_text_slice(wanted, sizeof(in_use) - 1, wanted.len);
	return find_type_of_two(p, wanted, plain, index);
}

/* A decimal number with an optional sign and nothing else. */
static bool parse_position(struct pq_text text, long long *value)
{
	char digits[24];
	size_t start = text.len &&
		       (text.bytes[0] == '-' || text.bytes[0] == '+');

	if (text.len == start || text.len >= sizeof(digits))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		digits[i] = text.bytes[i];
		if (i >= start && (digits[i] < '0' || digits[i] > '9'))
			return false;
	}
	digits[text.len] = '\0';
	errno = 0;
	*value = strtoll(digits, NULL, 10);
	return errno == 0;
}

static bool fail_unknown_type(const struct pq_profile *p, struct pq_text wanted,
			      struct pq_error *err)
{
	struct pq_suggest nearest;
	struct pq_buf b = { 0 };

	pq_suggest_begin(&nearest, wanted);
	pq_buf_str(&b, "sample_index \"");
	pq_text_encode(&b, wanted);
	pq_buf_str(&b, "\" must be one of: [");
	/* All names are listed, and the nearest one is proposed. */
	for (size_t i = 0; i < p->sample_types.n; i++) {
		if (i)
			pq_buf_char(&b, ' ');
		pq_text_encode(&b, sample_type_name(p, i));
		pq_suggest_offer(&nearest, sample_type_name(p, i));
	}
	pq_buf_char(&b, ']');
	pq_suggest_append(&nearest, &b);
	pq_fail(err, PQ_EFORMAT, "%s", pq_buf_cstr(&b));
	pq_buf_release(&b);
	return false;
}

bool pq_sample_index(const struct pq_profile *p, struct pq_text wanted,
		     unsigned *index, struct pq_error *err)
{
	struct pq_text dflt = pq_string(p, p->default_sample_type);
	size_t n = p->sample_types.n;
	long long position;

	if (!n)
		return pq_fail(err, PQ_EFORMAT, "profile has no samples");
	/* Without a wish: the profile's default, else the last type. */
	if (!wanted.len) {
		*index = (unsigned)(n - 1);
		if (dflt.len)
			find_type(p, dflt, index);
		return true;
	}
	if (parse_position(wanted, &position)) {
		if (position < 0 || (unsigned long long)position >= n)
			return pq_fail(err, PQ_EFORMAT,
				       "sample_index %lld is outside the range "
				       "[0..%zu]",
				       position, n - 1);
		*index = (unsigned)position;
		return true;
	}
	return find_wanted_type(p, wanted, index) ||
	       fail_unknown_type(p, wanted, err);
}
