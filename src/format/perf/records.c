/* Records of perf.data, taken apart; reading.h declares what is here. */
#include "format/perf/reading.h"

#include <string.h>

#include "base/buf.h"

#include "base/banned.h"

#define RECORD_HEADER 8
#define BUILD_ID_BYTES 20

#define PROT_EXEC_BIT 4

bool pq_perf_take_record(struct pq_cursor *c, struct pq_perf_record *to)
{
	struct pq_cursor at = *c;
	uint16_t size;

	to->type = pq_cursor_le32(&at);
	to->misc = pq_cursor_le16(&at);
	size = pq_cursor_le16(&at);
	if (at.bad || size < RECORD_HEADER)
		return false;
	to->body = pq_cursor_part(&at, (uint64_t)size - RECORD_HEADER);
	/* A record that is cut off is left where it is. */
	if (!at.bad)
		*c = at;
	return !at.bad;
}

static bool fail_record(struct pq_perf_reading *r,
			const struct pq_perf_record *rec, const char *rule)
{
	return pq_fail_at(r->err, rec->offset, "the record %s", rule);
}

static void add_row(struct pq_perf_reading *r, uint64_t time, uint32_t kind,
		    size_t index)
{
	*pq_vec_push(&r->rows) =
		(struct pq_perf_row){ time, kind, (uint32_t)index };
}

/* ---- samples ---- */

/* How many fields of 8 bytes stand before the id. */
static unsigned fields_before_id(uint64_t sample_type)
{
	return (unsigned)__builtin_popcountll(
		sample_type &
		(PQ_PERF_IP | PQ_PERF_TID | PQ_PERF_TIME | PQ_PERF_ADDR));
}

/*
 * The event that a sample is of; NULL: none that is in the file.  Where there
 * are several, perf sees to it that the id has one place in all of them.
 */
static const struct pq_perf_event *event_of_id(struct pq_perf_reading *r,
					       struct pq_cursor c)
{
	const struct pq_perf_event *first = &r->events.at[0];
	const struct pq_perf_id *known;
	uint64_t id;

	if (r->events.n == 1 ||
	    !(first->sample_type & (PQ_PERF_IDENTIFIER | PQ_PERF_ID)))
		return first;
	/* IDENTIFIER stands first, ID behind the fields before it. */
	if (!(first->sample_type & PQ_PERF_IDENTIFIER))
		pq_cursor_part(&c, fields_before_id(first->sample_type) * 8);
	id = pq_cursor_le64(&c);
	known = pq_perf_find_id(r, id);
	/* perf makes samples up with an id of 0 */
	if (!known)
		return id ? NULL : first;
	return &r->events.at[known->event];
}

/* The fields of a sample that stand before its chain. */
struct fields {
	uint64_t ip, time, period;
	uint32_t pid, tid;
};

static uint64_t take_word_if(struct pq_cursor *c, uint64_t sample_type,
			     uint64_t bit)
{
	return sample_type & bit ? pq_cursor_le64(c) : 0;
}

static void take_fields(struct pq_cursor *c, const struct pq_perf_event *e,
			struct fields *to)
{
	uint64_t type = e->sample_type, ids;

	take_word_if(c, type, PQ_PERF_IDENTIFIER);
	to->ip = take_word_if(c, type, PQ_PERF_IP);
	ids = take_word_if(c, type, PQ_PERF_TID);
	to->pid = (uint32_t)ids;
	to->tid = (uint32_t)(ids >> 32);
	to->time = take_word_if(c, type, PQ_PERF_TIME);
	take_word_if(c, type, PQ_PERF_ADDR);
	take_word_if(c, type, PQ_PERF_ID);
	take_word_if(c, type, PQ_PERF_STREAM_ID);
	take_word_if(c, type, PQ_PERF_CPU);
	/* A fixed period is the attr's; by frequency each sample tells. */
	to->period = e->has_frequency || !e->period ? 1 : e->period;
	if (type & PQ_PERF_PERIOD)
		to->period = pq_cursor_le64(c);
}

enum {
	READ_ENABLED = 1,
	READ_RUNNING = 2,
	READ_ID = 4,
	READ_GROUP = 8,
	READ_LOST = 16
};

