#include "base/thread.h"

#include <stdatomic.h>
#include <stddef.h>

#include "base/banned.h"

static atomic_uint threads_alive;

bool pq_thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg)
{
	if (pthread_create(thread, NULL, run, arg))
		return false;
	atomic_fetch_add(&threads_alive, 1);
	return true;
}

void pq_thread_join(pthread_t thread)
{
	pthread_join(thread, NULL);
	atomic_fetch_sub(&threads_alive, 1);
}

unsigned pq_threads_alive(void)
{
	return atomic_load(&threads_alive);
}
