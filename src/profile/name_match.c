#include "profile/name_match.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

bool pq_names_init(struct pq_names *n, const struct pq_profile *p,
		   const char *what, struct pq_text pattern,
		   struct pq_error *err)
{
	struct pq_error inner;

	memset(n, 0, sizeof(*n));
	n->p = p;
	if (!pattern.len)
		return true;
	pq_error_clear(&inner);
	n->regex = pq_regex_new(pattern, &inner);
	if (!n->regex)
		return pq_fail(err, inner.code, "parsing %s regexp: %s", what,
			       inner.msg);
	n->known = pq_alloc_zeroed(p->strings.n);
	return true;
}

void pq_names_release(struct pq_names *n)
{
	pq_regex_free(n->regex);
	pq_free(n->known);
	memset(n, 0, sizeof(*n));
}

bool pq_names_match(struct pq_names *n, uint32_t id)
{
	/* Each distinct text is matched once. */
	if (!n->known[id]) {
		struct pq_text text = pq_string(n->p, id);

		if (n->simplified)
			text = pq_simplify_name(text);
		n->known[id] = pq_regex_match(n->regex, text) ? 2 : 1;
	}
	return n->known[id] == 2;
}

bool pq_names_match_line(struct pq_names *n, const struct pq_line *line)
{
	const struct pq_function *f = pq_line_function(n->p, line);

	return f &&
	       (pq_names_match(n, f->name) || pq_names_match(n, f->filename));
}

bool pq_names_match_mapping(struct pq_names *n, const struct pq_location *l)
{
	return l->mapping != PQ_NONE &&
	       pq_names_match(n, n->p->mappings.at[l->mapping].file);
}

bool pq_names_match_location(struct pq_names *n, const struct pq_location *l)
{
	const struct pq_line *lines = pq_location_lines(n->p, l);

	for (uint32_t i = 0; i < l->n_lines; i++)
		if (pq_names_match_line(n, &lines[i]))
			return true;
	return pq_names_match_mapping(n, l);
}

struct pq_text pq_simplify_name(struct pq_text name)
{
	static const char *const kept[] = { "(anonymous namespace)",
					    "operator()" };
	size_t at = 0;

	if (pq_text_starts(name, "."))
		name = pq_text_slice(name, 1, name.len);
	/* Parameters begin at the first bracket of neither exception. */
	while (at < name.len) {
		struct pq_text rest = pq_text_slice(name, at, name.len);

		if (pq_text_starts(rest, kept[0]))
			at += strlen(kept[0]);
		else if (pq_text_starts(rest, kept[1]))
			at += strlen(kept[1]);
		else if (rest.bytes[0] == '(')
			return pq_text_slice(name, 0, at);
		else
			at++;
	}
	return name;
}