static void add_member(struct pq_perf_reading *r, uint64_t id, uint64_t value)
{
	*pq_vec_push(&r->members) = (struct pq_perf_member){ id, value };
}

/*
 * Values that were read with the sample: those of a group, or of the event
 * alone.  Without ids nobody can tell what they are of.
 */
static bool take_read_values(struct pq_perf_reading *r, struct pq_cursor *c,
			     uint64_t format)
{
	bool group = format & READ_GROUP;
	uint64_t n = 1, value = 0, id;

	/* alone, the value comes before the times; in a group behind them */
	if (group)
		n = pq_cursor_le64(c);
	else
		value = pq_cursor_le64(c);
	take_word_if(c, format, READ_ENABLED);
	take_word_if(c, format, READ_RUNNING);
	/* Each value takes a word: a count beyond the record is damage. */
	if (n > pq_cursor_left(c) / 8 + !group)
		return false;
	while (n--) {
		if (group)
			value = pq_cursor_le64(c);
		id = take_word_if(c, format, READ_ID);
		take_word_if(c, format, READ_LOST);
		if (format & READ_ID)
			add_member(r, id, value);
	}
	return !c->bad;
}

static bool same_chain(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_perf_reading *r = ctx;
	const struct pq_perf_chain *a = &r->chains.at[index], *b = key;

	return a->n_words == b->n_words &&
	       !memcmp(&r->words.at[a->first_word], &r->words.at[b->first_word],
		       a->n_words * sizeof(*r->words.at));
}

/* The number of the chain whose words were added last. */
static uint32_t settle_chain(struct pq_perf_reading *r, size_t first_word)
{
	struct pq_perf_chain chain = { .first_word = first_word,
				       .n_words = (uint32_t)(r->words.n -
							     first_word),
				       .stack = PQ_NONE };
	uint32_t fresh = (uint32_t)r->chains.n, at;
	uint64_t hash = 0;

	for (size_t i = first_word; i < r->words.n; i++)
		hash = pq_hash_mix(hash, r->words.at[i]);
	at = pq_map_intern(&r->chain_map, hash, same_chain, r, &chain, fresh);
	if (at == fresh)
		*pq_vec_push(&r->chains) = chain;
	else
		r->words.n = first_word;
	return at;
}

/* Begins with a marker, for the mode of the sample. */
static void push_mode(struct pq_perf_reading *r, uint16_t misc)
{
	static const int markers[] = { [PQ_PERF_MODE_KERNEL] = -128,
				       [PQ_PERF_MODE_USER] = -512,
				       [PQ_PERF_MODE_HYPERVISOR] = -32,
				       [PQ_PERF_MODE_GUEST_KERNEL] = -2176,
				       [PQ_PERF_MODE_GUEST_USER] = -2560 };
	unsigned mode = misc & PQ_PERF_MODE;
	int marker = -512;

	if (mode < sizeof(markers) / sizeof(*markers) && markers[mode])
		marker = markers[mode];
	*pq_vec_push(&r->words) = (uint64_t)(int64_t)marker;
}

static bool is_marker(uint64_t word)
{
	return word >= (uint64_t)-4095;
}

/* The sample's chain or, where that has no address, the one it is at. */
static bool take_chain(struct pq_perf_reading *r, struct pq_cursor *c,
		       const struct pq_perf_record *rec, uint64_t type,
		       uint64_t ip, uint32_t *chain)
{
	size_t first = r->words.n;
	bool has_address = false;
	uint64_t n = take_word_if(c, type, PQ_PERF_CALLCHAIN);

	if (c->bad || n > pq_cursor_left(c) / 8)
		return fail_record(r, rec,
				   "has a call chain that is longer than it");
	push_mode(r, rec->misc);
	while (n--) {
		uint64_t word = pq_cursor_le64(c);

		has_address = has_address || !is_marker(word);
		*pq_vec_push(&r->words) = word;
	}
	/* Markers alone are no place: the sample's own address is. */
	if (!has_address) {
		r->words.n = first;
		push_mode(r, rec->misc);
		if (type & PQ_PERF_IP)
			*pq_vec_push(&r->words) = ip;
	}
	*chain = settle_chain(r, first);
	return true;
}

