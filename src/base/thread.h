/*
 * thread.h - starting and joining threads, which are counted.
 *
 * The count is what child.h asks before it forks: a fork takes along only the
 * thread that calls it, and locks that others hold stay locked for good.
 */
#ifndef PQ_BASE_THREAD_H
#define PQ_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* False when the system has no thread to give. */
bool pq_thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg);
void pq_thread_join(pthread_t thread);

/* Threads that were started and are not joined yet. */
unsigned pq_threads_alive(void);

#endif
