// The legend of packages: colors are hashes of names, so that two of
// the widest packages may have one, and then share its patch.  Pictures and the page
// have it alike (draw/flame_legend.h).
export function packageKeys(packages, shortForms) {
	const keys = new Map();

	for (const [name, color] of packages) {
		const short = shortForms(name).find(f => f.length < 25) ?? name;
		const before = keys.get(color);

		keys.set(color, before ? before + ', ' + short : short);
	}
	return [...keys].map(([color, words]) => ['c' + color, words]);
}
