// The call graph: a drawing to move about in.

import { getPage, getText } from './api.js';
import { drawing } from './drawing.js';
import { api, asked, changed } from './state.js';

// The wheel zooms at the pointer, dragging moves, 0 shows all.
function moves(svg) {
	const whole = { ...box() };

	function box() {
		const v = svg.viewBox.baseVal;

		return { x: v.x, y: v.y, width: v.width, height: v.height };
	}
	function show(b) {
		svg.setAttribute('viewBox',
			[b.x, b.y, b.width, b.height].join(' '));
	}
	function zoom(by, at) {
		const b = box(), r = svg.getBoundingClientRect();
		const width = Math.min(Math.max(b.width * by,
			whole.width / 50), whole.width * 4);
		const f = width / b.width;
		const px = at ? (at.x - r.left) / r.width : 0.5;
		const py = at ? (at.y - r.top) / r.height : 0.5;

		show({ x: b.x + b.width * px * (1 - f),
			y: b.y + b.height * py * (1 - f),
			width, height: b.height * f });
	}
	svg.addEventListener('wheel', event => {
		event.preventDefault();
		zoom(Math.exp(event.deltaY / 500),
			{ x: event.clientX, y: event.clientY });
	}, { passive: false });
	svg.addEventListener('pointermove', event => {
		const r = svg.getBoundingClientRect(), b = box();

		if (event.buttons !== 1)
			return;
		show({ ...b, x: b.x - event.movementX * b.width / r.width,
			y: b.y - event.movementY * b.height / r.height });
	});
	svg.addEventListener('dblclick', () => show(whole));
	return { zoom, all: () => show(whole) };
}

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

function selected(place, event) {
	const node = event.target.closest('.node');

	for (const other of place.querySelectorAll('.node.at'))
		other.classList.remove('at');
	node?.classList.add('at');
	return node?.querySelector('title')?.textContent ?? '';
}

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
	place.replaceChildren(svg);
	const move = moves(svg);
	place.addEventListener('click', event => selected(place, event));
	place.addEventListener('keydown', event => {
		if (event.key === '+')
			move.zoom(0.8);
		else if (event.key === '-')
			move.zoom(1.25);
		else if (event.key === '=')
			move.all();
	});
	return {
		mark(matches) {
			for (const node of svg.querySelectorAll('.node'))
				node.classList.toggle('hit', matches !== null &&
					matches(node.textContent));
		},
		hits: () => [...svg.querySelectorAll('.hit')],
		show(node) {
			for (const other of svg.querySelectorAll('.at'))
				other.classList.remove('at');
			node.classList.add('at');
		},
		refresh() {},
	};
}
