# Makes a row of pq_page_table (src/command/pages.h) of each text of doc/.

function finish_part() {
	if (part != "")
		printf "%s\n\t  .%s =\n%s", comma, part, text
	comma = part != "" ? "," : comma
	part = text = ""
}

function finish_page() {
	finish_part()
	if (page != "")
		print "},"
}

FNR == 1 {
	finish_page()
	page = FILENAME
	sub(/^.*\//, "", page)
	sub(/\.txt$/, "", page)
	printf "\t{ .name = \"%s\"", page
	comma = ","
}

/^@/ {
	finish_part()
	part = substr($1, 2)
	next
}

{
	gsub(/[\\"]/, "\\\\&")
	text = text "\t\t\"" $0 "\\n\"\n"
}

END {
	finish_page()
}