static bool take_perf_sample(struct pq_perf_reading *r,
			     struct pq_perf_record *rec)
{
	const struct pq_perf_event *e;
	struct pq_cursor c = rec->body;
	struct pq_perf_sample sample = { .first_member =
						 (uint32_t)r->members.n };
	struct fields f;

	/* The event comes first: it says which fields the sample has. */
	if (!r->events.n)
		return fail_record(r, rec,
				   "is a sample, and no event was described "
				   "before it");
	e = event_of_id(r, c);
	if (!e) {
		r->n_unknown_ids++;
		return true;
	}
	if (!(e->sample_type & (PQ_PERF_IP | PQ_PERF_CALLCHAIN)))
		return fail_record(r, rec,
				   "is a sample of an event that was recorded "
				   "without addresses");

	/* Fields, values and the chain follow each other in the body. */
	take_fields(&c, e, &f);
	if (e->sample_type & PQ_PERF_READ &&
	    !take_read_values(r, &c, e->read_format))
		return fail_record(r, rec,
				   "has a group of values that is longer than "
				   "it");
	if (!take_chain(r, &c, rec, e->sample_type, f.ip, &sample.chain))
		return false;
	if (c.bad)
		return fail_record(r, rec, "is too short for its fields");

	/* A row keeps it until all are in order of time. */
	sample.pid = f.pid;
	sample.tid = f.tid;
	sample.event = (uint32_t)(e - r->events.at);
	sample.period = f.period;
	sample.n_members = (uint32_t)r->members.n - sample.first_member;
	add_row(r, f.time, PQ_PERF_SAMPLE, r->samples.n);
	*pq_vec_push(&r->samples) = sample;
	return true;
}

/* ---- what else the kernel tells ---- */

/*
 * When a record was made that is no sample: the trailer tells, whose fields
 * are TID TIME ID STREAM_ID CPU IDENTIFIER, each if the sample type has it.
 */
static uint64_t time_of(struct pq_perf_reading *r, struct pq_cursor body)
{
	const struct pq_perf_event *e = r->events.n ? r->events.at : NULL;
	const struct pq_perf_id *id;
	struct pq_cursor last = body;
	unsigned behind;

	if (!e || !e->has_trailers)
		return 0;
	/* IDENTIFIER is last: it tells which event's trailer this is. */
	if (r->events.n > 1 && e->sample_type & PQ_PERF_IDENTIFIER &&
	    pq_cursor_left(&body) >= 8) {
		last.at = last.end - 8;
		id = pq_perf_find_id(r, pq_cursor_le64(&last));
		e = id ? &r->events.at[id->event] : e;
	}
	behind = (unsigned)__builtin_popcountll(
		e->sample_type &
		(PQ_PERF_TIME | PQ_PERF_ID | PQ_PERF_STREAM_ID | PQ_PERF_CPU |
		 PQ_PERF_IDENTIFIER));
	if (!(e->sample_type & PQ_PERF_TIME) ||
	    pq_cursor_left(&body) < behind * 8)
		return 0;
	body.at = body.end - behind * 8;
	return pq_cursor_le64(&body);
}

/* A build id as it is written, 0 when there is none. */
static uint32_t hex_of(struct pq_perf_reading *r, struct pq_cursor id)
{
	static const char digits[] = "0123456789abcdef";
	char hex[BUILD_ID_BYTES * 2];
	size_t n = 0;
	uint8_t any = 0;

	/* All zeros: the kernel knew no build id. */
	for (; pq_cursor_left(&id) && n < sizeof(hex); id.at++) {
		any |= *id.at;
		hex[n++] = digits[*id.at >> 4];
		hex[n++] = digits[*id.at & 15];
	}
	return any ? pq_legacy_string(&r->b, (struct pq_text){ hex, n }) : 0;
}

static size_t id_bytes(uint8_t told)
{
	return told && told <= BUILD_ID_BYTES ? told : BUILD_ID_BYTES;
}

