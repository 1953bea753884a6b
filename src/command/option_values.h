/*
 * option_values.h - option values from text, as Go's strconv reads them.
 *
 * Independent of the locale; the whole text must be the value.
 * Source: strconv.ParseInt with base 0, ParseFloat and ParseBool.  Sizes are
 *         this program's own: decimal digits and k, M, G or T (1024 each,
 *         either case, an optional B or iB after it).
 */
#ifndef PQ_COMMAND_OPTION_VALUES_H
#define PQ_COMMAND_OPTION_VALUES_H

#include <stdbool.h>
#include <stdint.h>

enum pq_value_result { PQ_VALUE_OK, PQ_VALUE_SYNTAX, PQ_VALUE_RANGE };

enum pq_value_result pq_value_int(const char *text, int64_t *value);
enum pq_value_result pq_value_float(const char *text, double *value);
enum pq_value_result pq_value_bool(const char *text, bool *value);
enum pq_value_result pq_value_size(const char *text, int64_t *value);

/*
 * The same at a shell's prompt, whose rules are others.  Integers: decimal
 * digits and a sign.  Booleans: true t yes y 1 and nothing at all, false f no n
 * 0, in any case.
 */
enum pq_value_result pq_value_decimal(const char *text, int64_t *value);
enum pq_value_result pq_value_yes_no(const char *text, bool *value);

#endif
