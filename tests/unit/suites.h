/*
 * suites.h - one function per unit test file, made from the list in
 * tests/local.mk: tests/unit/base/cursor_test.c defines base_cursor_suite.
 */
#ifndef PQ_TESTS_UNIT_SUITES_H
#define PQ_TESTS_UNIT_SUITES_H

#include <check.h>

#define SUITE(folder, module) Suite *folder##_##module##_suite(void);
#include "suites.def"
#undef SUITE

/* Rows of a table, for tcase_add_loop_test. */
#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

#endif
