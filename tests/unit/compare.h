/*
 * compare.h - a profile against what protobuf-c made of the same bytes.
 *
 * Each fails the test unless the two say the same.
 */
#ifndef PQ_TESTS_UNIT_COMPARE_H
#define PQ_TESTS_UNIT_COMPARE_H

#include "profile.pb-c.h"

#include "profile/profile.h"

void expect_message(const struct pq_profile *p,
		    const Perftools__Profiles__Profile *m);

/* Of the samples only. */
void expect_message_samples(const struct pq_profile *p,
			    const Perftools__Profiles__Profile *m);

#endif
