// What a search means, in pictures and in the page.  An expression that this
// language cannot read is looked for as it stands.
export function expression(text, flags) {
	try {
		return new RegExp(text, flags);
	} catch (e) {
		return { test: name => name.includes(text) };
	}
}

// A link can be anybody's, and some expressions take this language hours on a name:
// those have groups that repeat or many repetitions, and wait for Enter.
export function isQuick(text) {
	return !/\)[*+{]|\\\d|\(\?[=!<]/.test(text) &&
		(text.match(/[*+{]/g) ?? []).length <= 2;
}
