/*
 * proof.h - what tests/raw.sh puts before every file that it compiles.
 *
 * PQ_RAW (base/raw.h) becomes "volatile".  Nothing else of profq qualifies
 * bytes so, a pointer loses it neither by assignment nor as an argument
 * without a warning, and -Wcast-qual sees to casts.  What is left are
 * functions that take any type, and those that only look:
 *
 *  - printf and its like: each argument is looked at by its type;
 *  - memcmp and strlen tell nothing but a number; memchr and its like give
 *    back what is as raw as what they were given;
 *  - memcpy and its like may write to what is raw already.
 */
#ifndef PQ_TESTS_RAW_PROOF_H
#define PQ_TESTS_RAW_PROOF_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PQ_RAW volatile

const char *pq_unchecked_bytes(const char PQ_RAW *bytes);
char *pq_unchecked_writable(char PQ_RAW *bytes);

int raw_memcmp(const void PQ_RAW *a, const void PQ_RAW *b, size_t n);
void PQ_RAW *raw_memchr(const void PQ_RAW *p, int c, size_t n);
void PQ_RAW *raw_memrchr(const void PQ_RAW *p, int c, size_t n);
void PQ_RAW *raw_memmem(const void PQ_RAW *p, size_t n, const void PQ_RAW *q,
			size_t m);
void *raw_memcpy(void PQ_RAW *to, const void PQ_RAW *from, size_t n);
void *raw_memmove(void PQ_RAW *to, const void PQ_RAW *from, size_t n);
void *raw_memset(void PQ_RAW *to, int c, size_t n);
void *cooked_memchr(const void *p, int c, size_t n);
void *cooked_memrchr(const void *p, int c, size_t n);
void *cooked_memmem(const void *p, size_t n, const void *q, size_t m);
void *cooked_memcpy(void *to, const void *from, size_t n);
void *cooked_memmove(void *to, const void *from, size_t n);
void *cooked_memset(void *to, int c, size_t n);
int cooked_vsnprintf(char *to, size_t n, const char *format, va_list args);
int raw_vsnprintf(char PQ_RAW *to, size_t n, const char *format, va_list args);

/* One of two, by the type of a pointer. */
#define RAW_OR(p, raw, other) \
	_Generic((p),                                                      \
		char PQ_RAW *: raw,                                        \
		const char PQ_RAW *: raw,                                  \
		unsigned char PQ_RAW *: raw,                               \
		const unsigned char PQ_RAW *: raw,                         \
		void PQ_RAW *: raw,                                        \
		const void PQ_RAW *: raw,                                  \
		default: other)

#define memcmp raw_memcmp
#define memchr(p, c, n) (RAW_OR(p, raw_memchr, cooked_memchr)((p), (c), (n)))
#define memrchr(p, c, n) (RAW_OR(p, raw_memrchr, cooked_memrchr)((p), (c), (n)))
#define memmem(p, n, q, m) \
	(RAW_OR(p, raw_memmem, cooked_memmem)((p), (n), (q), (m)))
#define memcpy(to, from, n) \
	(RAW_OR(to, raw_memcpy, cooked_memcpy)((to), (from), (n)))
#define memmove(to, from, n) \
	(RAW_OR(to, raw_memmove, cooked_memmove)((to), (from), (n)))
#define memset(to, c, n) (RAW_OR(to, raw_memset, cooked_memset)((to), (c), (n)))
#define vsnprintf(to, n, format, args)                                    \
	(RAW_OR(to, raw_vsnprintf, cooked_vsnprintf)((to), (n), (format), \
						     (args)))

#include "base/out.h"

/* An argument of printf; what is raw becomes what no format takes. */
struct raw_bytes_in_printf {
	int no;
};
#define RAW_NONE(x) RAW_OR(x, ((struct raw_bytes_in_printf){ 0 }), (x))

#define RAW_ARGS_1(a) RAW_NONE(a)
#define RAW_ARGS_2(a, ...) RAW_NONE(a), RAW_ARGS_1(__VA_ARGS__)
#define RAW_ARGS_3(a, ...) RAW_NONE(a), RAW_ARGS_2(__VA_ARGS__)
#define RAW_ARGS_4(a, ...) RAW_NONE(a), RAW_ARGS_3(__VA_ARGS__)
#define RAW_ARGS_5(a, ...) RAW_NONE(a), RAW_ARGS_4(__VA_ARGS__)
#define RAW_ARGS_6(a, ...) RAW_NONE(a), RAW_ARGS_5(__VA_ARGS__)
#define RAW_ARGS_7(a, ...) RAW_NONE(a), RAW_ARGS_6(__VA_ARGS__)
#define RAW_ARGS_8(a, ...) RAW_NONE(a), RAW_ARGS_7(__VA_ARGS__)
#define RAW_ARGS_9(a, ...) RAW_NONE(a), RAW_ARGS_8(__VA_ARGS__)
#define RAW_ARGS_10(a, ...) RAW_NONE(a), RAW_ARGS_9(__VA_ARGS__)
#define RAW_ARGS_11(a, ...) RAW_NONE(a), RAW_ARGS_10(__VA_ARGS__)
#define RAW_ARGS_12(a, ...) RAW_NONE(a), RAW_ARGS_11(__VA_ARGS__)
#define RAW_ARGS_13(a, ...) RAW_NONE(a), RAW_ARGS_12(__VA_ARGS__)
#define RAW_ARGS_14(a, ...) RAW_NONE(a), RAW_ARGS_13(__VA_ARGS__)
#define RAW_ARGS_15(a, ...) RAW_NONE(a), RAW_ARGS_14(__VA_ARGS__)
#define RAW_ARGS_16(a, ...) RAW_NONE(a), RAW_ARGS_15(__VA_ARGS__)
#define RAW_PICK(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, x, ...) x
/* Too many arguments call what there is not. */
#define RAW_ARGS(...)                                                        \
	RAW_PICK(__VA_ARGS__, RAW_ARGS_16, RAW_ARGS_15, RAW_ARGS_14,         \
		 RAW_ARGS_13, RAW_ARGS_12, RAW_ARGS_11, RAW_ARGS_10,         \
		 RAW_ARGS_9, RAW_ARGS_8, RAW_ARGS_7, RAW_ARGS_6, RAW_ARGS_5, \
		 RAW_ARGS_4, RAW_ARGS_3, RAW_ARGS_2, RAW_ARGS_1, )           \
	(__VA_ARGS__)

#undef printf
#undef fprintf
#undef dprintf
#undef snprintf
#define printf(...) (printf)(RAW_ARGS(__VA_ARGS__))
#define fprintf(...) (fprintf)(RAW_ARGS(__VA_ARGS__))
#define dprintf(...) (dprintf)(RAW_ARGS(__VA_ARGS__))
#define snprintf(...) (snprintf)(RAW_ARGS(__VA_ARGS__))
#ifndef RAW_OUT_ITSELF
#define pq_out_printf(...) (pq_out_printf)(RAW_ARGS(__VA_ARGS__))
#endif

#endif
