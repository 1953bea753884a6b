#include "format/reader.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/preamble.h"
#include "format/refused.h"
#include "profile/check.h"

#include "base/banned.h"

/*
 * The bytes at the start of the input that probes get to see; and of a first
 * line that is longer (a deep folded stack, JSON without line ends), when
 * nobody knows it by its beginning.
 */
#define HEAD_BYTES 4096
#define FIRST_LINE_MOST (1u << 20)

/* A reader needs no other declaration than its row. */
#define READER(name, probe, read)                            \
	int probe(const uint8_t *head, size_t n);            \
	bool read(struct pq_stream *s, struct pq_profile *p, \
		  struct pq_error *err);
#include "format/readers.def"
#undef READER

static const struct pq_reader readers[] = {
#define READER(name, probe, read) { name, probe, read },
#include "format/readers.def"
#undef READER
};

#define N_READERS (sizeof(readers) / sizeof(readers[0]))

/* The reader that is surest of the bytes at hand, of which it sees `most`. */
static const struct pq_reader *find_surest(const struct pq_stream *s,
					   size_t most, int *sure)
{
	const struct pq_reader *best = NULL;
	size_t n = s->end - s->at;

	*sure = PQ_SURE_NO;
	if (n > most)
		n = most;
	for (size_t i = 0; i < N_READERS; i++) {
		int is = readers[i].probe(s->window + s->at, n);

		if (is > *sure) {
			*sure = is;
			best = &readers[i];
		}
	}
	return best;
}

/* The reader that knows what begins here; a guess does not count. */
static const struct pq_reader *find_likely(const struct pq_stream *s)
{
	int sure;
	const struct pq_reader *is = find_surest(s, HEAD_BYTES, &sure);

	return sure >= PQ_SURE_LIKELY && is->read != pq_refused_read ? is
								     : NULL;
}

/*
 * Text is no profile.proto, which takes all that nobody else does: the
 * profile is looked for behind lines that no reader knows.
 */
static const struct pq_reader *
find_in_text(struct pq_stream *s, struct pq_profile *p, struct pq_error *err)
{
	struct pq_error unknown = { .code = PQ_OK };
	const struct pq_reader *found;

	pq_refused_text(s, &unknown);
	found = pq_preamble_search(s, p, find_likely, err);
	if (!found && err->code == PQ_OK)
		*err = unknown;
	return found;
}

static bool begins_with_text(const struct pq_stream *s)
{
	size_t n = s->end - s->at;

	return pq_head_is_text(s->window + s->at,
			       n < HEAD_BYTES ? n : HEAD_BYTES);
}

/* The length of the first line, with its end, if it goes beyond the head. */
static size_t long_first_line(struct pq_stream *s, struct pq_error *err)
{
	const uint8_t *end;
	size_t n;

	if (s->end - s->at < HEAD_BYTES ||
	    memchr(s->window + s->at, '\n', HEAD_BYTES) ||
	    (!pq_stream_need(s, FIRST_LINE_MOST, err) && err->code != PQ_OK))
		return 0;
	n = s->end - s->at < FIRST_LINE_MOST ? s->end - s->at : FIRST_LINE_MOST;
	end = memchr(s->window + s->at, '\n', n);
	return end ? (size_t)(end - s->window) - s->at + 1 : n;
}

static const struct pq_reader *
find_reader(struct pq_stream *s, struct pq_profile *p, struct pq_error *err)
{
	int sure;
	const struct pq_reader *reader = find_surest(s, HEAD_BYTES, &sure);
	size_t line;

	if (sure >= PQ_SURE_LIKELY || !begins_with_text(s))
		return reader;
	line = long_first_line(s, err);
	if (err->code != PQ_OK)
		return NULL;
	if (line)
		reader = find_surest(s, line, &sure);
	return sure <= PQ_SURE_MAYBE ? find_in_text(s, p, err) : reader;
}

bool pq_profile_read_rest(struct pq_stream *s, struct pq_profile *p,
			  struct pq_error *err)
{
	const struct pq_reader *reader;

	if (!pq_stream_need(s, HEAD_BYTES, err) && err->code != PQ_OK)
		return false;
	reader = find_reader(s, p, err);
	return reader ? reader->read(s, p, err)
		      : pq_fail(err, PQ_EFORMAT, "no profile is here");
}

static bool read_stream(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err)
{
	const struct pq_reader *reader;

	if (!pq_stream_need(s, HEAD_BYTES, err) && err->code != PQ_OK)
		return false;
	/* Nothing at all is told apart from a gzip file of nothing. */
	if (s->at == s->end)
		return pq_fail(err, PQ_EFORMAT,
			       s->read_bytes
				       ? "the compressed data hold nothing"
				       : "empty input file");
	if (!pq_preamble_pass(s, p, err) ||
	    (!pq_stream_need(s, HEAD_BYTES, err) && err->code != PQ_OK))
		return false;
	/* Samples are read again by their place in a file of one profile. */
	if (pq_stream_offset(s) || p->notes.n)
		p->samples.keeping = NULL;
	reader = find_reader(s, p, err);
	if (!reader)
		return pq_fail_at(err, 0, "unrecognized profile format");
	p->format = reader->name;
	p->gzipped = s->gzipped;
	return reader->read(s, p, err) && pq_profile_check(p, err);
}

/* Finds where the input began in its file; false for pipes and the like. */
static bool find_start(int fd, size_t head_bytes, uint64_t *start)
{
	struct stat st;
	off_t at;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return false;
	at = lseek(fd, 0, SEEK_CUR);
	*start = (uint64_t)at - head_bytes;
	return at >= 0 && (uint64_t)at >= head_bytes;
}

struct pq_profile *pq_profile_read(int fd, const uint8_t *head,
				   size_t head_bytes,
				   struct pq_keeping *keeping,
				   const struct pq_io_options *io,
				   struct pq_error *err)
{
	struct pq_profile *p = pq_profile_new();
	struct pq_stream s;
	bool ok;

	/* Only regular files can be read again; all others are held. */
	if (keeping && find_start(fd, head_bytes, &keeping->start))
		p->samples.keeping = keeping;
	ok = pq_stream_open(&s, fd, head, head_bytes, io, err) &&
	     read_stream(&s, p, err) &&
	     (!s.io.digest || pq_stream_digest_rest(&s, err));
	pq_stream_release(&s);
	p->samples.keeping = NULL;
	if (!ok) {
		pq_profile_free(p);
		return NULL;
	}
	return p;
}
