/*
 * json.h - cJSON with our memory: a whole input as one tree.
 *
 * A value costs about 100 bytes in the tree, so that 6 million of them are
 * the most that is read.  Long lists of whole numbers would be most of the
 * values; they can be had as arrays, with an empty list for each in the tree.
 * What {"result": {"profile": X}} or {"profile": X} wraps is read in its place.
 * Nesting is limited by cJSON (1000), whose parser recurses.
 *
 * Numbers: cJSON's are doubles; pq_json_int takes those that are whole and
 *          exact.
 * Owner:   pq_json_read's caller frees the tree with cJSON_Delete.
 */
#ifndef PQ_FORMAT_JSON_H
#define PQ_FORMAT_JSON_H

#include <cjson/cJSON.h>

#include "base/error.h"
#include "gzip/stream.h"
#include "base/text.h"
#include "base/vec.h"

/* cJSON's memory comes from pq_alloc from here on. */
void pq_json_use_pq_alloc(void);

/*
 * A member of the outermost object: a list of numbers below 2^53; fractions
 * are rounded.
 */
struct pq_json_list {
	const char *key;
	bool found;
	PQ_VEC(int64_t) numbers; /* the caller's to release */
};

/*
 * The rest of the stream; NULL with PQ_EFORMAT and the offset, or PQ_ELIMIT.
 * lists ends with a key of NULL.
 */
cJSON *pq_json_read(struct pq_stream *s, struct pq_json_list *lists,
		    struct pq_error *err);

/* A member that is a number below 2^53 without a fraction. */
bool pq_json_int(const cJSON *object, const char *name, int64_t *value);
bool pq_json_is_int(const cJSON *item, int64_t *value);

/* A member that is a string, or "". */
struct pq_text pq_json_text_of(const cJSON *object, const char *name);

#endif
