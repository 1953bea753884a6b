/*
 * json_text.h - JSON's encoding of text from outside.
 *
 * The result is a quoted string that any strict parser accepts.  Control
 * characters and those that steer terminals become \uNNNN; a byte that is not
 * UTF-8 becomes U+FFFD, since JSON cannot hold it.
 */
#ifndef PQ_RENDER_JSON_TEXT_H
#define PQ_RENDER_JSON_TEXT_H

#include "base/buf.h"

void pq_json_text(struct pq_buf *to, struct pq_text text);

#endif
