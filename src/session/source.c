#include "session/source.h"

#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "format/perf/folder.h"
#include "format/reader.h"
#include "profile/merge.h"
#include "symbolize/demangle/demangle.h"

#include "base/banned.h"

/*
 * One input may cost this much without being asked: real profiles need 1 to 12
 * times their size on disk, and a bomb runs into the limit soon.
 */
#define INPUT_BASE ((uint64_t)256 << 20)
#define INPUT_FACTOR 40

uint64_t pq_machine_budget(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);

	if (pages <= 0 || page <= 0)
		return (uint64_t)4 << 30;
	return (uint64_t)pages * (uint64_t)page / 2;
}

/* Memory that inputs of this size on disk may use. */
static uint64_t input_budget(uint64_t disk_bytes)
{
	if (disk_bytes >= UINT64_MAX / INPUT_FACTOR / 2)
		return UINT64_MAX / 2;
	return INPUT_BASE + disk_bytes * INPUT_FACTOR;
}

/* ---- threads ---- */

/* Below this a thread costs more than it gains. */
#define THREAD_FROM_BYTES ((uint64_t)1 << 20)

unsigned pq_jobs(const struct pq_options *o)
{
	static long processors; /* asked for while the system may be asked */
	long n;

	if (!processors)
		processors = sysconf(_SC_NPROCESSORS_ONLN);
	n = o->jobs > 0 ? (long)o->jobs : processors;
	return n < 1 ? 1 : n > PQ_MOST_JOBS ? PQ_MOST_JOBS : (unsigned)n;
}

struct pq_io_options pq_io_options_of(const struct pq_options *o)
{
	unsigned jobs = pq_jobs(o);

	return (struct pq_io_options){
		.inflate = o->inflate,
		/* A limit of memory counts for one thread. */
		.jobs = o->max_memory < 0 ? jobs : 1,
		.thread_from = jobs > 1 ? THREAD_FROM_BYTES : 0,
	};
}

/* ---- memory ---- */

#define RAISE_LIMIT "; --max-memory=SIZE sets another limit, 0 none"

/*
 * Sets the budget for the inputs seen so far, which will be merged: they have
 * *disk_bytes together, to which these are added.  0 is an unknown size, and
 * then all of the budget is there.
 */
static void set_budget(const struct pq_options *o, uint64_t more,
		       uint64_t *disk_bytes)
{
	uint64_t budget = pq_machine_budget(), input;

	if (!more || more > UINT64_MAX - *disk_bytes)
		*disk_bytes = UINT64_MAX;
	else
		*disk_bytes += more;

	if (o->max_memory >= 0) {
		pq_mem_limit((uint64_t)o->max_memory, RAISE_LIMIT);
		return;
	}
	input = pq_mem_used() + input_budget(*disk_bytes);
	pq_mem_limit(input < budget ? input : budget, RAISE_LIMIT);
}

/* For merging, which costs what the inputs have in all and none of them has. */
void pq_set_whole_budget(const struct pq_options *o)
{
	if (o->max_memory < 0)
		pq_mem_limit(pq_machine_budget(), RAISE_LIMIT);
}

/*
 * How samples of a single input are kept.  Under a limit of the user's they
 * get an eighth of it, because a report may need as much for what it makes of
 * them.  Without one, those are read again that the machine has no room for.
 * An input that inflates to more than one of its size should, and than would
 * fit under the user's limit, is refused: nobody would wait for its end.
 */
static bool plan_keeping(const struct pq_options *o, uint64_t bytes,
			 struct pq_sample_observer *observer,
			 struct pq_keeping *k)
{
	uint64_t input = input_budget(bytes), machine = pq_machine_budget();

	memset(k, 0, sizeof(*k));
	k->observer = o->scan == PQ_SCAN_TWICE ? NULL : observer;
	if (o->max_memory) /* 0: no limit at all */
		k->read = input +
			  (o->max_memory > 0 ? (uint64_t)o->max_memory : 0);
	if (o->scan != PQ_SCAN_AUTO)
		return o->scan != PQ_SCAN_HOLD;
	if (o->max_memory > 0)
		k->most = (size_t)o->max_memory / 8;
	else
		k->most = machine / 4;
	return o->max_memory > 0 || (o->max_memory < 0 && input > machine);
}

struct reading {
	const struct pq_source *source;
	struct pq_keeping *keeping; /* NULL: hold everything */
	struct pq_io_options io;
	int fd, folder;
	struct pq_profile *profile;
	struct pq_error *err;
};

