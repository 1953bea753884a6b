#include "format/preamble.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/notes.h"
#include "base/text.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* A header of HTTP longer than this is none. */
#define HTTP_HEADER_MOST (64u << 10)

/* How many bytes of a line a reader gets to see. */
#define SIGHT_BYTES 4096

static void note_lines_passed(struct pq_profile *p, unsigned long long n)
{
	struct pq_buf b = { 0 };

	pq_buf_printf(&b, "%llu line%s in front of the profile passed over", n,
		      n == 1 ? "" : "s");
	pq_notes_add(&p->notes, pq_buf_view(&b));
	pq_buf_release(&b);
}

static struct pq_text window_text(const struct pq_stream *s)
{
	return (struct pq_text){ (const char *)s->window + s->at,
				 s->end - s->at };
}

/* ---- UTF-16 ---- */

struct utf16 {
	const uint8_t *at, *end;
	bool big; /* the high byte comes first */
};

static uint32_t take_utf16_unit(struct utf16 *u)
{
	uint32_t first = u->at[0], second = u->at[1];

	u->at += 2;
	return u->big ? first << 8 | second : second << 8 | first;
}

/* The next code point; halves of a pair that stand alone become U+FFFD. */
static uint32_t take_code_point(struct utf16 *u)
{
	uint32_t unit = take_utf16_unit(u), low;

	if (unit < 0xd800 || unit > 0xdfff)
		return unit;
	if (unit > 0xdbff || u->end - u->at < 2)
		return 0xfffd;
	low = take_utf16_unit(u);
	if (low >= 0xdc00 && low <= 0xdfff)
		return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
	u->at -= 2;
	return 0xfffd;
}

/* Reads all of the input and puts its UTF-8 into the window. */
static bool decode_utf16(struct pq_stream *s, struct pq_profile *p,
			 struct pq_error *err)
{
	struct utf16 all, u;
	char *bytes, *to, rune[4];
	size_t n = 0;

	while (pq_stream_need(s, s->end - s->at + 1, err))
		;
	if (err->code != PQ_OK)
		return false;
	if ((s->end - s->at) % 2)
		return pq_fail(err, PQ_EFORMAT,
			       "this is text in UTF-16, and it ends within a "
			       "character: it was cut off (write it again)");
	/* The mark is passed over; then lengths are added up, and used. */
	all = (struct utf16){ s->window + s->at + 2, s->window + s->end,
			      s->window[s->at] == 0xfe };
	for (u = all; u.at < u.end;)
		n += pq_rune_encode(rune, take_code_point(&u));
	to = bytes = pq_alloc(n);
	for (u = all; u.at < u.end;)
		to += pq_rune_encode(to, take_code_point(&u));
	pq_stream_replace(s, (uint8_t *)bytes, n);
	pq_notes_add(&p->notes, PQ_TEXT("text in UTF-16 read as UTF-8"));
	return true;
}

/* ---- HTTP ---- */

/* The length of the header, with the blank line that ends it; 0: none. */
static size_t http_header_length(struct pq_text t)
{
	size_t at = 0;

	if (!pq_text_starts(t, "HTTP/"))
		return 0;
	while (at < t.len) {
		size_t end = pq_text_find(t, at, "\n");

		if (end == t.len)
			return 0;
		if (end == at || (end == at + 1 && t.bytes[at] == '\r'))
			return end + 1;
		at = end + 1;
	}
	return 0;
}

/* "HTTP/1.1 404 Not Found": the text behind the protocol. */
static struct pq_text find_http_status(struct pq_text header)
{
	size_t line = pq_text_find(header, 0, "\n");
	size_t blank = pq_text_find(header, 0, " ");

	return pq_text_trim(pq_text_slice(header, blank, line));
}

static bool refuse_http_status(struct pq_text status, struct pq_error *err)
{
	char said[120];
	size_t n = pq_text_encode_into(said, sizeof(said) - 1, status);

	said[n] = '\0';
	return pq_fail(err, PQ_EFORMAT,
		       "this is the answer of a server that had no profile to "
		       "give: \"%s\" (look at its text, then fetch again)",
		       said);
}

/*
 * Passes the headers; of a redirection there may be several.  Only the last
 * one's status counts.
 */
static bool pass_http(struct pq_stream *s, struct pq_profile *p,
		      struct pq_error *err)
{
	struct pq_text window, next;
	size_t n = 0, n_headers = 0;

	while (pq_text_starts(window_text(s), "HTTP/")) {
		/* A header has to be whole in the window before it is read. */
		if (!pq_stream_need(s, HTTP_HEADER_MOST, err) &&
		    err->code != PQ_OK)
			return false;
		window = window_text(s);
		n = http_header_length(window);
		next = pq_text_slice(window, n, window.len);
		if (!n)
			return true;
		/* A header in front of another one is a redirection's. */
		if (!pq_text_starts(next, "HTTP/") &&
		    !pq_text_starts(find_http_status(window), "2"))
			return refuse_http_status(find_http_status(window),
						  err);
		s->at += n;
		n_headers++;
	}
	if (!n_headers)
		return true;
	pq_notes_add(&p->notes, PQ_TEXT("the header of an HTTP answer passed "
					"over"));
	/* Behind the headers an input begins anew: it may be compressed. */
	return pq_stream_restart(s, err);
}

bool pq_preamble_pass(struct pq_stream *s, struct pq_profile *p,
		      struct pq_error *err)
{
	const uint8_t *head = s->window + s->at;
	size_t n = s->end - s->at;

	if (n >= 2 && ((head[0] == 0xff && head[1] == 0xfe) ||
		       (head[0] == 0xfe && head[1] == 0xff))) {
		if (!decode_utf16(s, p, err))
			return false;
	} else if (n >= 3 && !memcmp(head, "\xef\xbb\xbf", 3)) {
		s->at += 3;
	}
	return pass_http(s, p, err);
}

/* ---- lines of text ---- */

bool pq_head_is_text(const uint8_t *head, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (head[i] < ' ' && !memchr("\t\n\r\f\x1b", head[i], 5))
			return false;
		any = any || (head[i] > ' ' && head[i] < 0x7f);
	}
	return any;
}

/* Passes the rest of the line at hand, however long it is. */
static bool pass_line(struct pq_stream *s, struct pq_error *err)
{
	while (pq_stream_need(s, 1, err)) {
		const uint8_t *from = s->window + s->at, *hit;

		hit = memchr(from, '\n', s->end - s->at);
		if (hit) {
			s->at += (size_t)(hit - from) + 1;
			return true;
		}
		s->at = s->end;
	}
	return false;
}

const struct pq_reader *
pq_preamble_search(struct pq_stream *s, struct pq_profile *p,
		   const struct pq_reader *(*knows)(const struct pq_stream *s),
		   struct pq_error *err)
{
	const struct pq_reader *found = NULL;
	unsigned long long n = 0;

	while (!found && pass_line(s, err)) {
		n++;
		if (!pq_stream_need(s, SIGHT_BYTES, err) && err->code != PQ_OK)
			return NULL;
		if (s->at < s->end)
			found = knows(s);
	}
	if (found)
		note_lines_passed(p, n);
	return found;
}
