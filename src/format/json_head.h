/*
 * json_head.h - what the first bytes of a JSON file tell about its outline.
 *
 * For probes: strict is only who reads it all (json/pull.h).
 */
#ifndef PQ_FORMAT_JSON_HEAD_H
#define PQ_FORMAT_JSON_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether the outermost object has a member `outer` and, unless `inner` is
 * NULL, whether the object in it has a member `inner`.  An array stands for
 * an object all of whose members are called "[]".
 */
bool pq_json_head_has(const uint8_t *head, size_t n, const char *outer,
		      const char *inner);

#endif
