#!/bin/sh
# Every ink on every color that a box of a flame graph can have, light and dark:
# the contrast of WCAG 2 is 4.5 at least, also where a search did not find the box,
# which then has 40 % of its color.  Boxes and their text have no opacity and no
# filter, so that the colors of the files are those that are seen.  Nodes of call
# graphs are tried in the same way, and lines of theirs against paper, 3 at least.
top=${top_srcdir:-$(dirname "$0")/..}
cd "$top" || exit 2
inks=src/draw/assets/inks.css
chart=src/draw/assets/chart.css
flame=src/draw/assets/flame_colors.css
page=src/web/assets/page.css
graph=src/draw/assets/graph_colors.css
svg=src/draw/assets/flame_svg.css
html=src/draw/assets/flame_html.css
status=0

# colors FILE PROPERTY: "SCHEME CLASS COLOR" of each class that has the property.
colors() {
	awk -v property="$2" '
	/^@media screen and \(prefers-color-scheme: dark\)/ { dark = 1 }
	/^}/ { dark = 0 }
	$1 ~ /^\.(c[0-9]+|[pm][1-5]|[zk]|above)$/ {
		if (match($0, "[ ;{]" property ": #[0-9a-f]+;"))
			print dark ? "dark" : "light", substr($1, 2),
				substr($0, RSTART + length(property) + 3, 7)
	}' "$1"
}

# sides FILE: the same of classes of graphs, "SCHEME CLASS FILL PEN".
sides() {
	awk '
	/^@media screen and \(prefers-color-scheme: dark\)/ { dark = 1 }
	match($0, /[.](red|green|orange|blue)[1-4] [{] color: #[0-9a-f]+; fill: #[0-9a-f]+;/) {
		split(substr($0, RSTART + 1, RLENGTH - 1), word, / [{] color: |; fill: |;/)
		print dark ? "dark" : "light", word[1], word[3], word[2]
	}' "$1"
}

# series FILE: "SCHEME CLASS COLOR" of what charts draw on paper.
series() {
	awk '
	/^@media screen and \(prefers-color-scheme: dark\)/ { dark = 1 }
	match($0, /[.](leak|other|live|ladder|rung) [{][^}]*#[0-9a-f]+/) {
		word = substr($0, RSTART + 1, RLENGTH - 1)
		sub(/ .*/, "", word)
		print dark ? "dark" : "light", word, substr($0,
			RSTART + RLENGTH - 7, 7)
	}' "$1"
}

{
	sides $graph | sed 's/^/svg-graph /'
	colors $flame fill | sed 's/^/svg /'
	colors $flame background-color | sed 's/^/html /'
	series $chart | sed 's/^/series /'
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
$1 == "series" {
	want(3, "series " $2 " " $3 ": its lines on paper",
		ratio(light($4, "#000000", 1), light(paper[$2], "#000000", 1)))
	of[$1 " " $2]++
	next
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
		if (of[kind] != (kind ~ /graph/ ? 16 : kind ~ /series/ ? 5 : 30)) {
			print kind ": has " of[kind] " colors"
			bad = 1
		}
	# three inks on boxes, a line of graphs, lines of charts
	if (n != 3 * 120 + 32 * 4 + 10 + 2) {
		print n " contrasts"
		bad = 1
	}
	exit bad
}' || status=1

# The inks above are those of the files; pictures have no variables.
have() {
	file=$1
	shift
	for word; do
		grep -q "$word" "$file" || {
			echo "$file: has no $word"
			status=1
		}
	done
}
have $inks '#1b1d22' '#33373f' '#565b66' '#a62ba6' '#ffffff' '#f2f3f5' \
	'#dfe2e8' '#a9afbb' '#d957d9' '#17181c'
have $svg '#1b1d22' '#33373f' '#565b66' '#a62ba6' '#f2f3f5' '#dfe2e8' \
	'#a9afbb' '#d957d9' '#17181c'
have $graph '#1b1d22' '#565b66' '#a62ba6' '#f2f3f5' '#a9afbb' '#d957d9'
have $chart '#1b1d22' '#565b66' '#f2f3f5' '#a9afbb'
grep -n 'var(' $svg $flame $graph $chart && {
	echo "variables in pictures: converters do not know them"
	status=1
}

# The page has each dark rule of the pictures, under its own selector.
for file in $inks $flame $graph $chart; do
	own=$(grep -c '^	[^	}]' $file)
	page_has=$(awk -f src/web/page_css.awk $file |
		grep -c '^:where(:root\[data-scheme=dark\]) \|^:root\[data-scheme=dark\] ')
	[ "$file" = $inks ] && own=1
	[ "$own" -gt 0 ] && [ "$own" = "$page_has" ] || {
		echo "$file: $own dark rules, the page has $page_has"
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
