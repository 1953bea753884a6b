#include "command/pages.h"

#include <string.h>

#include "base/banned.h"

const struct pq_page *pq_page_find(const char *name)
{
	for (const struct pq_page *p = pq_page_table; p->name; p++)
		if (!strcmp(p->name, name))
			return p;
	return NULL;
}

static void print_part(const char *part, const char *margin, struct pq_out *out)
{
	pq_out_str(out, "\n");
	while (part && *part) {
		int n = (int)strcspn(part, "\n");

		pq_out_printf(out, "%s%.*s\n", n ? margin : "", n, part);
		part += n + (part[n] == '\n');
	}
}

void pq_page_print(const struct pq_page *page, struct pq_out *out)
{
	if (page->examples)
		print_part(page->examples, "  ", out);
	if (page->reading)
		print_part(page->reading, "  ", out);
	if (page->notes)
		print_part(page->notes, "", out);
}

bool pq_page_word(const char **list, char *word, size_t size)
{
	const char *from = *list ? *list : "";
	size_t n;

	from += strspn(from, " \n");
	n = strcspn(from, " \n");
	*list = from + n;
	/* No name in doc/ is longer than the room; a cut one is not found. */
	if (n >= size)
		n = size - 1;
	memcpy(word, from, n);
	word[n] = '\0';
	return n > 0;
}
