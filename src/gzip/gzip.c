#include "gzip/gzip.h"

#include <pthread.h>
#include <string.h>
#include <zlib.h>

#include "gzip/inflate_backend.h"
#include "base/mem.h"
#include "base/thread.h"

#include "base/banned.h"

enum {
	BLOCK_BYTES = 256 << 10,
	HISTORY_BYTES = 32 << 10,
	/* noise grows by 5 bytes in 32 KB, a flush adds 5 */
	ROOM_BYTES = BLOCK_BYTES + (BLOCK_BYTES >> 8),
	/* the writer of profiles cannot feed more */
	MOST_JOBS = 16,
	MOST_SLOTS = MOST_JOBS + 2,
};

/* A block on its way, in memory that is used again. */
struct slot {
	z_stream z;
	const struct pq_inflate_backend *library; /* its checksum is faster */
	uint32_t crc;
	size_t history; /* bytes before the block that are its dictionary */
	size_t bytes;	/* the block's, so far */
	size_t made;
	bool last;
	bool done; /* under the lock, once there are threads */
	unsigned char in[HISTORY_BYTES + BLOCK_BYTES];
	unsigned char out[ROOM_BYTES];
};

struct pq_gzip {
	struct pq_out *out;
	const struct pq_inflate_backend *library; /* for its checksum */
	uint32_t crc, bytes; /* all bytes written out; modulo 2^32 */
	uint64_t written;    /* blocks */
	uint64_t filled;     /* blocks; the next one is being filled */
	struct slot *slots[MOST_SLOTS]; /* block i is in [i % n_slots] */
	unsigned n_slots;
	unsigned jobs, n_threads;
	int level;
	pthread_t threads[MOST_JOBS];
	struct pq_cleanup cleanup; /* ends them when memory runs out */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* under the lock: */
	uint64_t open;	/* blocks that may be compressed */
	uint64_t taken; /* and those that are, or were */
	bool stop;
};

/* ---- one block ---- */

static void *zlib_alloc(void *opaque, unsigned n, unsigned each)
{
	(void)opaque;
	return pq_alloc_zeroed(pq_size_mul(n, each));
}

static void zlib_free(void *opaque, void *block)
{
	(void)opaque;
	pq_free(block);
}

static struct slot *new_slot(const struct pq_gzip *gz)
{
	struct slot *s = pq_alloc(sizeof(*s));

	/* The buffers stay as they are: their pages are taken when used. */
	memset(s, 0, offsetof(struct slot, in));
	s->z.zalloc = zlib_alloc;
	s->z.zfree = zlib_free;
	s->library = gz->library;
	/*
	 * Cannot fail: memory comes from pq_alloc, the constants are valid.
	 * The larger tables (9) are faster and cost no size.
	 */
	deflateInit2(&s->z, gz->level, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
	return s;
}

static void free_slot(struct slot *s)
{
	if (!s)
		return;
	deflateEnd(&s->z);
	pq_free(s);
}

/* Allocates nothing. */
static void compress_block(struct slot *s)
{
	unsigned char *block = s->in + HISTORY_BYTES;

	if (s->made)
		deflateReset(&s->z);
	/* A block may refer to the bytes before it, as in one stream. */
	if (s->history)
		deflateSetDictionary(&s->z, block - s->history,
				     (unsigned)s->history);
	s->z.next_in = block;
	s->z.avail_in = (unsigned)s->bytes;
	s->z.next_out = s->out;
	s->z.avail_out = ROOM_BYTES;
	/* Flushed to a whole byte: the next block can follow. */
	deflate(&s->z, s->last ? Z_FINISH : Z_SYNC_FLUSH);
	s->made = ROOM_BYTES - s->z.avail_out;
	s->crc = s->library->crc(0, block, s->bytes);
}

/* ---- threads ---- */

static struct slot *slot_of(const struct pq_gzip *gz, uint64_t block)
{
	return gz->slots[block % gz->n_slots];
}

/* NULL when there is nothing more to do. */
static struct slot *take_block(struct pq_gzip *gz)
{
	struct slot *s = NULL;

