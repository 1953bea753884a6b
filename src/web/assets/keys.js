// One key, one thing; the dialog "Keyboard" lists them.

import { changed } from './state.js';
import { resetFilters } from './filters.js';

function nextType(go) {
	const type = document.getElementById('type');

	if (!type)
		return;
	const next = (type.selectedIndex + 1) % type.options.length;
	go(changed({ si: type.options[next].value, z: '' }));
}

function nthView(n, go) {
	const link = document.querySelectorAll('nav a')[n - 1];

	if (link)
		go(new URL(link.href));
}

export function wireKeys(tools) {
	const { go, search, flame, theme } = tools;
	const keys = {
		'/': () => search.focus(),
		n: () => search.step(1),
		N: () => search.step(-1),
		t: () => nextType(go),
		d: theme,
		0: () => resetFilters(go),
		'?': () => document.getElementById('keys-dialog')?.showModal(),
	};

	for (let n = 1; n <= 6; n++)
		keys[n] = () => nthView(n, go);
	document.addEventListener('keydown', event => {
		const field = event.target.closest('input, select, textarea');

		if (event.ctrlKey || event.altKey || event.metaKey ||
			document.querySelector('dialog[open]'))
			return;
		if (event.key === 'Escape') {
			if (!search.clear() && !field)
				flame()?.key('Escape');
			field?.blur();
		} else if (field) {
			return;
		} else if (keys[event.key]) {
			keys[event.key]();
		} else if (event.target.closest('button, a, summary') ||
			!flame()?.key(event.key)) {
			return;
		}
		event.preventDefault();
	});
}
