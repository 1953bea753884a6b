/*
 * goroutines.c - the stacks of all goroutines as Go prints them, with debug=2
 * or in a crash.  Declared in legacy.h.
 */
#include "format/text/builder.h"
#include "format/text/finish.h"
#include "format/text/go_labels.h"
#include "format/legacy/legacy.h"
#include "format/text/scan.h"

#include <string.h>

#include "base/banned.h"

/*
 * goroutine 7 [chan receive, 5 minutes, locked to thread]:
 * main.receiver(0xc0000a0048, {0x1, 0x2?})
 * 	/app/main.go:76 +0x24
 * created by main.main in goroutine 1
 * 	/app/main.go:174 +0x79b
 *
 * One sample for each goroutine, with the labels `state` and `wait` (in
 * minutes).  There are no addresses: a location is a line of the source.  The
 * creator of the goroutine is not on its stack and is left out, as in the other
 * forms of the profile.
 */
struct goroutines {
	struct pq_legacy b;
	struct pq_lines l;
	bool in_one;	   /* a header was there */
	bool has_function; /* the next line is the file of a function */
	bool is_call;	   /* that has arguments; else it may be any word */
	bool creator;	   /* the rest tells who created it */
	bool cut_off;	   /* the last line has no end */
	uint32_t name;	   /* string id of that function */
	struct pq_map known_locations; /* locations by their one line */
};

/* "goroutine 7 [" or, in a crash, "goroutine 7 gp=0x1 m=0 mp=0x2 [" */
static bool match_goroutine_header(struct pq_text line, struct pq_text *inside,
				   struct pq_text *behind)
{
	struct pq_scan s = pq_scan_over(line);
	size_t from, to;

	if (!pq_scan_literal(&s, "goroutine ") ||
	    !pq_scan_run(&s, pq_is_digit).len || s.at == s.end || *s.at != ' ')
		return false;
	from = pq_text_find(line, 0, " [");
	to = pq_text_find(line, from, "]");
	if (to == line.len)
		return false;
	*inside = pq_text_slice(line, from + 2, to);
	*behind = pq_text_slice(line, to + 1, line.len);
	return true;
}

static void push_goroutine_label(struct pq_legacy *b, struct pq_label label)
{
	*pq_vec_push(&b->labels) = label;
}

/* "chan receive, 5 minutes, locked to thread" */
static void take_goroutine_state(struct pq_legacy *b, struct pq_text inside)
{
	size_t end = pq_text_find(inside, 0, ", ");
	struct pq_text state = pq_text_slice(inside, 0, end);

	if (state.len)
		push_goroutine_label(
			b, (struct pq_label){
				   .key = pq_legacy_string(b, PQ_TEXT("state")),
				   .str = pq_legacy_string(b, state) });
	/* One of the remarks behind the state may be the minutes of waiting. */
	while (end < inside.len) {
		struct pq_scan s;
		struct pq_text digits;
		struct pq_label wait = { .num = 0 };

		end += 2;
		s = pq_scan_over(pq_text_slice(inside, end, inside.len));
		digits = pq_scan_run(&s, pq_is_digit);
		if (pq_scan_literal(&s, " minutes") &&
		    pq_number_decimal(digits, &wait.num)) {
			wait.key = pq_legacy_string(b, PQ_TEXT("wait"));
			wait.unit = pq_legacy_string(b, PQ_TEXT("minutes"));
			push_goroutine_label(b, wait);
		}
		end = pq_text_find(inside, end, ", ");
	}
}

static void store_goroutine(struct goroutines *r)
{
	int64_t one = 1;

	if (r->in_one)
		pq_legacy_sample(&r->b, &one);
	r->in_one = r->has_function = r->creator = false;
}

static bool same_source_line(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_profile *p = ctx;
	const struct pq_line *line = key;
	const struct pq_line *own =
		pq_location_lines(p, &p->locations.at[index]);

	return own->function == line->function && own->line == line->line;
}

static void push_source_line(struct goroutines *r, struct pq_text file,
			     int64_t at)
{
	struct pq_profile *p = r->b.p;
	struct pq_text name = pq_intern_text(&r->b.strings, r->name);
	struct pq_line line = { .line = at };
	uint32_t fresh = (uint32_t)p->locations.n, number;
	uint64_t hash;

	line.function = pq_legacy_function(&r->b, name, file);
	hash = pq_hash_mix(pq_hash_mix(0, line.function), (uint64_t)at);
	number = pq_map_intern(&r->known_locations, hash, same_source_line, p,
			       &line, fresh);
	/* A new line of the source is a location of its own. */
	if (number == fresh) {
		*pq_vec_push(&p->locations) =
			(struct pq_location){ .mapping = PQ_NONE,
					      .first_line =
						      (uint32_t)p->lines.n,
					      .n_lines = 1 };
		*pq_vec_push(&p->lines) = line;
	}
	*pq_vec_push(&r->b.stack) = number;
}

