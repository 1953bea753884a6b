/*
 * flame_legend.h - the packages that a flame graph's colors stand for.
 *
 * Colors: are hashes of names; packages of one color share its patch, where the
 *         wider one stands.
 * Order:  the widest first, by the widths of all their boxes for the first
 *         sample type; at most PQ_FLAME_PACKAGES.  What runs programs is none
 *         of them: it has a color of its own (flame_text.h).
 * Owner:  texts are the flame's.
 */
#ifndef PQ_DRAW_FLAME_LEGEND_H
#define PQ_DRAW_FLAME_LEGEND_H

#include "graph/flame_tree.h"

#define PQ_FLAME_PACKAGES 6

struct pq_flame_package {
	struct pq_text name;
	double width;
};

struct pq_flame_legend {
	struct pq_flame_package packages[PQ_FLAME_PACKAGES];
	size_t n;
	bool has_runtime;
};

void pq_flame_legend_find(struct pq_flame_legend *l, const struct pq_flame *f,
			  struct pq_arena *arena);

#endif
