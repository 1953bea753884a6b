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
		look.mark(query === '' ? null : matcher(query));
		if (query !== '')
			look.walk(1);
	}

	function type(event) {
		const typed = afterKey(query, event.key);

		if (!typed)
			return;
		({ words: query, isOpen: typing } = typed);
		event.preventDefault();
		// Enter would go on to the second one at once.
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
