// The call graph: a drawing to move about in.

import { getPage, getText } from './api.js';
import { drawing } from './drawing.js';
import { lookAround } from './look_around.js';
import { api, asked, changed } from './state.js';

// Without a drawing, the same numbers as a table.
async function showInstead(place, message) {
	const { text } = await getPage(asked(changed({}, 'tree')));
	const page = new DOMParser().parseFromString(text, 'text/html');
	const link = document.createElement('a');

	link.href = api('dot');
	link.download = 'profile.dot';
	link.textContent = 'the graph as a file for Graphviz';
	place.replaceChildren(link,
		...page.querySelectorAll('main .wide'));
	throw message;
}

// A phone has no keys to speak of.
const hint = matchMedia('(pointer: coarse)').matches ?
	'Drag moves, two fingers zoom, a tap lights the edges of a node.' :
	'Drag and the wheel move and zoom; in the picture 0 shows all, 1 its ' +
	'true size, Tab walks by value, Enter goes to what was found.';

export async function showGraph(main, signal) {
	const place = main.querySelector('#graph');
	let svg;

	if (!place)
		return null;
	try {
		svg = drawing(await getText(api('graph'), signal));
	} catch (e) {
		if (e.code !== 'layout' && e.code !== 'limit')
			throw e;
		return showInstead(place, e);
	}
	svg.setAttribute('role', 'img');
	svg.setAttribute('aria-label', 'Call graph');
	svg.removeAttribute('width');
	svg.removeAttribute('height');
	svg.querySelector('#line')?.remove();
	const line = document.createElement('p');
	line.className = 'line';
	line.textContent = line.dataset.hint = hint;
	place.replaceChildren(svg);
	place.after(line);
	const look = lookAround(svg, text => {
		line.textContent = text || line.dataset.hint || '\u00a0';
	});
	// Keys of the picture, while it has the focus; others are the page's.
	place.addEventListener('keydown', event => {
		if (event.ctrlKey || event.altKey || event.metaKey)
			return;
		delete line.dataset.hint;
		if (event.key === 'Escape')
			look.light(null);
		else if (look.key(event.key, event.shiftKey)) {
			event.preventDefault();
			event.stopPropagation();
		}
	});
	return {
		mark: look.mark,
		hits: look.found,
		show: look.goTo,
		refresh() {},
	};
}