static void read_guarded(void *arg)
{
	struct reading *r = arg;

	r->profile = pq_profile_read(r->fd, r->source->head,
				     r->source->head_bytes, r->keeping, &r->io,
				     r->err);
}

/* A file, or the first one of a folder that is a recording. */
static bool open_file_or_folder(struct reading *r)
{
	const char *name = r->source->name;

	r->fd = pq_io_open(name, r->err);
	if (r->fd >= 0)
		return true;
	r->fd = pq_perf_folder_open(name, &r->folder);
	if (r->fd < 0)
		return false;
	pq_error_clear(r->err);
	r->io.folder = &r->folder;
	return true;
}

static void close_file_and_folder(struct reading *r)
{
	close(r->fd);
	if (r->io.folder)
		close(r->folder);
}

/*
 * With -symbolize=none the names and labels go that the reference would not have read:
 * before merging, which tells locations apart by them.
 */
static void drop_extra_symbols(const struct pq_options *o, struct pq_profile *p)
{
	struct pq_symbolize symbolize;

	pq_symbolize_parse(o->symbolize, &symbolize, NULL);
	if (symbolize.none && p->symbols_are_extra)
		pq_drop_symbols(p);
	if (symbolize.none && p->labels_are_extra)
		pq_drop_labels(p);
}

static void weigh_values(struct pq_profile *p, double weight)
{
	double *ratios =
		pq_alloc(pq_size_mul(p->sample_types.n + 1, sizeof(*ratios)));

	for (size_t i = 0; i < p->sample_types.n; i++)
		ratios[i] = weight;
	pq_scale(p, ratios);
	pq_free(ratios);
}

/* Units of sample types by their names, or by the ends of those. */
static const char *usual_unit(struct pq_text type)
{
	static const char *const times[] = { "cpu", "delay", "wall", "time" };
	static const char space[] = "space";
	size_t n = sizeof(space) - 1;

	if (type.len >= n &&
	    pq_text_is(pq_text_slice(type, type.len - n, type.len), space))
		return "bytes";
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		if (pq_text_is(type, times[i]))
			return "nanoseconds";
	return "count";
}

/* A number asks for a position, which there is, and is no name. */
static void name_value(const struct pq_options *o, struct pq_profile *p)
{
	struct pq_text name = o->sample_index;

	if (!p->value_is_unnamed || !name.len || pq_is_digit(name.bytes[0]))
		return;
	p->sample_types.at[0].type = pq_profile_copy_string(p, name);
	p->sample_types.at[0].unit =
		pq_profile_add_string(p, pq_text_of(usual_unit(name)));
}

struct pq_profile *
pq_read_source(const struct pq_options *o, const struct pq_source *source,
	       uint64_t *disk_bytes, const struct pq_streamed_input *streamed,
	       const struct pq_watch *watch, struct pq_error *err)
{
	struct reading r = { .source = source,
			     .io = pq_io_options_of(o),
			     .fd = source->fd,
			     .err = err };
	struct pq_keeping keeping;
	struct pq_digest digest;
	uint64_t bytes;

	if (source->failure.code != PQ_OK) {
		*err = source->failure;
		return NULL;
	}
	/* Standard input is open already, and stays so. */
	if (r.fd < 0 && !open_file_or_folder(&r))
		return NULL;
	if (watch) {
		r.io.progress = watch->bytes;
		r.io.ctx = watch->ctx;
	}
	if (source->wants_digest) {
		pq_digest_begin(&digest);
		r.io.digest = &digest;
	}
	bytes = r.io.folder ? pq_perf_folder_bytes(r.folder) : pq_io_size(r.fd);
	set_budget(o, bytes, disk_bytes);
	if (streamed && plan_keeping(o, bytes, streamed->observer, &keeping))
		r.keeping = &keeping;
	/* Memory that runs out unwinds to here: sums so far are void. */
	if (!pq_mem_guard(read_guarded, &r, err)) {
		r.profile = NULL;
		if (streamed && streamed->observer)
			streamed->observer->reset(streamed->observer);
	}
	if (source->fd < 0)
		close_file_and_folder(&r);
	if (r.profile && r.io.digest)
		r.profile->digest = pq_digest_end(r.io.digest);
	if (r.profile) {
		drop_extra_symbols(o, r.profile);
		name_value(o, r.profile);
		if (source->weight)
			weigh_values(r.profile, source->weight);
	}
	return r.profile;
}

struct pq_profile *pq_load_one(const struct pq_options *o,
			       const struct pq_source *source,
			       struct pq_error *err)
{
	uint64_t disk_bytes = 0;

	return pq_read_source(o, source, &disk_bytes, NULL, NULL, err);
}
