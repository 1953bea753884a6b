// Ever shorter forms of a name, for boxes that it is too wide for: first without
// folders, then without the arguments of templates, then without one part at a time
// of what stands before the function.  Nothing is cut within other brackets, and a
// part that a compiler numbered keeps its function.  Pictures and the page have it
// alike (draw/flame_text.h).
const brackets = /[([{<]|[)\]}]|(?<!-)>|\/|::|\.| /g;

// What can be cut off the beginning: the path, and the first part.
function cutsOf(name) {
	let depth = 0, path = 0, part = 0;

	for (const { 0: mark, index } of name.matchAll(brackets)) {
		const end = index + mark.length, rest = name.slice(end);

		if ('([{<'.includes(mark))
			depth++;
		else if (')]}>'.includes(mark))
			depth--;
		else if (depth || !index)
			continue;
		else if (mark === ' ')
			break;
		else if (mark === '/' && rest)
			path = end;
		else if (mark !== '/' && rest && !part &&
			!/^(func)?\d+(\.|$)/.test(rest))
			part = end;
	}
	return { path, part };
}

// Behind the brackets that open there, or 0 where they stay open.
function endOfBrackets(name, from) {
	let depth = 0;

	for (let i = from; i < name.length; i++) {
		if ('([{<'.includes(name[i]))
			depth++;
		else if (')]}'.includes(name[i]) ||
			(name[i] === '>' && name[i - 1] !== '-'))
			depth--;
		if (depth <= 0)
			return i + 1;
	}
	return 0;
}

// The sign of an operator is its name, and no bracket.
function withoutArguments(name) {
	const begins = /(?<=[\w$\u0080-\uffff])(?<!operator)(::)?[<[]/g;
	let bare = '', copied = 0, found;

	while ((found = begins.exec(name)) !== null) {
		const end = endOfBrackets(name, begins.lastIndex - 1);

		if (!end)
			break;
		bare += name.slice(copied, found.index);
		copied = begins.lastIndex = end;
	}
	return bare + name.slice(copied);
}

function shorter(name) {
	const { path, part } = cutsOf(name);

	if (path)
		return name.slice(path);
	const bare = withoutArguments(name);
	return bare !== name ? bare : part ? name.slice(part) : '';
}

const known = new Map();

export function shortForms(name) {
	if (!known.has(name)) {
		const forms = [name];

		for (let form = shorter(name); form; form = shorter(form))
			forms.push(form);
		known.set(name, forms);
	}
	return known.get(name);
}

// The name in a box of so many pixels, with so much room for text: the first form
// that fits in type of 12 pixels, else of 10 where the box has 34, else the last
// form without its end, if four letters of it stay.  `widthOf' measures at 12.
export function nameInBox(name, sign, width, room, widthOf) {
	if (room <= 0)
		return { text: '', isSmall: false };
	const forms = shortForms(name).map(form => sign + form);
	const fits = forms.find(form => widthOf(form) <= room);

	if (fits !== undefined || width < 34)
		return { text: fits ?? '', isSmall: false };
	const larger = room * 12 / 10;
	const small = forms.find(form => widthOf(form) <= larger);
	if (small !== undefined)
		return { text: small, isSmall: true };
	const last = [...forms[forms.length - 1]];
	const cut = n => last.slice(0, n).join('') + '…';
	let n = Math.floor(last.length * larger / widthOf(last.join('')));
	while (n > 0 && widthOf(cut(n)) > larger)
		n--;
	return { text: n < sign.length + 4 ? '' : cut(n), isSmall: true };
}
