// A drawn graph that is looked at alone: it fills its window, and a line at the
// bottom says what a node is.
(function () {
	'use strict';

	const svg = document.documentElement;
	const line = document.getElementById('line');
	const [back, words] = line.children;
	let query = '', typing = false, told = '';
	let hint = matchMedia('(pointer: coarse)').matches ?
		'drag: move · two fingers: zoom · tap: edges of a node' :
		'drag, wheel: move, zoom · 0: all · 1: true size · /: search, ' +
		'Enter: next · Tab: by value · click: edges of a node';

	function say(text) {
		told = text;
		words.textContent = typing ? 'search: ' + query + '▏' :
			text || hint;
		line.setAttribute('display', words.textContent ? 'inline' :
			'none');
	}

	const look = lookAround(svg, say, 26);

	// The line stays where it is in the window, whatever part is seen.
	look.onMove(() => {
		const { x, y, h } = look.view(), k = look.scale();

		line.setAttribute('transform', `translate(${x} ${y + h}) ` +
			`scale(${1 / k})`);
		back.setAttribute('width', innerWidth);
	});

	function search() {
		const wanted = query.toLowerCase();

		look.mark(query === '' ? null : words =>
			words.toLowerCase().includes(wanted));
		if (query !== '')
			look.walk(1);
	}

	function type(event) {
		if (event.key === 'Enter' || event.key === 'Escape') {
			typing = false;
			if (event.key === 'Escape')
				query = '';
		} else if (event.key === 'Backspace') {
			query = query.slice(0, -1);
		} else if (event.key.length === 1) {
			query += event.key;
		} else {
			return;
		}
		event.preventDefault();
		if (event.key !== 'Enter')
			search();
		say(told);
	}

	window.addEventListener('keydown', event => {
		if (event.ctrlKey || event.metaKey || event.altKey)
			return;
		hint = '';
		if (typing)
			return type(event);
		if (event.key === '/') {
			typing = true;
			query = '';
		} else if (event.key === 'Escape') {
			query = '';
			search();
			look.light(null);
		} else if (!look.key(event.key, event.shiftKey)) {
			say(told);
			return;
		}
		say(told);
		event.preventDefault();
	});
	say('');
})();
