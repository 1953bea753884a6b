/*
 * sanitized.h - whether this is a build with AddressSanitizer, by gcc or clang.
 *
 * Such a program maps more address space than a limit allows, and allocates by
 * more system calls than a sandbox does: what depends on either asks here.  And
 * it looks for errors, with small inputs: pieces and chunks are small in it, so
 * that their ends are met.
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

#endif
