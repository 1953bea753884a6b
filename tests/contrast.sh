#!/bin/sh
# Every ink on every color that a box of a flame graph can have, light and dark:
# the contrast of WCAG 2 is 4.5 at least, also where a search did not find the box,
# which then has 40 % of its color.  Boxes and their text have no opacity and no
# filter, so that the colors of the files are those that are seen.  Nodes of call
# graphs are tried in the same way, and lines of theirs against paper, 3 at least.
top=${top_srcdir:-$(dirname "$0")/..}
cd "$top" || exit 2
flame=src/draw/assets/flame_colors.css
page=src/web/assets/page.css
graph=src/draw/assets/graph_colors.css
svg=src/draw/assets/flame_svg.css
html=src/draw/assets/flame_html.css
status=0

# colors FILE PROPERTY: "SCHEME CLASS COLOR" of each class that has the property.
colors() {
	awk -v property="$2" '
	/^@media \(prefers-color-scheme: dark\)/ { dark = 1 }
	/^}/ { dark = 0 }
	$1 ~ /^\.(c[0-9]+|[pm][1-5]|[zk]|above)$/ || $1 ~ /data-scheme=dark/ {
		name = $1 ~ /data-scheme/ ? $2 : $1
		scheme = dark || $1 ~ /data-scheme/ ? "dark" : "light"
		if (name ~ /^\.(c[0-9]+|[pm][1-5]|[zk]|above)$/ &&
		    match($0, property ": #[0-9a-f]+;"))
			print scheme, substr(name, 2), substr($0,
				RSTART + length(property) + 2, 7)
	}' "$1"
}

# sides FILE: the same of classes of graphs, "SCHEME CLASS FILL PEN".
sides() {
	awk '
	/^@media screen and \(prefers-color-scheme: dark\)/ { dark = 1 }
	match($0, /[.](red|green|orange|blue)[1-4] [{] --fill: #[0-9a-f]+; --pen: #[0-9a-f]+;/) {
		split(substr($0, RSTART + 1, RLENGTH - 1), word, / [{] --fill: |; --pen: |;/)
		scheme = dark || /data-scheme=dark/ ? "dark" : "light"
		print scheme, word[1], word[2], word[3]
	}' "$1"
}

{
	sides $graph | sed 's/^/svg-graph /'
	sides $page | sed 's/^/page-graph /'
	colors $flame fill | sed 's/^/svg /'
	colors $flame background | sed 's/^/html /'
	colors $page background-color | sed 's/^/page /'
} | awk '
function digit(text, at) {
	return index("0123456789abcdef", substr(text, at, 1)) - 1
}
function channel(color, i) {
	return digit(color, 2 + 2 * i) * 16 + digit(color, 3 + 2 * i)
}
function linear(v) {
	v /= 255
	return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ^ 2.4
}
# How light a color is, mixed with paper if share is below 1.
function light(color, paper, share,    sum, i, v) {
	sum = 0
	for (i = 0; i < 3; i++) {
		v = share * channel(color, i)
		v += (1 - share) * channel(paper, i)
		sum += weight[i] * linear(v)
	}
	return sum
}
function ratio(a, b) {
	return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05)
}
function want(least, what, found) {
	n++
	if (found < least) {
		printf "%s: %.2f, at least %.1f is wanted\n", what, found, least
		bad = 1
	}
}
BEGIN {
	weight[0] = 0.2126; weight[1] = 0.7152; weight[2] = 0.0722
	paper["light"] = "#ffffff"; paper["dark"] = "#17181c"
	ink["light"] = "#1b1d22"; ink["dark"] = "#f2f3f5"
	soft["light"] = "#33373f"; soft["dark"] = "#dfe2e8"
	dim["light"] = "#565b66"; dim["dark"] = "#a9afbb"
}
{
	box = $1 " " $2 " " $3
	own = light($4, paper[$2], 1)
	want(4.5, box " under ink", ratio(own, light(ink[$2], "#000000", 1)))
	want(4.5, box " under soft ink",
		ratio(own, light(soft[$2], "#000000", 1)))
	want(4.5, box " not found, under dim ink",
		ratio(light($4, paper[$2], 0.4), light(dim[$2], "#000000", 1)))
	of[$1 " " $2]++
}
$1 ~ /graph/ {
	want(3, box ": its lines on paper",
		ratio(light($5, "#000000", 1), light(paper[$2], "#000000", 1)))
}
END {
	want(4.5, "light found", ratio(light("#a62ba6", "#000000", 1), 1))
	want(4.5, "dark found", ratio(light("#d957d9", "#000000", 1),
		light("#17181c", "#000000", 1)))
	# 17 packages, five steps each way, no change, rest, callers
	for (kind in of)
		if (of[kind] != (kind ~ /graph/ ? 16 : 30)) {
			print kind ": has " of[kind] " colors"
			bad = 1
		}
	# three inks on boxes, and a line of graphs
	if (n != 3 * 180 + 2 * 32 * 4 + 2) {
		print n " contrasts"
		bad = 1
	}
	exit bad
}' || status=1

# The inks above are those of the files.
for word in '#1b1d22' '#33373f' '#565b66' '#a62ba6' '#ffffff' '#f2f3f5' '#dfe2e8' \
	'#a9afbb' '#d957d9' '#17181c'; do
	grep -q "$word" $html || {
		echo "$html: has no $word"
		status=1
	}
done

# Nothing that boxes or their texts have makes them paler.
for file in $svg $html $page $flame $graph; do
	tr '\n\t' '  ' <"$file" | sed 's/}/}\n/g' |
		grep -E '(box|above|miss|text)[^{]*[{][^}]*[ ;{](opacity|filter):' && {
		echo "$file: a box or a text with an opacity or a filter"
		status=1
	}
done
exit $status
