// Ever shorter forms of a name, for boxes that it is too wide for: its folders
// go first, then the package.  Nothing is cut within brackets, and a part that a
// compiler numbered keeps its function.  Pictures and the page have it alike.
export function shortForms(name) {
	const forms = [name];
	let depth = 0;

	for (const { 0: mark, index } of name.matchAll(
		/[([{<]|[)\]}>]|\/|::|\.| /g)) {
		const rest = name.slice(index + mark.length);

		if ('([{<'.includes(mark))
			depth++;
		else if (')]}>'.includes(mark))
			depth--;
		else if (mark === ' ' && !depth)
			break;
		else if (!depth && index && rest &&
			!/^(func)?\d+(\.|$)/.test(rest))
			forms.push(rest);
	}
	return forms;
}

// The name in a box of so many pixels, with so much room for text: the first form
// that fits in type of 12 pixels, else of 10 where the box has 34, else the last
// form without its end, if four letters of it stay.  `widthOf' measures at 12.
export function nameInBox(name, sign, width, room, widthOf) {
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
