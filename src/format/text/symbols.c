#include "format/text/symbols.h"

#include <string.h>

#include "format/text/scan.h"

#include "base/banned.h"

static bool is_tab_or_blank(char c)
{
	return c == '\t' || c == ' ';
}

static bool is_symbol_byte(char c)
{
	return c != '\t';
}

/* Offset of the last c, or the length when there is none. */
static size_t find_last_byte(struct pq_text text, char c)
{
	const char PQ_RAW *hit = text.len ? memrchr(text.bytes, c, text.len)
					  : NULL;

	return hit ? (size_t)(hit - text.bytes) : text.len;
}

static struct pq_location *location_in_stack(const struct pq_legacy *b,
					     size_t i)
{
	return &b->p->locations.at[b->stack.at[i]];
}

static void name_stack_location(struct pq_legacy *b, struct pq_location *l,
				const struct pq_legacy_symbol *symbols,
				size_t n)
{
	if (l->n_lines)
		return; /* an earlier sample named it */
	l->first_line = (uint32_t)b->p->lines.n;
	l->n_lines = (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		*pq_vec_push(&b->p->lines) =
			(struct pq_line){ .line = symbols[i].line,
					  .function = symbols[i].function };
	b->p->symbols_are_extra = true;
}

/*
 * Names the run of equal addresses at stack position *at from the symbols of
 * that address: one each for recursion, several for inlined frames.  Returns
 * how many symbols it took, 0 when the stack does not go on with them.
 */
static size_t name_run(struct pq_legacy *b, size_t *at, size_t from)
{
	const struct pq_legacy_symbol *symbols = b->symbols.at + from;
	size_t left = b->symbols.n - from, n = 1, run = 0, each;
	struct pq_location *l;

	/* Symbols of one address stand together. */
	while (n < left && symbols[n].address == symbols[0].address)
		n++;
	/* Frames that the writer leaves out have no symbols. */
	while (*at < b->stack.n &&
	       location_in_stack(b, *at)->address != symbols[0].address)
		++*at;
	if (*at == b->stack.n)
		return 0;
	l = location_in_stack(b, *at);
	while (*at < b->stack.n && location_in_stack(b, *at) == l) {
		++*at;
		run++;
	}
	/* Recursion repeats the symbols, once for each frame of the run. */
	each = n % run ? n : n / run;
	name_stack_location(b, l, symbols, each);
	return n;
}

static void settle_symbols(struct pq_legacy *b)
{
	size_t at = 0, taken = 0, more = 1;

	while (more && taken < b->symbols.n) {
		more = name_run(b, &at, taken);
		taken += more;
	}
	/*
	 * The one outermost frame without a line is the frame that the writer
	 * never prints.  Stacks of fixed length are filled up with address 0,
	 * which is -1 by now.
	 */
	if (taken && taken == b->symbols.n && at + 1 == b->stack.n &&
	    location_in_stack(b, at)->address != UINT64_MAX) {
		struct pq_legacy_symbol end = {
			.function = pq_legacy_function(
				b, PQ_TEXT("runtime.goexit"), PQ_TEXT(""))
		};

		name_stack_location(b, location_in_stack(b, at), &end, 1);
	}
	b->symbols.n = 0;
}

void pq_legacy_symbols_line(struct pq_legacy *b, struct pq_text line)
{
	struct pq_scan s = pq_scan_over(line);
	struct pq_text name, file;
	struct pq_legacy_symbol symbol;
	size_t plus, colon;

	if (!pq_scan_literal(&s, "#") ||
	    !pq_scan_run(&s, is_tab_or_blank).len ||
	    !pq_scan_literal(&s, "0x") ||
	    !pq_number_hex(pq_scan_run(&s, pq_is_hex), &symbol.address) ||
	    !pq_scan_run(&s, is_tab_or_blank).len)
		return;
	name = pq_scan_run(&s, is_symbol_byte);
	pq_scan_run(&s, is_tab_or_blank);
	file = pq_scan_rest(&s);
	/* Names may have a + in them, and files a colon. */
	plus = find_last_byte(name, '+');
	colon = find_last_byte(file, ':');
	if (!plus || plus == name.len ||
	    !pq_text_starts(pq_text_slice(name, plus, name.len), "+0x") ||
	    !pq_number_decimal(pq_text_slice(file, colon + 1, file.len),
			       &symbol.line))
		return;
	symbol.function = pq_legacy_function(b, pq_text_slice(name, 0, plus),
					     pq_text_slice(file, 0, colon));
	/* Only formats with symbols pay for settling them. */
	b->settle = settle_symbols;
	*pq_vec_push(&b->symbols) = symbol;
}
