/*
 * identity.h - what an export says of all its profiles: where they come from,
 * and which labels of their samples stay.
 *
 *     pq_identity_init(&id);
 *     pq_identity_set(&id, PQ_TEXT("service=api"), err) ...	-set
 *     pq_identity_choose_labels(&id, text, err)		-labels
 *     pq_identity_release(&id)
 *
 * Keys:   service and instance are columns; taken_at_ns replaces the time of
 *         the file; every other key becomes a label of the profiles.  A choice
 *         of labels is a label "labels" of the profiles, too, as they are
 *         others than without it.
 * Owner:  texts are borrowed.
 * Errors: PQ_EUSAGE for what has no key, for a key that comes twice, and for
 *         what is no time.
 */
#ifndef PQ_EXPORT_IDENTITY_H
#define PQ_EXPORT_IDENTITY_H

#include "base/error.h"
#include "base/text.h"
#include "base/vec.h"

struct pq_setting {
	struct pq_text key, value;
};

struct pq_identity {
	struct pq_text service, instance;
	bool has_time, has_service, has_instance;
	int64_t taken_at_ns;
	PQ_VEC(struct pq_setting) settings; /* sorted by key */
	bool all_labels;
	PQ_VEC(struct pq_text) label_keys; /* unless all of them stay */
};

void pq_identity_init(struct pq_identity *id);
void pq_identity_release(struct pq_identity *id);

/* KEY=VALUE */
bool pq_identity_set(struct pq_identity *id, struct pq_text setting,
		     struct pq_error *err);

/* "all", "none" or keys with commas between. */
bool pq_identity_choose_labels(struct pq_identity *id, struct pq_text choice,
			       struct pq_error *err);

bool pq_identity_keeps_label(const struct pq_identity *id, struct pq_text key);

#endif
