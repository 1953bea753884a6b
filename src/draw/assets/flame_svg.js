// The flame graph looked at in a browser: zoom, search, keyboard.
//
// Without this script the picture is complete, at 1200 pixels of width.  Sizes
// stand in data-s, the tree in the order of the boxes and in their rows.
(function () {
	'use strict';

	const svg = document.documentElement;
	const layer = document.getElementById('boxes');
	const status = document.getElementById('status');
	const found = document.getElementById('found');
	const pad = 10, row = 18, charWidth = 7.23, top = +layer.dataset.top;
	let flipped = layer.dataset.flip === '1';
	let zoomed = null, at = null, query = '', typing = false;

	// ---- the tree, read once ----

	const boxes = [], path = [];
	for (const g of layer.children) {
		const title = g.querySelector('title').textContent;
		const box = {
			g: g, rect: g.querySelector('rect'),
			text: g.querySelector('text'), title: title,
			name: title.split('\n')[0], inside: [],
			size: +g.dataset.s, depth: +g.dataset.d,
			sign: g.dataset.sign || '', share: g.dataset.p || ''
		};
		path.length = box.depth;
		box.parent = path[box.depth - 1] || null;
		if (box.parent)
			box.parent.inside.push(box);
		path.push(box);
		g.box = box;
		boxes.push(box);
	}
	const root = boxes[0];
	const height = +svg.getAttribute('height');
	const depth = boxes.reduce((d, b) => Math.max(d, b.depth), 0);

	// ---- places ----

	// Wide characters count twice, as in the picture without its script.
	const widthOf = text => charWidth * [...text].reduce((n, c) =>
		n + (c.codePointAt(0) < 0x1100 ? 1 : 2), 0);

	// The name, short if need be, and the share where there is room for both.
	function label(box, width) {
		const name = nameInBox(box.name, box.sign, width, width - 6, widthOf);

		box.text.textContent = name.text;
		box.text.setAttribute('class', name.isSmall ? 's' : '');
		if (!name.text || name.isSmall || !box.share ||
			widthOf(name.text + ' ' + box.share) > width - 6)
			return;
		const share = document.createElementNS(svg.namespaceURI,
			'tspan');
		share.textContent = box.share;
		box.text.append(' ', share);
	}

	function place(box, x, width) {
		const line = flipped ? depth - box.depth : box.depth;
		const y = top + row * line;

		box.x = x;
		box.width = width;
		box.g.style.display = width < 0.2 ? 'none' : '';
		box.rect.setAttribute('x', x.toFixed(2));
		box.rect.setAttribute('width', width.toFixed(2));
		box.rect.setAttribute('y', y);
		box.text.setAttribute('x', (x + 3).toFixed(2));
		box.text.setAttribute('y', y + 13);
		label(box, width);
	}

	function layout() {
		const width = Math.max(svg.clientWidth || 1200, 300) - 2 * pad;
		const whole = zoomed || root, line = new Set();

		for (const text of document.querySelectorAll('.right'))
			text.setAttribute('x', width + pad - +text.dataset.x);
		svg.setAttribute('height', Math.max(height, innerHeight - 1));

		for (let b = whole.parent; b; b = b.parent)
			line.add(b);
		for (const box of boxes) {
			const parent = box.parent;
			let x = pad, w = 0;

			if (box === whole || line.has(box)) {
				w = width;
			} else if (parent && parent.width && !line.has(parent)) {
				x = parent.next;
				w = whole.size ? width * box.size / whole.size : 0;
				parent.next += w;
			}
			box.next = x;
			place(box, x, w);
			box.g.classList.toggle('above', line.has(box));
		}
	}

	// ---- what is said ----

	// A phone has no keys to speak of.
	const hint = matchMedia('(pointer: coarse)').matches ?
		'tap: zoom; the root: back' :
		'click: zoom · /: search, n: next · arrows, Enter: move, zoom · ' +
		'Esc: back · i: flip';

	function say() {
		if (typing)
			status.textContent = 'search: ' + query + '▏';
		else
			status.textContent = at ?
				at.title.replace(/\n/g, ' · ') : hint;
	}

	function point(box) {
		if (at)
			at.g.classList.remove('at');
		at = box;
		if (at)
			at.g.classList.add('at');
		say();
	}

	// ---- search ----

	function matcher(text) {
		try {
			return new RegExp(text, 'i');
		} catch (e) {
			return { test: s => s.includes(text) };
		}
	}

	function percent(size) {
		return (root.size ? 100 * size / root.size : 0).toFixed(2) +
			'%';
	}

	function search() {
		const match = matcher(query);
		let count = 0, size = 0, unseen = 0;

		for (const box of boxes) {
			const above = box.parent && box.parent.within;
			const merged = box.g.classList.contains('more');
			const hit = query !== '' && box.depth > 0 && !merged &&
				match.test(box.name);

			box.g.classList.toggle('hit', hit);
			box.within = above || hit;
			count += hit;
			if (hit && !above)
				size += box.size;
			if (merged && !above)
				unseen += box.size;
		}
		layer.classList.toggle('searched', query !== '');
		found.textContent = query === '' ? '' : count +
			(count === 1 ? ' frame, ' : ' frames, ') +
			percent(size) + ' match “' + query + '”' + (unseen ?
			' (' + percent(unseen) + ' is merged, not searched)' :
			'');
	}

	// ---- moving about ----

	function zoom(box) {
		zoomed = box === root ? null : box;
		layout();
	}

	function visible(list) {
		return list.filter(b => b.width >= 0.2);
	}

	function beside(box, step) {
		const all = box.parent ? visible(box.parent.inside) : [box];

		return all[all.indexOf(box) + step] || box;
	}

	// To the next box that was found, or to the one before.
	function walk(step) {
		const all = visible(boxes)
			.filter(b => b.g.classList.contains('hit'));
		const from = all.indexOf(at);

		if (all.length)
			point(all[from < 0 && step < 0 ? all.length - 1 :
				(from + step + all.length) % all.length]);
	}

	function move(key) {
		const inwards = flipped ? 'ArrowUp' : 'ArrowDown';

		if (!at)
			return point(zoomed || root);
		if (key === 'ArrowLeft')
			return point(beside(at, -1));
		if (key === 'ArrowRight')
			return point(beside(at, 1));
		if (key === inwards)
			return point(visible(at.inside)[0] || at);
		point(at.parent || at);
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
		search();
		say();
	}

	document.addEventListener('keydown', event => {
		if (event.ctrlKey || event.altKey || event.metaKey)
			return;
		if (typing)
			return type(event);
		if (event.key.startsWith('Arrow')) {
			move(event.key);
		} else if (event.key === 'Enter' && at) {
			zoom(at);
		} else if (event.key === 'Escape') {
			point(null);
			zoom(root);
		} else if (event.key === '/') {
			typing = true;
			query = '';
			say();
		} else if (event.key === 'n' || event.key === 'N') {
			walk(event.key === 'n' ? 1 : -1);
		} else if (event.key === 'i') {
			flipped = !flipped;
			layout();
		} else {
			return;
		}
		event.preventDefault();
	});
	layer.addEventListener('click', event => {
		const g = event.target.closest('.box');

		if (g)
			zoom(g.box);
	});
	layer.addEventListener('mouseover', event => {
		const g = event.target.closest('.box');

		if (g)
			point(g.box);
	});
	document.getElementById('search').addEventListener('click', () => {
		typing = true;
		query = '';
		say();
	});
	document.getElementById('turn').addEventListener('click', () => {
		flipped = !flipped;
		layout();
	});
	for (const link of document.querySelectorAll('.link'))
		link.style.display = '';
	window.addEventListener('resize', layout);
	svg.setAttribute('width', '100%');
	svg.removeAttribute('viewBox');
	layout();
	say();
})();
