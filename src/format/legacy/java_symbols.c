/*
 * java_symbols.c - the list of symbols at the end of Java's profiles.  Declared
 * in java.h.
 */
#include "format/legacy/java.h"

#include "format/text/finish.h"
#include "format/text/mappings.h"
#include "format/text/scan.h"

#include "base/banned.h"

static bool is_symbol_space(char c)
{
	return c != '\v' && pq_is_space(c);
}

/* Offset of the last " (" whose bracket is before `end`, or text.len. */
static size_t find_last_bracket(struct pq_text text, size_t end)
{
	for (size_t at = end; at-- > 1;)
		if (text.bytes[at] == '(' &&
		    is_symbol_space(text.bytes[at - 1]))
			return at - 1;
	return text.len;
}

struct names {
	struct pq_text function, file;
	int64_t line;
};

/* "FUNCTION (FILE:LINE)" */
static bool match_file_and_line(struct pq_text text, struct names *n)
{
	size_t colon = text.len, digits, bracket;

	if (!text.len || text.bytes[text.len - 1] != ')')
		return false;
	while (colon && text.bytes[colon - 1] != ':')
		colon--;
	digits = colon;
	if (colon && text.bytes[digits] == '-')
		digits++;
	if (colon < 2 || digits == text.len - 1)
		return false;
	/* The line is a number that may be negative. */
	for (size_t i = digits; i < text.len - 1; i++)
		if (!pq_is_digit(text.bytes[i]))
			return false;
	/* FILE has at least one byte between the bracket and the colon. */
	bracket = find_last_bracket(text, colon - 2);
	if (bracket == text.len)
		return false;
	n->function = pq_text_slice(text, 0, bracket);
	n->file = pq_text_slice(text, bracket + 2, colon - 1);
	if (!pq_number_decimal(pq_text_slice(text, colon, text.len - 1),
			       &n->line) ||
	    n->line < 0)
		n->line = 0;
	return true;
}

/* "FUNCTION (PATH)": only the name of a shared library matters. */
static bool match_library_path(struct pq_text text, struct names *n)
{
	size_t bracket;

	if (!text.len || text.bytes[text.len - 1] != ')')
		return false;
	bracket = find_last_bracket(text, text.len - 1);
	if (bracket == text.len)
		return false;
	n->function = pq_text_slice(text, 0, bracket);
	n->file = pq_text_slice(text, bracket + 2, text.len - 1);
	n->file = n->file.len ? pq_text_basename(n->file) : PQ_TEXT(".");
	return true;
}

static struct names split_symbol(struct pq_text text)
{
	struct names n = { .function = text, .file = PQ_TEXT("") };

	if (!match_file_and_line(text, &n) && !match_library_path(text, &n) &&
	    pq_text_find(text, 0, "generated stub/JIT") < text.len)
		n.function = PQ_TEXT("STUB");
	return n;
}

static uint32_t intern_java_function(struct pq_java_symbols *j,
				     const struct names *names)
{
	struct pq_profile *p = j->b->p;
	uint32_t name = pq_legacy_string(j->b, names->function);

	while (j->by_name.n <= name)
		*pq_vec_push(&j->by_name) = 0;
	if (!j->by_name.at[name]) {
		*pq_vec_push(&p->functions) = (struct pq_function){
			.name = name,
			.system_name = name,
			.filename = pq_legacy_string(j->b, names->file)
		};
		j->by_name.at[name] = (uint32_t)p->functions.n;
	}
	return j->by_name.at[name] - 1;
}

static void name_java_location(struct pq_java_symbols *j, struct pq_location *l,
			       struct pq_text text)
{
	struct pq_profile *p = j->b->p;
	struct names names = split_symbol(text);
	struct pq_line line = { .line = names.line };

	line.function = intern_java_function(j, &names);
	/* A later line for the same address replaces the earlier one. */
	if (l->n_lines) {
		p->lines.at[l->first_line] = line;
		return;
	}
	l->first_line = (uint32_t)p->lines.n;
	l->n_lines = 1;
	l->address = 0;
	*pq_vec_push(&p->lines) = line;
}

bool pq_java_symbol(struct pq_java_symbols *j, const struct pq_lines *l)
{
	struct pq_scan s = pq_scan_over(pq_text_trim(l->line));
	struct pq_text digits;
	uint64_t address;
	uint32_t number;

	if (!pq_scan_literal(&s, "0x"))
		return true;
	digits = pq_scan_run(&s, pq_is_hex);
	if (!digits.len || !pq_scan_run(&s, is_symbol_space).len)
		return true;
	if (!pq_number_hex(digits, &address))
		return pq_lines_fail(l, "the address of a symbol does not fit "
					"into 64 bits");
	number = pq_legacy_find(j->b, address);
	/* Addresses that no sample has need no name. */
	if (number != PQ_NONE)
		name_java_location(j, &j->b->p->locations.at[number],
				   pq_scan_rest(&s));
	return true;
}

void pq_java_finish(struct pq_java_symbols *j)
{
	struct pq_profile *p = j->b->p;

	pq_legacy_number(j->b);
	pq_assign_mappings(p);
	/* Addresses of Java say nothing outside of the process. */
	for (size_t i = 0; i < p->locations.n; i++)
		p->locations.at[i].address = 0;
	pq_legacy_close(j->b);
	pq_vec_release(&j->by_name);
}

bool pq_java_symbols(struct pq_legacy *b, struct pq_lines *l)
{
	struct pq_java_symbols j = { .b = b };
	bool ok = true;

	l->most = 0;
	while (ok && pq_lines_next(l))
		ok = pq_java_symbol(&j, l);
	if (ok && l->err->code == PQ_OK) {
		pq_java_finish(&j);
		return true;
	}
	pq_vec_release(&j.by_name);
	return false;
}
