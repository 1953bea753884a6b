/*
 * check_formats.h - what check found, for those who read it in a pipeline.
 *
 *     markdown   a table, for a summary or a comment
 *     github     workflow commands: annotations of lines
 *     junit      XML of test results: a test case for each budget
 *     sarif      SARIF 2.1.0: a rule for each budget, a result for each row
 *
 * Texts from files leave through the encoder of each format.
 * Source: GitHub's documentation of workflow commands; the schema of SARIF
 *         2.1.0; JUnit's XML as Jenkins, GitLab and Maven's surefire read it.
 */
#ifndef PQ_EXPORT_CHECK_FORMATS_H
#define PQ_EXPORT_CHECK_FORMATS_H

#include "insight/check.h"

void pq_check_markdown(const void *rows, struct pq_out *out);
void pq_check_github(const void *rows, struct pq_out *out);
void pq_check_junit(const void *rows, struct pq_out *out);
void pq_check_sarif(const void *rows, struct pq_out *out);

#endif
