# The page's style: the files in their order, in which the dark theme is what a
# script settled (theme.js) and not what the system says.  Rules of the block that
# draw/theme.h tells of get the selector of that; each of their lines that begins
# with one tab has selectors.  Where no script runs, inks are what the system says.
BEGIN { chosen = ":root[data-scheme=dark]" }
# Rules of the dark theme weigh as much as those of the light one.
function dark_selectors(list,    prefix) {
	if (list == ":root ")
		return chosen " "
	prefix = ":where(" chosen ") "
	gsub(/, /, ", " prefix, list)
	return prefix list
}
FNR == 1 { dark = inks = 0 }
/^@media screen and \(prefers-color-scheme: dark\)/ {
	dark = 1
	media = $0
	next
}
dark && /^}/ {
	if (unchosen)
		printf "%s\n:root:not([data-scheme]) {\n%s}\n}\n", media, unchosen
	unchosen = ""
	dark = 0
	next
}
dark && /^\t[^\t}]/ {
	at = index($0, "{")
	selectors = substr($0, 2, at - 2)
	inks = selectors == ":root "
	print dark_selectors(selectors) substr($0, at)
	next
}
dark {
	sub(/^\t/, "")
	if (inks && !/^}/)
		unchosen = unchosen $0 "\n"
}
{ print }