/* "/lib/modules/.../nf-nat.ko.xz" is the module [nf_nat]. */
static bool module_name(struct pq_text file, struct pq_buf *b)
{
	struct pq_text base = pq_text_basename(file);
	size_t end = pq_text_find(base, 0, ".ko");

	if (end == base.len ||
	    (end + 3 < base.len && base.bytes[end + 3] != '.'))
		return false;
	pq_buf_char(b, '[');
	for (size_t i = 0; i < end; i++)
		pq_buf_char(b, base.bytes[i] == '-' ? '_' : base.bytes[i]);
	pq_buf_char(b, ']');
	return true;
}

/* Names kernel code; "[kernel.kallsyms]_text" says where it begins, too. */
static uint32_t kernel_file(struct pq_perf_reading *r, struct pq_text name)
{
	static const char *const kernels[] = { "[kernel.kallsyms]",
					       "[guest.kernel.kallsyms" };
	struct pq_buf b = { 0 };
	uint32_t file;

	for (size_t i = 0; i < 2; i++)
		if (pq_text_starts(name, kernels[i]))
			return pq_legacy_string(
				&r->b, i ? PQ_TEXT("[guest.kernel.kallsyms]")
					 : PQ_TEXT("[kernel.kallsyms]"));
	if (!module_name(name, &b))
		pq_buf_text(&b, name);
	file = pq_legacy_string(&r->b, pq_buf_view(&b));
	pq_buf_release(&b);
	return file;
}

/* Takes what MMAP2 adds: a build id or an inode, and what is allowed. */
static uint32_t take_mmap2(struct pq_perf_reading *r, uint16_t misc,
			   struct pq_cursor *c, uint32_t *allowed)
{
	struct pq_cursor id = pq_cursor_part(c, 24);
	size_t n = id_bytes((uint8_t)pq_cursor_le(&id, 1));

	pq_cursor_part(&id, 3);
	*allowed = pq_cursor_le32(c);
	pq_cursor_le32(c);
	return misc & PQ_PERF_MMAP_BUILD_ID ? hex_of(r, pq_cursor_part(&id, n))
					    : 0;
}

static bool take_mmap(struct pq_perf_reading *r, struct pq_perf_record *rec)
{
	struct pq_cursor c = rec->body;
	struct pq_perf_map map = { .pid = pq_cursor_le32(&c),
				   .mode = rec->misc & PQ_PERF_MODE,
				   .mapping = PQ_NONE };
	uint32_t allowed = PROT_EXEC_BIT;
	struct pq_text name;
	bool kernel;

	(void)pq_cursor_le32(&c); /* the thread */
	map.start = pq_cursor_le64(&c);
	/* A range beyond the end of memory is cut to it. */
	if (__builtin_add_overflow(map.start, pq_cursor_le64(&c), &map.limit))
		map.limit = UINT64_MAX;
	map.offset = pq_cursor_le64(&c);
	if (rec->type == PQ_PERF_MMAP2)
		map.build_id = take_mmap2(r, rec->misc, &c, &allowed);
	else if (rec->misc & PQ_PERF_MMAP_DATA)
		allowed = 0;
	if (!pq_cursor_text(&c, &name))
		return fail_record(r, rec,
				   "is of a mapping, and its file's name does "
				   "not end in it");

	kernel = map.pid == UINT32_MAX || map.mode == PQ_PERF_MODE_KERNEL ||
		 map.mode == PQ_PERF_MODE_GUEST_KERNEL;
	/* Data mappings hold no code; the kernel's are told without rights. */
	if (map.limit <= map.start || (!kernel && !(allowed & PROT_EXEC_BIT)))
		return true;
	if (kernel && map.mode != PQ_PERF_MODE_GUEST_KERNEL)
		map.mode = PQ_PERF_MODE_KERNEL;
	map.file = kernel ? kernel_file(r, name)
			  : pq_legacy_string(&r->b, name);
	add_row(r, time_of(r, rec->body), PQ_PERF_MMAP, r->maps.n);
	*pq_vec_push(&r->maps) = map;
	return true;
}

static bool take_comm(struct pq_perf_reading *r, struct pq_perf_record *rec)
{
	struct pq_cursor c = rec->body;
	struct pq_perf_comm comm = { .pid = pq_cursor_le32(&c) };
	struct pq_text name;

	comm.tid = pq_cursor_le32(&c);
	if (!pq_cursor_text(&c, &name))
		return fail_record(r, rec,
				   "has a name that does not end in "
				   "it");
	comm.name = pq_legacy_string(&r->b, name);
	add_row(r, time_of(r, rec->body), PQ_PERF_COMM, r->comms.n);
	*pq_vec_push(&r->comms) = comm;
	return true;
}

