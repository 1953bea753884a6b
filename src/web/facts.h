/*
 * facts.h - what the front knows of a profile that it never sees: made by the
 * engine when it has loaded, kept as the message that it came in.
 *
 * Owner:  texts are views of the message.
 */
#ifndef PQ_WEB_FACTS_H
#define PQ_WEB_FACTS_H

#include "session/session.h"

enum { PQ_FACTS_TYPES = 64, PQ_FACTS_LABELS = 256 };

struct pq_facts_type {
	struct pq_text name, unit;
	int64_t total;
};

struct pq_facts_label {
	struct pq_text key;
	bool numeric;
	int64_t values; /* different ones */
};

struct pq_web_facts {
	enum pq_takes takes;
	struct pq_text file; /* the main binary, for titles */
	struct pq_text default_type;
	size_t n_types, n_labels;
	struct pq_facts_type types[PQ_FACTS_TYPES];
	struct pq_facts_label labels[PQ_FACTS_LABELS];
};

/* Walks all samples once. */
void pq_web_facts_find(struct pq_session *s, const struct pq_options *o,
		       struct pq_buf *message);
bool pq_web_facts_unpack(struct pq_web_facts *f, struct pq_text message);

#endif
