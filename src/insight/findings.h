/*
 * findings.h - what the rules of triage look at, and where they put what they
 * found.
 *
 * The order of findings is that of the rules.  All of it lives in the arena of
 * the report.
 */
#ifndef PQ_INSIGHT_FINDINGS_H
#define PQ_INSIGHT_FINDINGS_H

#include "base/intern.h"
#include "base/notes.h"
#include "base/vec.h"
#include "profile/join.h"
#include "report/report.h"

struct pq_finding {
	const char *rule;
	struct pq_text text, site, command;
	double share; /* NAN: none */
	struct pq_notes evidence;
};

struct pq_quiet_rule {
	const char *rule;
	struct pq_text why;
};

enum pq_triage_kind {
	PQ_TRIAGE_CPU,
	PQ_TRIAGE_HEAP,
	PQ_TRIAGE_GOROUTINES,
	PQ_TRIAGE_MUTEX,
	PQ_TRIAGE_BLOCK,
	PQ_TRIAGE_OTHER,
	PQ_TRIAGE_KINDS
};

struct pq_triage_file {
	struct pq_profile *profile;
	const char *path;
	struct pq_text name; /* base name */
	enum pq_triage_kind kind;
};

struct pq_triage {
	const struct pq_report_input *in;
	struct pq_arena *arena;
	struct pq_triage_file *files;
	size_t n_files, n_of[PQ_TRIAGE_KINDS];
	double uptime; /* seconds; 0: unknown */
	PQ_VEC(struct pq_finding) findings;
	PQ_VEC(struct pq_quiet_rule) quiet;
	/* goroutines, for the rule on locks */
	int64_t n_goroutines;
	struct pq_intern lock_owners;
	PQ_VEC(int64_t) lock_waiters; /* by owner */
	/* the heap, for the rule on the collector; "" where not known */
	struct pq_notes heap_evidence;
	struct pq_text heap_site, heap_file;
};

/* A finding; text and command are taken from the buffers, which are emptied. */
struct pq_finding *pq_triage_find(struct pq_triage *t, const char *rule,
				  struct pq_buf *text, struct pq_text site,
				  double share, struct pq_buf *command);
/* One more line of evidence, from the buffer, which is emptied. */
void pq_triage_add_evidence(struct pq_finding *f, struct pq_buf *line);
void pq_triage_be_quiet(struct pq_triage *t, const char *rule,
			struct pq_buf *why);

/* The joined profile that one file is. */
void pq_triage_join_one(struct pq_joined *j, struct pq_joined_file *storage,
			const struct pq_triage_file *file);

#endif
