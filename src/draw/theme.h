/*
 * theme.h - styles of pictures and pages: light, dark, or as the reader's system
 * is.
 *
 * Shape:  a style (assets/ of a name that ends in .css) has the rules of the light theme,
 *         and at its end those that the dark one changes, in one block that
 *         begins with the line PQ_THEME_DARK_BEGINS.  The server's page has the
 *         same files with the block's rules under a selector
 *         (web/page_css.awk).
 * Themes: AUTO leaves a style as it is.  LIGHT and DARK have no question to a
 *         reader's system, for what knows none: documents, converters.
 */
#ifndef PQ_DRAW_THEME_H
#define PQ_DRAW_THEME_H

#include "base/out.h"
#include "report/report.h"

#define PQ_THEME_DARK_BEGINS \
	"@media screen and (prefers-color-scheme: dark) {\n"

void pq_theme_style(const char *css, enum pq_theme theme, struct pq_out *out);

#endif
