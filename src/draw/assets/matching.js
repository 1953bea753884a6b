// What a search means, in pictures and in the page: an expression, as -focus takes
// it.  One that this language cannot read is looked for as it stands.
function expression(text, flags) {
	try {
		return new RegExp(text, flags);
	} catch (e) {
		return { test: name => name.includes(text) };
	}
}

// Which names a search means.  This language has no (?i) within an expression.
export function matcher(text) {
	const isOfAnyCase = text.startsWith('(?i)');
	const regex = expression(isOfAnyCase ? text.slice(4) : text,
		isOfAnyCase ? 'i' : '');

	return name => regex.test(name);
}

// A link can be anybody's, and some expressions take this language hours on a name:
// those have groups that repeat or many repetitions, and wait for Enter.
export function isQuick(text) {
	return !/\)[*+{]|\\\d|\(\?[=!<]/.test(text) &&
		(text.match(/[*+{]/g) ?? []).length <= 2;
}

// A picture has no field for a search.  What a key makes of the words that were
// typed so far, and whether more are to come; null: the key is no part of them.
export function afterKey(words, key) {
	if (key === 'Enter' || key === 'Escape')
		return { words: key === 'Enter' ? words : '', isOpen: false };
	if (key === 'Backspace')
		return { words: [...words].slice(0, -1).join(''), isOpen: true };
	return [...key].length === 1 ? { words: words + key, isOpen: true } : null;
}
