/*
 * flame_assets.h - the styles and scripts of assets/, as strings.
 *
 * The .c file is made from them when profq is built.
 */
#ifndef PQ_DRAW_FLAME_ASSETS_H
#define PQ_DRAW_FLAME_ASSETS_H

extern const char pq_asset_chart_css[];
extern const char pq_asset_color_keys_js[];
extern const char pq_asset_flame_colors_css[];
extern const char pq_asset_flame_html_css[];
extern const char pq_asset_flame_html_js[];
extern const char pq_asset_flame_svg_css[];
extern const char pq_asset_flame_svg_js[];
extern const char pq_asset_graph_colors_css[];
extern const char pq_asset_graph_svg_js[];
extern const char pq_asset_inks_css[];
extern const char pq_asset_look_around_js[];
extern const char pq_asset_matching_js[];
extern const char pq_asset_short_names_js[];
extern const char pq_asset_weblist_css[];

#endif
