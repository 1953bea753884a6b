/*
 * What tests/raw.sh must see refused, one case at a time; case 0 is what is
 * allowed.  Never linked into anything.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/log.h"
#include "base/map.h"
#include "base/out.h"
#include "base/text.h"

struct place {
	const char *name;
};

void plant(struct pq_text text, struct pq_buf *b, struct pq_out *out,
	   struct pq_error *err, struct pq_log *log, struct place *place);

void plant(struct pq_text text, struct pq_buf *b, struct pq_out *out,
	   struct pq_error *err, struct pq_log *log, struct place *place)
{
	static char line[64];
	const char *words = "words of our own";
	const char PQ_RAW *end = memchr(text.bytes, ':', text.len);
	const char *ours = memchr(words, ' ', strlen(words));

	place->name = words;
	pq_out_text(out, text);
	pq_out_pad(out, pq_buf_view(b), 10);
	pq_out_printf(out, "%s %zu %d\n", ours, text.len, end == text.bytes);
	pq_out_raw(out, pq_unchecked_bytes(text.bytes), text.len);
	pq_buf_printf(b, "%.*s", (int)text.len, text.bytes);
	pq_buf_bytes(b, text.bytes, text.len);
	pq_fail(err, PQ_EFORMAT, "%.*s", (int)text.len, text.bytes);
	pq_log_say(log, "%s", err->msg);
	text = pq_text_of(err->msg);
	text.bytes = line;
	snprintf(line, sizeof(line), "%s", words);
	memcpy(line, words, strlen(words));
	memcpy(b->data, text.bytes, 0);
	if (text.len && text.bytes[0] == 'x' && !memcmp(text.bytes, "x", 1))
		pq_hash_bytes(text.bytes, text.len, 0);
#if CASE == 1
	pq_out_str(out, text.bytes);
#elif CASE == 2
	pq_out_raw(out, text.bytes, text.len);
#elif CASE == 3
	pq_out_printf(out, "%s", text.bytes);
#elif CASE == 4
	pq_out_printf(out, "%d%.*s", 1, (int)text.len, text.bytes + 1);
#elif CASE == 5
	printf("%s %s %s %s %s\n", words, words, words, words, b->data);
#elif CASE == 6
	fprintf(stderr, "%s\n", err->msg);
#elif CASE == 7
	snprintf(line, sizeof(line), "%s", text.bytes);
#elif CASE == 8
	write(1, b->data, b->len);
#elif CASE == 9
	puts(pq_buf_cstr(b));
#elif CASE == 10
	memcpy(line, text.bytes, text.len);
#elif CASE == 11
	place->name = text.bytes;
#elif CASE == 12
	words = pq_buf_cstr(b);
#elif CASE == 13
	pq_out_str(out, (const char *)text.bytes);
#elif CASE == 14
	pq_out_str(out, (char *)b->data);
#elif CASE == 15
	open(pq_buf_cstr(b), O_RDONLY);
#elif CASE == 16
	words = memchr(text.bytes, 'x', text.len);
#elif CASE == 17
	words = text.len ? text.bytes : "";
#elif CASE == 18
	pq_out_raw(out, &text.bytes[text.len - 1], 1);
#elif CASE == 19
	const void *any = text.bytes;

	pq_out_raw(out, any, text.len);
#elif CASE == 20
	__auto_type same = text.bytes;

	pq_out_printf(out, "%s", same);
#elif CASE == 21
	fwrite(pq_buf_view(b).bytes, 1, b->len, stdout);
#elif CASE == 22
	memmove(line, pq_arena_text(NULL, text).bytes, 1);
#elif CASE == 23
	__builtin_memcpy(line, text.bytes, text.len);
#elif CASE == 24
	words = strstr(text.bytes, "x");
#elif CASE == 25
	dprintf(1, "%-*s", 10, end);
#endif
}