	pthread_mutex_lock(&gz->lock);
	while (!gz->stop && gz->taken == gz->open)
		pthread_cond_wait(&gz->changed, &gz->lock);
	if (!gz->stop)
		s = slot_of(gz, gz->taken++);
	pthread_mutex_unlock(&gz->lock);
	return s;
}

static void *compress_blocks(void *arg)
{
	struct pq_gzip *gz = arg;
	struct slot *s;

	while ((s = take_block(gz))) {
		compress_block(s);
		pthread_mutex_lock(&gz->lock);
		s->done = true;
		pthread_cond_broadcast(&gz->changed);
		pthread_mutex_unlock(&gz->lock);
	}
	return NULL;
}

static void end_threads(void *arg)
{
	struct pq_gzip *gz = arg;

	pthread_mutex_lock(&gz->lock);
	gz->stop = true;
	pthread_cond_broadcast(&gz->changed);
	pthread_mutex_unlock(&gz->lock);
	for (unsigned i = 0; i < gz->n_threads; i++)
		pq_thread_join(gz->threads[i]);
	pthread_cond_destroy(&gz->changed);
	pthread_mutex_destroy(&gz->lock);
	gz->n_threads = 0;
}

/* One more for each block, until there are enough. */
static void start_thread(struct pq_gzip *gz)
{
	unsigned n = gz->n_threads;

	/* A single job is the caller's: no thread would help. */
	if (n >= gz->jobs || gz->jobs < 2)
		return;
	if (!n) {
		pthread_mutex_init(&gz->lock, NULL);
		pthread_cond_init(&gz->changed, NULL);
	}
	if (pq_thread_start(&gz->threads[n], compress_blocks, gz)) {
		if (!n)
			pq_cleanup_add(&gz->cleanup, end_threads, gz);
		gz->n_threads++;
		return;
	}
	gz->jobs = n; /* these must do */
	if (!n) {
		pthread_cond_destroy(&gz->changed);
		pthread_mutex_destroy(&gz->lock);
	}
}

/* ---- blocks in their order ---- */

/* Compresses the block that was filled, or has it compressed. */
static void submit(struct pq_gzip *gz)
{
	struct slot *s = slot_of(gz, gz->filled);

	/* A single block, the last one, is not worth a thread. */
	if (!s->last)
		start_thread(gz);
	gz->filled++;
	if (!gz->n_threads) {
		compress_block(s);
		s->done = true;
		return;
	}
	pthread_mutex_lock(&gz->lock);
	gz->open = gz->filled;
	pthread_cond_broadcast(&gz->changed);
	pthread_mutex_unlock(&gz->lock);
}

static void wait_done(struct pq_gzip *gz, struct slot *s)
{
	if (!gz->n_threads)
		return;
	pthread_mutex_lock(&gz->lock);
	while (!s->done)
		pthread_cond_wait(&gz->changed, &gz->lock);
	pthread_mutex_unlock(&gz->lock);
}

static void write_oldest(struct pq_gzip *gz)
{
	struct slot *s = slot_of(gz, gz->written);

	wait_done(gz, s);
	pq_out_raw(gz->out, s->out, s->made);
	gz->crc = (uint32_t)crc32_combine(gz->crc, s->crc, (z_off_t)s->bytes);
	gz->bytes += (uint32_t)s->bytes;
	gz->written++;
}

/* The end of one block is the dictionary of the next. */
static void next_block(struct pq_gzip *gz, const struct slot *before)
{
	struct slot **s = &gz->slots[gz->filled % gz->n_slots];

	if (!*s)
		*s = new_slot(gz);
	/* they may be the same */
	memmove((*s)->in, before->in + before->bytes, HISTORY_BYTES);
	(*s)->history = HISTORY_BYTES;
	(*s)->bytes = 0;
	(*s)->done = false;
}

static void flush_block(struct pq_gzip *gz)
{
	const struct slot *s = slot_of(gz, gz->filled);

	submit(gz);
	while (gz->filled - gz->written >= gz->n_slots)
		write_oldest(gz);
	next_block(gz, s);
}

/* ---- the member ---- */

static void put_number(struct pq_out *out, uint32_t n)
{
	const unsigned char bytes[] = { n & 0xff, n >> 8 & 0xff, n >> 16 & 0xff,
					n >> 24 };

	pq_out_raw(out, bytes, sizeof(bytes));
}

struct pq_gzip *pq_gzip_begin(struct pq_out *out,
			      const struct pq_io_options *io)
{
	/* deflated, no field, no time, by the usual effort, on Unix */
	static const unsigned char header[] = { 0x1f, 0x8b, 8, 0, 0,
						0,    0,    0, 0, 3 };
	struct pq_gzip *gz = pq_alloc_zeroed(sizeof(*gz));

	gz->out = out;
	gz->library = pq_inflate_streaming(io ? io->inflate : PQ_INFLATE_AUTO);
	gz->jobs = io && io->jobs > 1 ? io->jobs : 1;
	if (gz->jobs > MOST_JOBS)
		gz->jobs = MOST_JOBS;
	gz->n_slots = gz->jobs < 2 ? 1 : gz->jobs + 2;
	gz->level = io && io->level ? (int)io->level : 6;
	gz->slots[0] = new_slot(gz);
	pq_out_raw(out, header, sizeof(header));
	return gz;
}

void pq_gzip_write(struct pq_gzip *gz, const void *bytes, size_t n)
{
	const unsigned char *from = bytes;

	while (n) {
		struct slot *s = slot_of(gz, gz->filled);
		size_t take = BLOCK_BYTES - s->bytes;

		/* only now it is known not to be the last one */
		if (!take) {
			flush_block(gz);
			continue;
		}
		if (take > n)
			take = n;
		memcpy(s->in + HISTORY_BYTES + s->bytes, from, take);
		s->bytes += take;
		from += take;
		n -= take;
	}
}

void pq_gzip_end(struct pq_gzip *gz)
{
	slot_of(gz, gz->filled)->last = true;
	submit(gz);
	while (gz->written < gz->filled)
		write_oldest(gz);
	if (gz->n_threads) {
		pq_cleanup_remove(&gz->cleanup);
		end_threads(gz);
	}
	/* The trailer: checksum and length of all that went in. */
	put_number(gz->out, gz->crc);
	put_number(gz->out, gz->bytes);
	for (unsigned i = 0; i < gz->n_slots; i++)
		free_slot(gz->slots[i]);
	pq_free(gz);
}
