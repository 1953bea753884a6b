/*
 * sanitized.h - whether this is a build with AddressSanitizer, by gcc or clang.
 *
 * Such a program maps more address space than a limit allows, and allocates by
 * more system calls than a sandbox does: what depends on either asks here.
 *
 * PQ_FUZZED: whether inputs are made by a fuzzer.  They are small, so that
 * pieces and chunks are small, too, for their ends to be met.
 */
#ifndef PQ_BASE_SANITIZED_H
#define PQ_BASE_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define PQ_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PQ_SANITIZED 1
#endif
#endif
#ifndef PQ_SANITIZED
#define PQ_SANITIZED 0
#endif

/* libFuzzer's manual has this name. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define PQ_FUZZED 1
#else
#define PQ_FUZZED 0
#endif

#endif
