#include "draw/theme.h"

#include <string.h>

#include "base/banned.h"

void pq_theme_style(const char *css, enum pq_theme theme, struct pq_out *out)
{
	const char *block = strstr(css, PQ_THEME_DARK_BEGINS), *rules;

	if (theme == PQ_THEME_AUTO || !block) {
		pq_out_str(out, css);
		return;
	}
	pq_out_printf(out, "%.*s", (int)(block - css), css);
	if (theme == PQ_THEME_LIGHT)
		return;
	/* Later rules win; the block's last line is its bracket. */
	rules = block + strlen(PQ_THEME_DARK_BEGINS);
	pq_out_printf(out, "%.*s", (int)(strlen(rules) - strlen("}\n")), rules);
}
