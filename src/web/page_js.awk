# The page's script: modules in one file, each in a scope of its own, as a browser
# asks for modules one by one.  A module stands behind those that it imports, and
# an import is one line.
function fail(why) {
	print FILENAME ":" FNR ": " why | "cat >&2"
	failed = 1
	exit 1
}
function scope_of(file) {
	sub(/.*\//, "", file)
	sub(/\.js$/, "_js", file)
	return file
}
function end_module() {
	print "return {" exports " };\n})();"
	seen[scope] = 1
}
FNR == 1 {
	if (scope)
		end_module()
	scope = scope_of(FILENAME)
	exports = ""
	print "const " scope " = (() => {"
}
/^import / {
	if (!match($0, /^import \{[^}]*\} from '\.\/[a-z_]*\.js';$/))
		fail("an import that is not one line")
	from = $0
	sub(/.*'\.\//, "", from)
	sub(/';$/, "", from)
	from = scope_of(from)
	if (!(from in seen))
		fail("imports what stands behind it")
	sub(/^import/, "const")
	sub(/ from .*/, " = " from ";")
}
/^export / {
	sub(/^export /, "")
	name = $0
	sub(/^(async )?(function|class|const) /, "", name)
	if (!match(name, /^[A-Za-z]+/))
		fail("an export without a name")
	exports = exports (exports ? ", " : " ") substr(name, 1, RLENGTH)
}
{ print }
END {
	if (!failed)
		end_module()
}
