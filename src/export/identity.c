#include "export/identity.h"

#include <string.h>

#include "export/moment.h"

#include "base/banned.h"

void pq_identity_init(struct pq_identity *id)
{
	memset(id, 0, sizeof(*id));
	id->service = id->instance = PQ_TEXT("");
	id->all_labels = true;
}

void pq_identity_release(struct pq_identity *id)
{
	pq_vec_release(&id->settings);
	pq_vec_release(&id->label_keys);
}

static bool fail_twice(struct pq_text key, struct pq_error *err)
{
	return pq_fail(err, PQ_EUSAGE, "-set: %.*s is set twice", (int)key.len,
		       key.bytes);
}

static bool set_column(struct pq_text *to, bool *is_set, struct pq_text key,
		       struct pq_text value, struct pq_error *err)
{
	if (*is_set)
		return fail_twice(key, err);
	*is_set = true;
	*to = value;
	return true;
}

static bool set_time(struct pq_identity *id, struct pq_text key,
		     struct pq_text value, struct pq_error *err)
{
	if (id->has_time)
		return fail_twice(key, err);
	id->has_time = pq_moment_parse(value, &id->taken_at_ns);
	return id->has_time ||
	       pq_fail(err, PQ_EUSAGE,
		       "-set=taken_at_ns: \"%.*s\" is no time: nanoseconds "
		       "since 1970, or as in 2026-11-01T12:00:00Z",
		       (int)value.len, value.bytes);
}

/* Into its place among the others. */
static bool add_setting(struct pq_identity *id, struct pq_text key,
			struct pq_text value, struct pq_error *err)
{
	size_t at = id->settings.n;

	/* A key that is given twice is a slip: neither value is taken. */
	for (size_t i = 0; i < id->settings.n; i++)
		if (pq_text_equal(id->settings.at[i].key, key))
			return fail_twice(key, err);
	/* Settings stay sorted: their order on the line means nothing. */
	(void)pq_vec_push(&id->settings);
	while (at && pq_text_compare(id->settings.at[at - 1].key, key) > 0) {
		id->settings.at[at] = id->settings.at[at - 1];
		at--;
	}
	id->settings.at[at] = (struct pq_setting){ key, value };
	return true;
}

bool pq_identity_set(struct pq_identity *id, struct pq_text setting,
		     struct pq_error *err)
{
	size_t equals = pq_text_find(setting, 0, "=");
	struct pq_text key, value;

	if (!equals || equals == setting.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-set: \"%.*s\" is not KEY=VALUE, as in "
			       "-set=service=api",
			       (int)setting.len, setting.bytes);
	key = pq_text_slice(setting, 0, equals);
	value = pq_text_slice(setting, equals + 1, setting.len);
	/* Three keys are columns of their own; all others become labels. */
	if (pq_text_is(key, "service"))
		return set_column(&id->service, &id->has_service, key, value,
				  err);
	if (pq_text_is(key, "instance"))
		return set_column(&id->instance, &id->has_instance, key, value,
				  err);
	if (pq_text_is(key, "taken_at_ns"))
		return set_time(id, key, value, err);
	return add_setting(id, key, value, err);
}

bool pq_identity_choose_labels(struct pq_identity *id, struct pq_text choice,
			       struct pq_error *err)
{
	if (!choice.len || pq_text_is(choice, "all"))
		return true;
	id->all_labels = false;
	for (size_t at = 0; at < choice.len && !pq_text_is(choice, "none");) {
		size_t end = pq_text_find(choice, at, ",");

		*pq_vec_push(&id->label_keys) = pq_text_slice(choice, at, end);
		at = end + 1;
	}
	/* The choice is stored: it tells why labels are missing. */
	return add_setting(id, PQ_TEXT("labels"), choice, err);
}

bool pq_identity_keeps_label(const struct pq_identity *id, struct pq_text key)
{
	bool keeps = id->all_labels;

	for (size_t i = 0; !keeps && i < id->label_keys.n; i++)
		keeps = pq_text_equal(id->label_keys.at[i], key);
	return keeps;
}
