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
	const legend = document.getElementById('legend');
	const pad = 10, charWidth = 7.23, narrow = 640;
	let row = 18, top = +layer.dataset.top;
	let flipped = layer.dataset.flip === '1';
	let zoomed = null, at = null, query = '', typing = false;
	let copied = ''; // what the reader is to copy, selected

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
		box.rect.setAttribute('height', row - 1);
		box.text.setAttribute('x', (x + 3).toFixed(2));
		box.text.setAttribute('y', y + row / 2 + 4);
		label(box, width);
	}

	// Keys of the legend in lines, and the boxes below them.
	function placeLegend(right) {
		const first = +layer.dataset.top - 20;
		let x = pad, y = first;

		for (const key of legend.children) {
			const [patch, words] = key.children;
			const width = 16 + words.getComputedTextLength();

			if (x > pad && x + width > right) {
				x = pad;
				y += 18;
			}
			patch.setAttribute('x', x);
			patch.setAttribute('y', y);
			words.setAttribute('x', x + 16);
			words.setAttribute('y', y + 10);
			x += width + 16;
		}
		top = y + 20;
	}

	function layout() {
		const width = Math.max(svg.clientWidth || 1200, 300) - 2 * pad;
		const whole = zoomed || root, line = new Set();

		for (const text of document.querySelectorAll('.right'))
			text.setAttribute('x', width + pad - +text.dataset.x);
		row = width < narrow ? 24 : 18;
		placeLegend(width + pad);
		svg.setAttribute('height', Math.max(innerHeight - 1,
			top + row * (depth + 1) + pad));
		fit(title, titleText, linksWidth);
		fit(about, aboutText, 0);
		say();

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

	const title = document.querySelector('.title');
	const about = document.querySelector('.about');
	const titleText = title.textContent, aboutText = about.textContent;
	const linksWidth = 170; // beside the title

	// As much of a text as there is room for, in one line.
	function fit(element, text, less) {
		const room = Math.max(svg.clientWidth || 1200, 300) - 2 * pad -
			less;

		element.textContent = text;
		if (element.getComputedTextLength() <= room)
			return;
		let from = 0, to = text.length;
		while (from < to) {
			const n = Math.ceil((from + to) / 2);

			element.textContent = text.slice(0, n) + '…';
			if (element.getComputedTextLength() <= room)
				from = n;
			else
				to = n - 1;
		}
		element.textContent = text.slice(0, from) + '…';
	}

	// A phone has no keys to speak of; who has used one needs no list.
	let hint = matchMedia('(pointer: coarse)').matches ?
		'tap: zoom; the root: back' :
		'click: zoom · /: search, n: next · arrows, Enter: move, zoom · ' +
		'Esc, 0: back · C: copy the stack · i: flip';

	function describe(box) {
		const text = box.title.split('\n');

		if (box.parent && box.parent !== root && !box.sign &&
			box.parent.size)
			text.push((100 * box.size / box.parent.size).toFixed(2) +
				'% of its caller');
		return text.join(' · ');
	}

	function say() {
		if (copied)
			return;
		fit(status, typing ? 'search: ' + query + '▏' :
			at ? describe(at) : hint, found.textContent ?
			found.getComputedTextLength() + 12 : 0);
	}

	// ---- what is copied ----

	// Where the browser lets nobody copy, the text stands there, selected.
	async function copy(text) {
		try {
			await navigator.clipboard.writeText(text);
			fit(status, 'copied: ' + text, 0);
		} catch (e) {
			copied = status.textContent = text;
			getSelection().selectAllChildren(status);
		}
	}

	function copyStack() {
		const names = [];

		for (let box = at || zoomed; box && box !== root; box = box.parent)
			names.unshift(box.name);
		if (names.length)
			copy(names.join(';'));
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

	function percent(size) {
		return (root.size ? 100 * size / root.size : 0).toFixed(2) +
			'%';
	}

	function search() {
		const matches = matcher(query);
		let count = 0, size = 0, unseen = 0;

		for (const box of boxes) {
			const above = box.parent && box.parent.within;
			const merged = box.g.classList.contains('more');
			const hit = query !== '' && box.depth > 0 && !merged &&
				matches(box.name);

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
		remember('pushState');
	}

	// ---- the address: what is zoomed to and searched for ----

	// The places among siblings on the way to a box: 0.2.5.
	function idOf(box) {
		return box.parent ? idOf(box.parent) + '.' +
			box.parent.inside.indexOf(box) : '0';
	}

	function boxOf(id) {
		let box = root;

		for (const place of id.split('.').slice(1))
			box = (box && /^\d{1,9}$/.test(place) &&
				box.inside[+place]) || null;
		return box || root;
	}

	function remember(step) {
		const now = new URLSearchParams();

		if (zoomed)
			now.set('z', idOf(zoomed));
		if (query)
			now.set('q', query);
		if ('#' + now === (location.hash || '#'))
			return;
		try {
			history[step](null, '', '#' + now);
		} catch (e) {
			// a picture may be shown where there is no history
		}
	}

	function readAddress() {
		const asked = new URLSearchParams(location.hash.slice(1));
		const box = boxOf(asked.get('z') || '0');

		query = (asked.get('q') || '').slice(0, 500);
		zoomed = box === root ? null : box;
		at = null;
		if (isQuick(query)) {
			search();
		} else {
			typing = true;
			found.textContent = 'Enter searches for what the link says';
		}
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

	function turn() {
		flipped = !flipped;
		layout();
	}

	function ask() {
		typing = true;
		query = '';
		say();
	}

	function type(event) {
		const typed = afterKey(query, event.key);

		if (!typed)
			return;
		({ words: query, isOpen: typing } = typed);
		event.preventDefault();
		search();
		say();
		remember('replaceState');
	}

	function act(key) {
		const keys = {
			0: () => zoom(root), Home: () => zoom(root),
			Escape: () => zoom(root), Enter: () => at && zoom(at),
			'/': ask, n: () => walk(1), N: () => walk(-1), i: turn,
			c: () => at && at !== root && copy(at.name),
			C: copyStack,
		};

		if (key === 'Escape' || key === 'Home' || key === '0')
			point(null);
		if (key.startsWith('Arrow'))
			move(key);
		else if (keys[key])
			keys[key]();
		else
			return false;
		return true;
	}

	document.addEventListener('keydown', event => {
		if (event.ctrlKey || event.altKey || event.metaKey ||
			['Control', 'Alt', 'Meta'].includes(event.key))
			return;
		if (copied || hint) {
			copied = hint = '';
			say();
		}
		if (typing)
			return type(event);
		if (act(event.key))
			event.preventDefault();
	});
	layer.addEventListener('click', event => {
		const g = event.target.closest('.box');

		copied = '';
		if (!g)
			return;
		point(g.box);
		zoom(g.box);
	});
	layer.addEventListener('mouseover', event => {
		const g = event.target.closest('.box');

		if (g)
			point(g.box);
	});
	document.getElementById('search').addEventListener('click', ask);
	document.getElementById('turn').addEventListener('click', turn);
	document.getElementById('copy').addEventListener('click', copyStack);
	for (const link of document.querySelectorAll('.link'))
		link.style.display = '';
	window.addEventListener('resize', layout);
	svg.setAttribute('width', '100%');
	svg.removeAttribute('viewBox');
	window.addEventListener('popstate', readAddress);
	readAddress();
})();
