/*
 * banned.h - functions whose misuse is a hole, made compile errors.
 *
 * Include it last in every .c file: system headers that come after it would
 * trip over the poisoned names.
 */
#ifndef PQ_BASE_BANNED_H
#define PQ_BASE_BANNED_H

/* macros with _FORTIFY_SOURCE, which cannot be poisoned */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets
#pragma GCC poison strtok atoi atol atoll atof
#pragma GCC poison gmtime localtime ctime asctime
#pragma GCC poison system popen mktemp tmpnam

#endif
