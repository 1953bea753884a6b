// A flame graph drawn from the JSON in this page.
//
// Boxes stand in the order of a walk from the root, so that a loop forward
// goes from parents to children and a loop backward adds children up.
(function () {
	'use strict';

	const byId = id => document.getElementById(id);
	const data = JSON.parse(byId('data').textContent);
	const graph = byId('graph'), tip = byId('tip');
	const least = 2; // pixels: below, neighbors are drawn as one
	const narrow = matchMedia('(max-width: 639px)');
	let row = 19; // pixels
	const count = data.boxes.length / 3;
	let flipped = data.flip, type = 0, whole = 0, at = -1, query = '';

	// ---- the tree ----

	const depth = [], parent = [], inside = [], end = [], merged = new Map();
	for (let i = 0, path = []; i < count; i++) {
		depth[i] = data.boxes[3 * i];
		parent[i] = depth[i] ? path[depth[i] - 1] : -1;
		path[depth[i]] = i;
		inside[i] = [];
		end[i] = i + 1;
		if (i)
			inside[parent[i]].push(i);
	}
	for (let i = count - 1; i > 0; i--)
		end[parent[i]] = Math.max(end[parent[i]], end[i]);
	for (const [box, ...rest] of data.merged)
		merged.set(box, rest);

	const lines = depth.reduce((a, b) => Math.max(a, b), 0) + 1;
	const isRoot = i => i === 0;
	const frames = i => merged.has(i) ? merged.get(i)[0] : isRoot(i) ? 0 : 1;

	function nameOf(i) {
		if (merged.has(i))
			return framesText(merged.get(i)[0]);
		return isRoot(i) ? 'all' : data.names[data.boxes[3 * i + 1]][0];
	}

	function framesText(n) {
		return '(' + n + (n === 1 ? ' frame)' : ' frames)');
	}

	// ---- values of the chosen type: a side each, and the width ----

	let own, value, size;

	function addUp() {
		own = [];
		for (let s = 0; s < data.sides; s++)
			own.push(data.own[type * data.sides + s]);
		value = own.map(list => list.slice());
		size = own[0].map((v, i) => merged.has(i) ?
			merged.get(i)[1 + type] :
			Math.max(...own.map(side => Math.abs(side[i]))));
		for (let i = count - 1; i > 0; i--) {
			for (const side of value)
				side[parent[i]] += side[i];
			size[parent[i]] += size[i];
		}
		for (const list of inside)
			list.sort((a, b) => merged.has(a) - merged.has(b) ||
				size[b] - size[a] || a - b);
	}

	function format(v) {
		const units = data.types[type].units;
		let unit = units[0];

		v *= data.scale;
		for (const u of units)
			if (Math.abs(v) >= u[1])
				unit = u;
		return (v / unit[1]).toFixed(2).replace(/\.00$/, '') + unit[0];
	}

	function share(v, total) {
		const percent = total ? Math.abs(100 * v / total) : 0;

		return (percent && percent < 0.01 ? percent.toPrecision(2) :
			percent.toFixed(2)) + '%';
	}

	function change(i) {
		return data.sides > 1 ? value[0][i] - value[1][i] : value[0][i];
	}

	// Whether what its function changed by is to be seen; see flame_tree.h.
	function toneOf(i) {
		const list = data.tones && data.tones[type];

		return !list ? 0 : isRoot(i) ? list[0] : merged.has(i) ?
			list[1] : list[2 + data.boxes[3 * i + 1]];
	}

	const tones = ['', '', ', within noise', ', too few samples to say'];

	function signOf(i) {
		const c = data.change ? change(i) : 0;

		return c > 0 ? '+ ' : c < 0 ? '− ' : '';
	}

	function signed(v) {
		return (v > 0 ? '+' : '') + format(v);
	}

	function figures(i) {
		const total = data.types[type].total;

		if (data.sides === 1)
			return (data.change ? signed : format)(value[0][i]) +
				', ' + share(value[0][i], total);
		return 'before ' + format(value[1][i]) + ', after ' +
			format(value[0][i]) + ', change ' + signed(change(i)) +
			(!change(i) ? '' : !value[1][i] ? ' (new)' :
				' (' + (change(i) > 0 ? '+' : '−') +
				share(change(i), value[1][i]) + ')') +
			(change(i) ? tones[toneOf(i)] : '');
	}

	function describe(i) {
		const how = data.boxes[3 * i + 2], text = [nameOf(i)];

		// the file, and the line that its function begins in
		if (!merged.has(i) && !isRoot(i) &&
			data.names[data.boxes[3 * i + 1]][2])
			text.push(data.names[data.boxes[3 * i + 1]][2]);
		if (how & 2)
			text.push(how & 1 ? 'inlined in part' : 'inlined');
		text.push(figures(i));
		if (data.sides === 1 && !merged.has(i) && own[0][i])
			text.push('itself ' + format(own[0][i]) + ', ' +
				share(own[0][i], data.types[type].total));
		if (data.sides === 1 && !data.change && depth[i] > 1)
			text.push(share(value[0][i], value[0][parent[i]]) +
				' of its caller');
		return text;
	}

	// ---- drawing ----

	function colorOf(i) {
		if (data.change) {
			const most = data.sides === 1 ? size[i] : Math.max(
				Math.abs(value[0][i]), Math.abs(value[1][i]));
			const c = change(i);

			return !c || !most || toneOf(i) ? 'z' : (c > 0 ? 'p' : 'm') +
				Math.ceil(Math.min(1, Math.abs(c) / most) * 5);
		}
		if (merged.has(i) || isRoot(i))
			return 'k';
		return 'c' + data.names[data.boxes[3 * i + 1]][1];
	}

	// How wide a name is; most of them are asked for again and again.
	const pen = document.createElement('canvas').getContext('2d');
	const widths = new Map();

	function widthOf(text) {
		if (!widths.has(text)) {
			pen.font = '12px ' + getComputedStyle(graph).fontFamily;
			widths.set(text, pen.measureText(text).width);
		}
		return widths.get(text);
	}

	let shown = []; // boxes with an element: x, width and the element

	function put(i, x, width, level, text, classes, part) {
		const box = document.createElement('div');
		const line = flipped ? lines - 1 - level : level;
		// the sign of a change stays before what is left of the name
		const sign = (/^[+−] /.exec(text) || [''])[0];
		const name = nameInBox(text.slice(sign.length), sign, width,
			width - 8, widthOf);

		box.className = 'box ' + classes + (width < 12 ? ' thin' : '') +
			(name.isSmall ? ' small' : '');
		box.style.left = x + 'px';
		box.style.width = width + 'px';
		box.style.top = line * row + 'px';
		box.setAttribute('role', 'treeitem');
		box.textContent = name.text;
		if (part && widthOf(text) < width - 70) {
			box.append(document.createElement('span'));
			box.lastChild.textContent = part;
		}
		box.dataset.i = i;
		graph.append(box);
		return box;
	}

	function putBox(i, x, width, above) {
		const how = data.boxes[3 * i + 2];
		const box = put(i, x, width, depth[i], signOf(i) + nameOf(i),
			colorOf(i) + (how === 2 ? ' inl' : '') +
			(merged.has(i) ? ' more' : '') +
			(above ? ' above' : '') + (hits[i] ? ' hit' : ''),
			data.sides > 1 ? signed(change(i)) :
				share(value[0][i], data.types[type].total));

		box.id = 'box' + i;
		box.setAttribute('aria-label', describe(i).join(', '));
		shown[i] = { x: x, width: width, box: box };
	}

	// Neighbors too narrow to see: one box for all of them.
	function putNarrow(list, x, width) {
		let n = 0, hit = false;

		for (const i of list)
			for (let k = i; k < end[i]; k++) {
				n += frames(k);
				hit = hit || hits[k];
			}
		const box = put(list[0], x, width, depth[list[0]],
			framesText(n), 'k more' + (hit ? ' hit' : ''));
		box.dataset.narrow = n;
	}

	function draw() {
		row = narrow.matches ? 24 : 19;
		const width = graph.clientWidth;
		const scale = size[whole] ? width / size[whole] : 0;
		const work = [];

		graph.replaceChildren();
		graph.style.height = lines * row + 'px';
		shown = [];
		for (let i = parent[whole]; i >= 0; i = parent[i])
			putBox(i, 0, width, true);
		putBox(whole, 0, width, false);
		work.push([whole, 0]);
		for (let k = 0; k < work.length; k++) {
			const [of, from] = work[k];
			let x = from, narrow = [], start = 0;

			for (const i of inside[of]) {
				const w = size[i] * scale;

				if (w >= least) {
					putBox(i, x, w, false);
					work.push([i, x]);
				} else if (w > 0) {
					if (!narrow.length)
						start = x;
					narrow.push(i);
				}
				x += w;
				// what is wide comes first, but for merged boxes
				if (narrow.length && w >= least) {
					putNarrow(narrow, start, x - w - start);
					narrow = [];
				}
			}
			if (narrow.length && x - start >= 0.5)
				putNarrow(narrow, start, x - start);
		}
		mark();
	}

	// ---- what is said ----

	// A phone has no keys to speak of; who has used one needs no list.
	let hint = matchMedia('(pointer: coarse)').matches ?
		'tap: zoom · show all: back to the root' :
		'click or Enter: zoom · /: search, n: next · arrows: move · ' +
		'Esc, 0: show all · C: copy the stack · i: flip';

	// What colors stand for: packages, or the direction of a change.
	function legend() {
		const keys = !data.change ?
			packageKeys(data.packages, shortForms) :
			data.sides > 1 ? [['m5', '− less'],
				['z', 'no change, or noise'], ['p5', '+ more']] :
				[['m5', '− negative'], ['p5', '+ positive']];

		if (!data.change && data.runtime)
			keys.push(['c16', 'runtime']);
		if (!data.change)
			keys.push(['k', 'all, merged frames']);
		for (const [color, words] of keys) {
			const key = document.createElement('li');
			const patch = document.createElement('span');

			patch.className = 'patch ' + color;
			key.append(patch, words);
			byId('legend').append(key);
		}
	}

	function about() {
		const t = data.types[type], parts = [figures(0)];

		if (data.sides === 1 && !data.change)
			parts[0] = 'total ' + format(t.total) +
				(value[0][0] === t.total ? '' :
				', shown ' + figures(0));
		byId('about').textContent = parts.concat(data.header).join(' · ');
		document.title = data.title + ': ' + t.name;
	}

	function say(i) {
		byId('status').textContent =
			i < 0 ? hint : describe(i).join(' · ');
	}

	function mark() {
		for (const box of graph.querySelectorAll('.at'))
			box.classList.remove('at');
		if (shown[at])
			shown[at].box.classList.add('at');
		graph.setAttribute('aria-activedescendant',
			shown[at] ? 'box' + at : '');
		say(at);
	}

	function point(i) {
		at = i;
		mark();
		if (shown[at])
			shown[at].box.scrollIntoView({ block: 'nearest' });
	}

	function showTip(event) {
		const box = event.target.closest('.box');

		tip.style.display = box ? 'block' : 'none';
		if (!box)
			return;
		tip.textContent = box.dataset.narrow ?
			framesText(+box.dataset.narrow) + '\nzoom in to see them' :
			describe(+box.dataset.i).join('\n');
		const x = Math.min(event.clientX + 14,
			innerWidth - tip.offsetWidth - 8);
		const y = event.clientY + 18 + tip.offsetHeight < innerHeight ?
			event.clientY + 18 :
			event.clientY - tip.offsetHeight - 10;
		tip.style.left = Math.max(x, 4) + 'px';
		tip.style.top = Math.max(y, 4) + 'px';
	}

	// ---- search ----

	let hits = [];

	function search() {
		const matches = matcher(query), within = [];
		let n = 0, sum = 0, unseen = 0;

		hits = [];
		for (let i = 1; query !== '' && i < count; i++) {
			const above = within[parent[i]];

			hits[i] = !merged.has(i) && matches(nameOf(i));
			within[i] = above || hits[i];
			n += hits[i];
			if (hits[i] && !above)
				sum += size[i];
			if (merged.has(i) && !above)
				unseen += size[i];
		}
		graph.classList.toggle('searched', query !== '');
		byId('found').textContent = query === '' ? '' :
			share(sum, size[0]) + ' in ' + n +
			(n === 1 ? ' frame' : ' frames') +
			(unseen ? ' (' + share(unseen, size[0]) +
				' is merged and not searched)' : '');
		draw();
	}

	// ---- the address: what is zoomed to, searched for and measured ----

	const longest = 500; // characters of a search

	// An address may be anybody's: what is no number of a thing is the first.
	function numberIn(text, below) {
		return /^\d{1,9}$/.test(text) && +text < below ? +text : 0;
	}

	// The places among siblings on the way to a box: 0.2.5.
	function idOf(i) {
		return isRoot(i) ? '0' : idOf(parent[i]) + '.' +
			inside[parent[i]].indexOf(i);
	}

	function boxOf(id) {
		let i = 0;

		for (const place of id.split('.').slice(1)) {
			i = inside[i][/^\d{1,9}$/.test(place) ? +place : -1];
			if (i === undefined)
				return 0;
		}
		return i;
	}

	function readAddress() {
		const asked = new URLSearchParams(location.hash.slice(1));

		query = (asked.get('q') || '').slice(0, longest);
		byId('search').value = query;
		const waits = !isQuick(query);
		if (waits)
			query = '';
		type = numberIn(asked.get('type'), data.types.length);
		byId('type').value = type;
		addUp();
		whole = boxOf(asked.get('z') || '0');
		at = whole || -1;
		about();
		search();
		if (waits)
			byId('found').textContent =
				'Enter searches for what the link says';
	}

	// A step is pushState where Back leads to what was seen before, and
	// replaceState for each letter of a search.
	function remember(step) {
		const now = new URLSearchParams();

		if (whole)
			now.set('z', idOf(whole));
		if (query)
			now.set('q', query);
		if (type)
			now.set('type', type);
		if ('#' + now === (location.hash || '#'))
			return;
		try {
			history[step](null, '', '#' + now);
		} catch (e) {
			// a browser may refuse many changes in a short time
		}
	}

	// ---- moving about ----

	function zoom(i) {
		whole = i;
		tip.style.display = 'none';
		draw();
		remember('pushState');
	}

	function seen(list) {
		return list.filter(i => shown[i]);
	}

	function beside(i, step) {
		const all = isRoot(i) ? [i] : seen(inside[parent[i]]);

		return all[all.indexOf(i) + step] ?? i;
	}

	// To the next box that was found, or to the one before.
	function walk(step) {
		const all = Object.keys(shown).map(Number).filter(i => hits[i]);
		const from = all.indexOf(at);

		if (all.length)
			point(all[from < 0 && step < 0 ? all.length - 1 :
				(from + step + all.length) % all.length]);
	}

	function move(key) {
		const inwards = flipped ? 'ArrowUp' : 'ArrowDown';

		if (!shown[at])
			return point(whole);
		if (key === 'ArrowLeft')
			return point(beside(at, -1));
		if (key === 'ArrowRight')
			return point(beside(at, 1));
		if (key === inwards)
			return point(seen(inside[at])[0] ?? at);
		point(isRoot(at) ? at : parent[at]);
	}

	function turn() {
		flipped = !flipped;
		draw();
	}

	function switchType() {
		type = +byId('type').value;
		addUp();
		about();
		search();
		remember('pushState');
	}

	// Where the browser lets nobody copy, the text stands there, selected.
	async function copy(text) {
		try {
			await navigator.clipboard.writeText(text);
			byId('copied').textContent = 'copied: ' + text;
		} catch (e) {
			byId('copied').textContent = text;
			getSelection().selectAllChildren(byId('copied'));
		}
	}

	function copyStack() {
		const names = [];

		for (let i = at < 0 ? whole : at; i > 0; i = parent[i])
			names.unshift(nameOf(i));
		if (names.length)
			copy(names.join(';'));
	}

	function showAll() {
		at = -1;
		zoom(0);
	}

	document.addEventListener('keydown', event => {
		const field = event.target.closest('input, select');

		if (event.ctrlKey || event.altKey || event.metaKey ||
			['Control', 'Alt', 'Meta'].includes(event.key))
			return;
		byId('copied').textContent = '';
		if (hint) {
			hint = '';
			say(at);
		}
		if (event.key === 'Escape') {
			byId('search').value = query = '';
			whole = 0;
			at = -1;
			search();
			remember('pushState');
			graph.focus();
		} else if (event.key === 'Enter' &&
			event.target === byId('search')) {
			query = event.target.value;
			search();
			remember('replaceState');
		} else if (field || (['Enter', ' '].includes(event.key) &&
			event.target.closest('button'))) {
			return;
		} else if (event.key.startsWith('Arrow')) {
			graph.focus({ preventScroll: true });
			move(event.key);
		} else if (event.key === 'Enter' && shown[at]) {
			zoom(at);
		} else if (event.key === '/') {
			byId('search').focus();
		} else if (event.key === 'n' || event.key === 'N') {
			walk(event.key === 'n' ? 1 : -1);
		} else if (event.key === 'i') {
			turn();
		} else if (event.key === '0' || event.key === 'Home') {
			showAll();
		} else if (event.key === 'c' && at > 0) {
			copy(nameOf(at));
		} else if (event.key === 'C') {
			copyStack();
		} else {
			return;
		}
		event.preventDefault();
	});
	graph.addEventListener('click', event => {
		const box = event.target.closest('.box');

		byId('copied').textContent = '';
		if (!box)
			return;
		const i = +box.dataset.i;
		at = box.dataset.narrow ? parent[i] : i;
		zoom(at);
	});
	graph.addEventListener('mousemove', showTip);
	graph.addEventListener('mouseleave', () => {
		tip.style.display = 'none';
	});
	byId('search').addEventListener('input', event => {
		query = event.target.value;
		search();
		remember('replaceState');
	});
	byId('turn').addEventListener('click', turn);
	byId('whole').addEventListener('click', showAll);
	byId('copy').addEventListener('click', copyStack);
	byId('type').addEventListener('change', switchType);
	window.addEventListener('resize', draw);
	window.addEventListener('popstate', readAddress);

	const menu = data.types.map((t, i) => ({ t: t, i: i }));
	menu.sort((a, b) => a.t.column - b.t.column);
	for (const entry of menu)
		byId('type').append(new Option(entry.t.name, entry.i));
	byId('title').textContent = data.title;
	legend();
	readAddress();
})();
