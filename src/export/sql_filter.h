/*
 * sql_filter.h - what -where, -old and -new ask for, as conditions of SQL.
 *
 * Syntax: KEY=VALUE with commas between, all of which must hold.  Keys are
 *         service, instance, since, until (RFC 3339 or nanoseconds; since is
 *         in it, until is not), set:KEY (a label of the profile) and label:KEY
 *         (a text label of the sample).  A comma ends a value only where a key
 *         follows it, so that a value may have commas.
 * Errors: PQ_EUSAGE for what does not parse.
 */
#ifndef PQ_EXPORT_SQL_FILTER_H
#define PQ_EXPORT_SQL_FILTER_H

#include "base/vec.h"
#include "export/sql_text.h"

enum pq_filter_key {
	PQ_FILTER_SERVICE,
	PQ_FILTER_INSTANCE,
	PQ_FILTER_SINCE,
	PQ_FILTER_UNTIL,
	PQ_FILTER_SET,
	PQ_FILTER_LABEL,
	PQ_N_FILTER_KEYS
};

struct pq_condition {
	enum pq_filter_key key;
	struct pq_text name; /* of SET and LABEL: the label's key */
	struct pq_text value;
	int64_t ns; /* of SINCE and UNTIL */
};

struct pq_sql_filter {
	PQ_VEC(struct pq_condition) conditions;
};

void pq_sql_filter_release(struct pq_sql_filter *f);

/* Adds what one option asks for; texts are borrowed. */
bool pq_sql_filter_add(struct pq_sql_filter *f, const char *option,
		       struct pq_text text, struct pq_error *err);

/* "A AND B" on the columns of samples; nothing without conditions. */
void pq_sql_filter_samples(const struct pq_sql_filter *f, enum pq_engine engine,
			   struct pq_buf *to);

/* The same on those of profiles, without what is about samples only. */
void pq_sql_filter_profiles(const struct pq_sql_filter *f,
			    enum pq_engine engine, struct pq_buf *to);

/* The same on the service alone. */
void pq_sql_filter_service(const struct pq_sql_filter *f, enum pq_engine engine,
			   struct pq_buf *to);

#endif
