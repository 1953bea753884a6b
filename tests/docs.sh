#!/bin/sh
# The manual and the completions say what the tables of commands and options
# say.  With UPDATE=1 the manual's generated parts are written anew.
top=${top_srcdir:-$(dirname "$0")/..}
manual=$top/man/profq.1
: "${PROFQ:?}"
status=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

complain() {
	echo "docs: $*"
	status=1
}

# $PROFQ may be several words, such as valgrind's.
ask() {
	# shellcheck disable=SC2086
	$PROFQ "$@"
}

# part FORM: what stands in the manual between the markers of a form.
part() {
	sed -n "/^\\.\\\\\" BEGIN $1\$/,/^\\.\\\\\" END $1\$/p" "$manual" |
		sed '1d;$d'
}

# renew FORM: puts $work/FORM between them.
renew() {
	sed -e "/^\\.\\\\\" BEGIN $1\$/r $work/$1" \
		-e "/^\\.\\\\\" BEGIN $1\$/,/^\\.\\\\\" END $1\$/{" \
		-e "/^\\.\\\\\" BEGIN/b" -e "/^\\.\\\\\" END/b" -e d -e '}' \
		"$manual" >"$work/manual" && cat "$work/manual" >"$manual"
}

for form in man-commands man-options; do
	ask help "--$form" >"$work/$form" || complain "no help --$form"
	[ -z "$UPDATE" ] || renew $form
	part $form >"$work/part"
	diff -u "$work/part" "$work/$form" ||
		complain "$manual differs from the tables: make update-docs"
done

# Every option and command stands once where it belongs.
ask help --list-options >"$work/options" || complain 'no list of options'
ask help --list-commands >"$work/commands" || complain 'no list of commands'
tab=$(printf '\t')
while IFS=$tab read -r name rest; do
	n=$(grep -cE "^\\.It Fl $name( |\$)" "$manual")
	[ "$n" = 1 ] || complain "-$name: $n times in the manual"
	kind=${rest%%"$tab"*} want=-$name
	[ "$kind" = bool ] || want=$want=
	ask complete top "-$name" | grep -qxF -e "$want" ||
		complain "-$name is not completed"
	ask help options | grep -qE -e "^  -$name([= ]|\$)" ||
		complain "-$name: not in help options"
done <"$work/options"
while IFS=$tab read -r name rest; do
	n=$(grep -cE "^\\.It Cm $name( |\$)" "$manual")
	[ "$n" = 1 ] || complain "$name: $n times in the manual"
	ask complete "$name" | grep -qxF -e "$name" ||
		complain "$name is not completed"
	ask help | grep -qE "^  $name( |\$)" || complain "$name: not in help"
	ask help "$name" >/dev/null || complain "$name: no help on it"
done <"$work/commands"

for script in profq.bash _profq profq.fish; do
	grep -q ' complete ' "$top/completions/$script" ||
		complain "completions/$script does not ask profq"
done
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$manual" "$top/man/profq-fleet.7" \
		"$top/man/profq-formats.5" ||
		status=1
fi
exit $status