static bool take_fork(struct pq_perf_reading *r, struct pq_perf_record *rec)
{
	struct pq_cursor c = rec->body;
	struct pq_perf_fork fork = { .pid = pq_cursor_le32(&c) };

	fork.parent_pid = pq_cursor_le32(&c);
	fork.tid = pq_cursor_le32(&c);
	fork.parent_tid = pq_cursor_le32(&c);
	fork.without_maps = rec->misc & PQ_PERF_FORK_EXEC;
	if (c.bad)
		return fail_record(r, rec, "is too short for its fields");
	add_row(r, time_of(r, rec->body), PQ_PERF_FORK, r->forks.n);
	*pq_vec_push(&r->forks) = fork;
	return true;
}

/* ---- features ---- */

bool pq_perf_take_build_id(struct pq_perf_reading *r, uint16_t misc,
			   struct pq_cursor c)
{
	struct pq_cursor id, size;
	struct pq_text name;
	uint32_t file;
	size_t n = BUILD_ID_BYTES;

	(void)pq_cursor_le32(&c); /* the process */
	id = pq_cursor_part(&c, 24);
	if (!pq_cursor_text(&c, &name))
		return false;
	size = id;
	size.at += BUILD_ID_BYTES;
	if (misc & PQ_PERF_BUILD_ID_SIZE)
		n = id_bytes(*size.at);
	file = (misc & PQ_PERF_MODE) == PQ_PERF_MODE_KERNEL
		       ? kernel_file(r, name)
		       : pq_legacy_string(&r->b, name);
	pq_vec_reach(&r->build_ids, (size_t)file + 1);
	r->build_ids.at[file] = hex_of(r, pq_cursor_part(&id, n));
	return true;
}

/* Elements of the feature have the header of records, though no type. */
static bool take_build_ids(struct pq_perf_reading *r, struct pq_cursor c)
{
	struct pq_perf_record rec;

	while (pq_cursor_left(&c))
		if (!pq_perf_take_record(&c, &rec) ||
		    !pq_perf_take_build_id(r, rec.misc, rec.body))
			return false;
	return true;
}

void pq_perf_take_feature(struct pq_perf_reading *r, uint64_t number,
			  struct pq_cursor c)
{
	enum { FEATURE_BUILD_ID = 2, FEATURE_EVENT_DESC = 12 };
	bool ok = true;

	if (number == FEATURE_BUILD_ID)
		ok = take_build_ids(r, c);
	else if (number == FEATURE_EVENT_DESC)
		ok = pq_perf_take_names(r, c);
	if (!ok)
		r->has_damaged_feature = true;
}

/* ---- all of them ---- */

bool pq_perf_take(struct pq_perf_reading *r, struct pq_perf_record *rec)
{
	switch (rec->type) {
	case PQ_PERF_MMAP:
	case PQ_PERF_MMAP2:
		return take_mmap(r, rec);
	case PQ_PERF_COMM:
		return take_comm(r, rec);
	case PQ_PERF_FORK:
		return take_fork(r, rec);
	case PQ_PERF_SAMPLE:
		return take_perf_sample(r, rec);
	case PQ_PERF_ATTR:
		return pq_perf_take_attr(r, rec);
	case PQ_PERF_EVENT_UPDATE:
		pq_perf_take_update(r, rec->body);
		return true;
	case PQ_PERF_FEATURE: {
		uint64_t number = pq_cursor_le64(&rec->body);

		pq_perf_take_feature(r, number, rec->body);
		return true;
	}
	case PQ_PERF_BUILD_ID:
		/* A damaged list costs its ids, and not the profile. */
		if (!pq_perf_take_build_id(r, rec->misc, rec->body))
			r->has_damaged_feature = true;
		return true;
	case PQ_PERF_COMPRESSED:
	case PQ_PERF_COMPRESSED2:
		return pq_perf_take_compressed(r, rec);
	default:
		/* Records of other kinds say nothing of samples. */
		return true;
	}
}
