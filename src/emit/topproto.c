#include "graph/report.h"
#include "base/banned.h"
static void *b(const struct pq_report_input *in, struct pq_error *err) { (void)in; pq_fail(err, PQ_EIO, "tmp"); return NULL; }
static void t(const void *r, struct pq_out *o) { (void)r; (void)o; }
const struct pq_report pq_emit_topproto = { .build = b, .text = t };