/*
 * "\t/app/main.go:76 +0x24"; the offset may be missing, and is an address for
 * C functions.
 */
static void take_goroutine_file(struct goroutines *r)
{
	struct pq_text text = pq_text_trim(r->l.line);
	size_t colon;
	const char PQ_RAW *hit;
	int64_t line;

	if (!r->has_function)
		return; /* a remark, "stack unavailable" */
	text = pq_text_slice(text, 0, pq_text_find(text, 0, " +0x"));
	text = pq_text_slice(text, 0, pq_text_find(text, 0, " pc=0x"));
	hit = text.len ? memrchr(text.bytes, ':', text.len) : NULL;
	colon = hit ? (size_t)(hit - text.bytes) : text.len;
	if (!pq_number_decimal(pq_text_slice(text, colon + 1, text.len), &line))
		return;
	push_source_line(r, pq_text_slice(text, 0, colon), line);
	r->has_function = false;
}

/*
 * "main.receiver(0x1, ...)": arguments have no brackets of this kind.  C
 * functions come without arguments.  In a log, lines of other writers may
 * stand between any two: they have blanks, or no file behind them.
 */
static void take_goroutine_function(struct goroutines *r)
{
	struct pq_text line = r->l.line;
	const char PQ_RAW *open = memrchr(line.bytes, '(', line.len);
	size_t end = open ? (size_t)(open - line.bytes) : line.len;

	if (pq_text_starts(line, "created by ")) {
		r->creator = true;
		return;
	}
	/* "...additional frames elided...", "[originating from ...]:" */
	if (line.bytes[0] == '.' || line.bytes[0] == '[' ||
	    pq_text_starts(line, "non-Go function at "))
		return;
	if (!end || memchr(line.bytes, ' ', end))
		return;
	r->name = pq_legacy_string(&r->b, pq_text_slice(line, 0, end));
	r->has_function = true;
	r->is_call = open != NULL;
}

static void begin_goroutine(struct goroutines *r, struct pq_text inside,
			    struct pq_text behind)
{
	store_goroutine(r);
	pq_legacy_begin(&r->b);
	take_goroutine_state(&r->b, inside);
	pq_go_labels(&r->b, pq_text_slice(behind, pq_text_find(behind, 0, "{"),
					  behind.len));
	r->in_one = true;
}

static void take_goroutine_line(struct goroutines *r)
{
	struct pq_text inside, behind;

	/* An empty line ends a goroutine, and so does the next header. */
	if (!pq_text_trim(r->l.line).len)
		store_goroutine(r);
	else if (match_goroutine_header(r->l.line, &inside, &behind))
		begin_goroutine(r, inside, behind);
	else if (!r->in_one || r->creator)
		return; /* registers, behind the stacks of a crash */
	else if (pq_is_space(r->l.line.bytes[0]))
		take_goroutine_file(r);
	else
		take_goroutine_function(r);
}

static bool read_goroutines(struct goroutines *r)
{
	pq_legacy_sample_type(&r->b, "goroutine", PQ_TEXT("count"));
	pq_legacy_period_type(&r->b, "goroutine", "count");
	/* Goroutines are counted one by one. */
	r->b.p->period = 1;
	while (pq_lines_next(&r->l)) {
		take_goroutine_line(r);
		r->cut_off = !r->l.whole;
	}
	if (r->l.err->code != PQ_OK)
		return false;
	if (r->has_function && (r->is_call || r->cut_off))
		return pq_lines_fail(&r->l, "a stack is cut off; the file was "
					    "truncated (fetch it again)");
	store_goroutine(r);
	pq_legacy_number(&r->b);
	pq_legacy_close(&r->b);
	return true;
}

int pq_goroutines_probe(const uint8_t *head, size_t n)
{
	struct pq_text rest = { (const char *)head, n }, line, inside, behind;

	return pq_lines_split(&rest, &line) &&
			       match_goroutine_header(line, &inside, &behind)
		       ? PQ_SURE_MAGIC
		       : PQ_SURE_NO;
}

bool pq_goroutines_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err)
{
	struct goroutines r = { .in_one = false };
	bool ok;

	pq_legacy_init(&r.b, p);
	pq_lines_init(&r.l, s, err);
	ok = read_goroutines(&r);
	pq_map_release(&r.known_locations);
	pq_legacy_release(&r.b);
	return ok;
}
