/*
 * go_labels.h - the labels that Go prints with stacks.
 *
 * Shape:  {"key":"value", "key":"value"}: strings of JSON or of Go's %q, in a
 *         line "# labels: " of the text profiles, and behind the state of a
 *         goroutine in a dump.  A word without quotes is taken as it stands.
 * Errors: none; the list ends where it is not of this shape.
 */
#ifndef PQ_FORMAT_TEXT_GO_LABELS_H
#define PQ_FORMAT_TEXT_GO_LABELS_H

#include "format/text/builder.h"

/*
 * Adds the labels of a list that begins with "{" to the sample begun last;
 * returns whether that has any.
 */
bool pq_go_labels(struct pq_legacy *b, struct pq_text list);

#endif
