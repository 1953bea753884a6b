/*
 * facts.h - what the front knows of a profile that it never sees: made by the
 * engine when it has loaded, kept as the message that it came in.
 *
 * Owner:  texts are views of the message.
 */
#ifndef PQ_WEB_FACTS_H
#define PQ_WEB_FACTS_H

#include "session/session.h"

#include "profile/kind.h"

enum {
	PQ_FACTS_TYPES = 64,
	PQ_FACTS_LABELS = 256,
	PQ_FACTS_PROFILES = 16, /* side by side */
	PQ_FACTS_NAMES = 1024,	/* files */
	PQ_FACTS_NOTES = 16,
	PQ_FACTS_NOTE_BYTES = 8 << 10, /* of all of them */
};

/*
 * Lines that reading prints.  Their room is made before there is a guard that
 * could unwind; a line that finds none is counted.
 */
struct pq_facts_notes {
	struct pq_buf packed;
	size_t n, n_left_out;
};

void pq_facts_notes_init(struct pq_facts_notes *notes);
void pq_facts_notes_clear(struct pq_facts_notes *notes);
void pq_facts_notes_add(struct pq_facts_notes *notes, struct pq_text line);

struct pq_facts_type {
	struct pq_text name, unit;
	int64_t total;
};

struct pq_facts_label {
	struct pq_text key;
	bool numeric;
	int64_t values; /* different ones */
};

/* One profile, or what several are merged or joined to. */
struct pq_facts_profile {
	enum pq_kind kind;
	struct pq_text file; /* the main binary, for titles */
	struct pq_text default_type;
	size_t n_types, n_labels;
	struct pq_facts_type types[PQ_FACTS_TYPES];
	struct pq_facts_label labels[PQ_FACTS_LABELS];
};

struct pq_web_facts {
	enum pq_takes takes;
	size_t n_names; /* files in the session's order */
	struct pq_text names[PQ_FACTS_NAMES];
	size_t n_notes, n_notes_left_out;
	struct pq_text notes[PQ_FACTS_NOTES];
	size_t n; /* 1, but for different kinds */
	struct pq_facts_profile of[PQ_FACTS_PROFILES];
};

/* Walks all samples once. */
void pq_web_facts_find(struct pq_session *s, const struct pq_options *o,
		       const struct pq_facts_notes *notes,
		       struct pq_buf *message);
bool pq_web_facts_unpack(struct pq_web_facts *f, struct pq_text message);

#endif
