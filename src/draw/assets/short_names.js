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
