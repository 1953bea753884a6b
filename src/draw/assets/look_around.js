// Looks around in a drawn graph, by changing what part of it the svg shows: in a
// file, which fills its window, and in the page.  `say' gets what there is to
// say of a node, "" of none; so many pixels at the bottom are not the picture's.
export function lookAround(svg, say, below = 0) {
	const all = svg.viewBox.baseVal;
	const home = { x: all.x, y: all.y, w: all.width, h: all.height };
	const pointers = new Map();
	let view = null, isMoved = false, found = [], lit = null, moved = null;

	// ---- the part that is seen ----

	function show() {
		isMoved = true;
		svg.setAttribute('viewBox',
			[view.x, view.y, view.w, view.h].join(' '));
		moved?.();
	}
	// Pixels for each unit of the picture.
	function scale() {
		const r = svg.getBoundingClientRect();

		return Math.min(r.width / view.w, r.height / view.h) || 1;
	}
	// The window's shape, so that nothing lies outside of the view.
	function fit(w, h) {
		const r = svg.getBoundingClientRect();
		const seen = Math.max(r.height - below, 1);
		const shape = r.width && r.height ? r.width / seen : w / h;
		const s = w / h > shape ? { w, h: w / shape } :
			{ w: h * shape, h };

		return { w: s.w, h: r.height ? s.h * r.height / seen : s.h };
	}
	// All of the picture, with its root and its legend.
	function showAll() {
		const s = fit(home.w, home.h);

		view = { x: home.x - (s.w - home.w) / 2, y: home.y,
			w: s.w, h: s.h };
		show();
		isMoved = false;
	}
	function at(clientX, clientY) {
		const r = svg.getBoundingClientRect(), k = scale();

		return { x: view.x + (clientX - r.left) / k,
			y: view.y + (clientY - r.top) / k };
	}
	function goTo(node) {
		const r = node.getBoundingClientRect();
		const p = at(r.left + r.width / 2, r.top + r.height / 2);

		view.x = p.x - view.w / 2;
		view.y = p.y - view.h / 2;
		show();
	}
	function zoom(factor, clientX, clientY) {
		const p = at(clientX, clientY), k = scale() * factor;

		if (k > 20 || k < 0.01)
			return;
		view.x = p.x - (p.x - view.x) / factor;
		view.y = p.y - (p.y - view.y) / factor;
		view.w /= factor;
		view.h /= factor;
		show();
	}
	function zoomMiddle(factor) {
		const r = svg.getBoundingClientRect();

		zoom(factor, r.left + r.width / 2, r.top + r.height / 2);
	}
	// A unit is a pixel, around the node that was chosen, or the heaviest.
	function showTrueSize() {
		const node = lit ?? nodes()[0];

		showAll();
		zoomMiddle(1 / scale());
		if (node)
			goTo(node);
	}
	function pan(dx, dy) {
		const k = scale();

		view.x -= dx / k;
		view.y -= dy / k;
		show();
	}

	// ---- nodes ----

	// Those of functions, the most telling one first.
	function nodes() {
		const list = [];
		let node;

		while ((node = svg.querySelector('#node' + (list.length + 1))))
			list.push(node);
		return list;
	}
	const titleOf = group => group.querySelector('title').textContent;

	function tipOf(node) {
		const tip = node.querySelector('[*|title], [data-tip]');

		return tip?.dataset.tip ?? tip?.getAttribute('xlink:title') ?? '';
	}
	// The whole name: the box breaks it into lines.
	const nameOf = node => tipOf(node).replace(/ \([^()]*\)$/, '');

	// The whole name and the value, and what the box says of shares.
	function describe(node) {
		const lines = [...node.querySelectorAll('text')]
			.map(t => t.textContent.trim())
			.filter(t => t.includes('%'));

		return [tipOf(node), ...lines].filter(Boolean).join(' · ');
	}
	// A node, and the edges into it and out of it.
	function light(node) {
		const name = node && titleOf(node);

		lit = node;
		for (const g of svg.querySelectorAll('.node, .edge'))
			g.classList.toggle('lit', g === node || (node !== null &&
				g.classList.contains('edge') &&
				titleOf(g).split('->').includes(name)));
		say(node ? describe(node) : '');
	}
	function goAndLight(node) {
		light(node);
		goTo(node);
	}
	// Functions that match are framed, all else dimmed; without a matcher none.
	function mark(matches) {
		found = matches ? nodes().filter(n => matches(nameOf(n))) : [];
		for (const node of svg.querySelectorAll('.node'))
			node.classList.toggle('hit', found.includes(node));
		svg.classList.toggle('searched', matches !== null);
	}
	// To the node behind the one that is lit; false at the end of the list.
	function walk(list, step, isRing) {
		const from = list.indexOf(lit);
		const to = from < 0 && step < 0 ? list.length - 1 : from + step;

		if (!list.length || (!isRing && !list[to]))
			return false;
		goAndLight(list[(to + list.length) % list.length]);
		return true;
	}

	// ---- the mouse, and fingers ----

	const held = () => [...pointers.values()];
	const spread = p => Math.hypot(p[0].x - p[1].x, p[0].y - p[1].y);

	svg.style.touchAction = 'none';
	svg.style.userSelect = 'none';
	svg.style.cursor = 'grab';
	svg.addEventListener('wheel', e => {
		const step = e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? 400 : 1;

		e.preventDefault();
		zoom(Math.pow(1.0015, -e.deltaY * step), e.clientX, e.clientY);
	}, { passive: false });
	svg.addEventListener('pointerdown', e => {
		if (e.button)
			return;
		pointers.set(e.pointerId, { x: e.clientX, y: e.clientY });
		svg.setPointerCapture(e.pointerId);
		svg.style.cursor = 'grabbing';
	});
	svg.addEventListener('pointermove', e => {
		const p = pointers.get(e.pointerId), before = held();

		if (!p)
			return;
		const was = before.length === 2 ? spread(before) : 0;
		pan((e.clientX - p.x) / before.length,
			(e.clientY - p.y) / before.length);
		p.x = e.clientX;
		p.y = e.clientY;
		if (was)
			zoom(spread(held()) / was,
				(before[0].x + before[1].x) / 2,
				(before[0].y + before[1].y) / 2);
	});
	for (const end of ['pointerup', 'pointercancel'])
		svg.addEventListener(end, e => {
			pointers.delete(e.pointerId);
			svg.style.cursor = 'grab';
		});
	// A pointer that is held by the svg clicks on it, and not on a node.
	svg.addEventListener('click', e => {
		const node = document.elementFromPoint(e.clientX, e.clientY)
			?.closest('.node');

		if (node && svg.contains(node))
			light(node);
	});
	svg.addEventListener('pointerover', e => {
		const node = e.target.closest('.node') ?? lit;

		say(node ? describe(node) : '');
	});
	window.addEventListener('resize', () => isMoved || showAll());

	// ---- keys ----

	const step = 80, keys = {
		ArrowLeft: () => pan(step, 0), ArrowRight: () => pan(-step, 0),
		ArrowUp: () => pan(0, step), ArrowDown: () => pan(0, -step),
		'+': () => zoomMiddle(1.25), '=': () => zoomMiddle(1.25),
		'-': () => zoomMiddle(0.8),
		0: showAll, f: showAll, Home: showAll, 1: showTrueSize,
	};

	// Whether the key was one of these.
	function key(name, isBackwards) {
		if (name === 'Enter')
			return walk(found, isBackwards ? -1 : 1, true);
		if (name === 'Tab')
			return walk(nodes(), isBackwards ? -1 : 1, false);
		if (!Object.hasOwn(keys, name))
			return false;
		keys[name]();
		return true;
	}

	showAll();
	return { key, mark, walk: by => walk(found, by, true), light,
		goTo: goAndLight, found: () => found, scale,
		onMove(act) { moved = act; act(); }, view: () => view };
}
