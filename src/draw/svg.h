/*
 * svg.h - graphviz's svg made into a picture to look around in.
 *
 * It fills its window, has a title, and a script of its own moves it
 * (assets/look_around.js, which the page has, too).  Nothing is loaded from anywhere,
 * and the content security policy "default-src 'none'; style-src
 * 'unsafe-inline'; script-src 'unsafe-inline'" suffices.  Where scripts do not
 * run, the whole graph is shown.
 *
 * Source: the reference, which ships a third party's script instead.
 */
#ifndef PQ_DRAW_SVG_H
#define PQ_DRAW_SVG_H

#include "base/buf.h"
#include "base/text.h"
#include "report/report.h"

/* The title may be any text; false when svg is not graphviz's. */
bool pq_svg_finish(struct pq_buf *to, struct pq_text svg, struct pq_text title,
		   enum pq_theme theme);

#endif
