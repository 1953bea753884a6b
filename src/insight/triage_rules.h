/*
 * triage_rules.h - the rules of triage, a file for each kind of profile.
 *
 * Each rule either finds something or is quiet, with its figure or with what is
 * missing.  Thresholds were set so that healthy programs have no finding.
 */
#ifndef PQ_INSIGHT_TRIAGE_RULES_H
#define PQ_INSIGHT_TRIAGE_RULES_H

#include "insight/findings.h"

/* Fewer samples of CPU are not judged. */
#define PQ_TRIAGE_LEAST_SAMPLES 30

/* What of a CPU profile is the collector's, and whether gc-cpu would say it. */
struct pq_collection {
	int64_t n_samples;
	double share; /* 0 to 1; 0 without samples */
	bool is_large;
};

struct pq_collection pq_triage_collection(const struct pq_profile *p);

/* Looks at the last heap for what the rule on the collector says of it. */
bool pq_triage_read_heap(struct pq_triage *t, struct pq_error *err);
void pq_triage_cpu(struct pq_triage *t, const struct pq_triage_file *file);
bool pq_triage_growth(struct pq_triage *t, struct pq_error *err);
bool pq_triage_leaks(struct pq_triage *t, struct pq_error *err);
bool pq_triage_goroutines(struct pq_triage *t,
			  const struct pq_triage_file *file,
			  struct pq_error *err);
void pq_triage_mutex(struct pq_triage *t, const struct pq_triage_file *file);

#endif
