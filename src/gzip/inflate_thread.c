#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "gzip/inflate.h"
#include "base/mem.h"
#include "base/thread.h"

#include "base/banned.h"

/*
 * A ring of buffers between the thread that inflates and the one that reads.
 * Everything the thread touches was allocated before it started: memory of
 * pq_alloc belongs to one thread.
 */

#define BUFFERS 4
#define BUFFER_BYTES ((size_t)1 << 20)

struct buffer {
	size_t bytes; /* 0: the end, or the error */
	uint8_t data[BUFFER_BYTES];
};

struct pq_inflate_thread {
	struct pq_inflater *inflater;
	struct pq_cleanup cleanup; /* stops it when memory runs out */
	int wake;		   /* eventfd: ends its wait for input */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* under the lock */
	unsigned filled; /* buffers ready to be read */
	bool stop;
	uint64_t read_bytes;
	/* the reader's alone */
	unsigned reading; /* buffer */
	size_t at;
	bool ended;
	/* the thread's, until it hands over a buffer of 0 bytes */
	struct pq_error err;
	struct buffer buffers[BUFFERS];
};

/* Fills a buffer as far as it goes; a short one comes before the end only. */
static size_t fill_buffer(struct pq_inflate_thread *t, struct buffer *b)
{
	size_t bytes = 0, got = 1;

	while (bytes < BUFFER_BYTES && got) {
		if (!pq_inflater_next(t->inflater, b->data + bytes,
				      BUFFER_BYTES - bytes, &got, &t->err))
			break;
		bytes += got;
	}
	return bytes;
}

static void *inflate_all(void *arg)
{
	struct pq_inflate_thread *t = arg;
	unsigned at = 0;
	bool more = true;

	while (more) {
		struct buffer *b = &t->buffers[at];

		pthread_mutex_lock(&t->lock);
		while (t->filled == BUFFERS && !t->stop)
			pthread_cond_wait(&t->changed, &t->lock);
		more = !t->stop;
		pthread_mutex_unlock(&t->lock);
		if (!more)
			break;
		/* after an error what came before it is still handed over */
		b->bytes = t->err.code == PQ_OK ? fill_buffer(t, b) : 0;
		more = b->bytes > 0;
		/* The buffers are a ring: the reader goes round behind. */
		at = (at + 1) % BUFFERS;
		pthread_mutex_lock(&t->lock);
		t->filled++;
		t->read_bytes = pq_inflater_read_bytes(t->inflater);
		pthread_cond_signal(&t->changed);
		pthread_mutex_unlock(&t->lock);
	}
	return NULL;
}

static void join(void *arg)
{
	struct pq_inflate_thread *t = arg;

	pthread_mutex_lock(&t->lock);
	t->stop = true;
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->lock);
	/* The thread may sleep in poll: the event wakes it. */
	(void)!eventfd_write(t->wake, 1); /* 0 + 1 always fits */
	pq_thread_join(t->thread);
	pq_inflater_wake_by(t->inflater, -1);
	close(t->wake);
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
}

static bool start(struct pq_inflate_thread *t)
{
	t->wake = eventfd(0, EFD_CLOEXEC);
	if (t->wake < 0)
		return false;
	pq_inflater_wake_by(t->inflater, t->wake);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->changed, NULL);
	if (pq_thread_start(&t->thread, inflate_all, t))
		return true;
	/* Without a thread the caller inflates by itself: all is undone. */
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
	pq_inflater_wake_by(t->inflater, -1);
	close(t->wake);
	return false;
}

struct pq_inflate_thread *pq_inflate_thread_new(struct pq_inflater *i)
{
	struct pq_inflate_thread *t = pq_alloc(sizeof(*t));

	/* The buffers stay as they are: their pages are taken when used. */
	memset(t, 0, offsetof(struct pq_inflate_thread, buffers));
	t->inflater = i;
	t->read_bytes = pq_inflater_read_bytes(i);
	if (!start(t)) {
		pq_free(t);
		return NULL;
	}
	pq_cleanup_add(&t->cleanup, join, t);
	return t;
}

void pq_inflate_thread_free(struct pq_inflate_thread *t)
{
	if (!t)
		return;
	pq_cleanup_remove(&t->cleanup);
	join(t);
	pq_inflater_free(t->inflater);
	pq_free(t);
}

uint64_t pq_inflate_thread_read_bytes(struct pq_inflate_thread *t)
{
	uint64_t n;

	pthread_mutex_lock(&t->lock);
	n = t->read_bytes;
	pthread_mutex_unlock(&t->lock);
	return n;
}

static void wait_filled(struct pq_inflate_thread *t)
{
	pthread_mutex_lock(&t->lock);
	while (!t->filled)
		pthread_cond_wait(&t->changed, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

static void hand_back(struct pq_inflate_thread *t)
{
	t->reading = (t->reading + 1) % BUFFERS;
	t->at = 0;
	pthread_mutex_lock(&t->lock);
	t->filled--;
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

bool pq_inflate_thread_next(struct pq_inflate_thread *t, uint8_t *to,
			    size_t room, size_t *got, struct pq_error *err)
{
	struct buffer *b = &t->buffers[t->reading];
	size_t n;

	*got = 0;
	if (t->ended)
		return true;
	wait_filled(t);
	/* An empty buffer is the end, or the failure before it. */
	if (!b->bytes) {
		t->ended = true;
		if (t->err.code != PQ_OK && err->code == PQ_OK)
			*err = t->err;
		return t->err.code == PQ_OK;
	}
	n = b->bytes - t->at;
	if (n > room)
		n = room;
	memcpy(to, b->data + t->at, n);
	t->at += n;
	*got = n;
	/* A buffer goes back only when it was read to its end. */
	if (t->at == b->bytes)
		hand_back(t);
	return true;
}
