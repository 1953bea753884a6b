// The flame graph: boxes as elements, so that readers of screens, searches of
// browsers and printers find them.

import { getJson } from './api.js';
import { packageKeys } from './color_keys.js';
import { filterBy } from './filters.js';
import { format, quoted, share, signed } from './format.js';
import { matcher } from './matching.js';
import { nameInBox, shortForms } from './short_names.js';
import { api, changed, param, remember, remembered } from './state.js';

const LEAST = 1.5, FIRST = 4, MOST_BOXES = 3000; // pixels of width
const narrow = matchMedia('(max-width: 640px)'); // as in page.css
const rowHeight = () => narrow.matches ? 24 : 20;
// A phone has no keys to speak of.
const isTouched = matchMedia('(pointer: coarse)').matches;
const toneNames = ['', ', cannot be said', ', within noise',
	', too few samples'];

// ---- the tree ----

// Boxes in columns become nodes; `above` is the node that they hang below.
function nodesOf(data, above) {
	const path = [], nodes = [];
	const top = above ? above.depth : 0;

	for (let i = 0; i < data.depth.length; i++) {
		const depth = data.depth[i], parent = path[depth - 1] ?? null;
		const name = data.names[data.name[i]];
		const merged = data.merged[i];
		const node = {
			name: name ? name[0] : merged ? '(' + merged +
				(merged === 1 ? ' frame)' : ' frames)') : 'root',
			file: name ? name[1] + (name[3] > 0 ? ':' + name[3] :
				'') : '',
			color: name ? name[2] : -1,
			value: data.value[i], own: data.own[i], merged,
			before: data.before?.[i] ?? 0, tone: data.tone?.[i] ?? 0,
			id: !parent ? data.at : parent.id + '.' + (merged ?
				'm' : data.rank[i]),
			parent, kids: [], depth: top + depth, size: 0,
		};

		path[depth] = node;
		parent?.kids.push(node);
		nodes.push(node);
	}
	addSizes(nodes, data.sides);
	return nodes[0];
}

// Widths: the values, or their magnitudes where there are two signs or sides.
// Nodes below another one stand behind it, and are added up before it.
function addSizes(nodes, sides) {
	for (let i = nodes.length - 1; i >= 0; i--) {
		const node = nodes[i];
		let inside = 0, before = node.before;

		for (const kid of node.kids) {
			inside += kid.size;
			before -= kid.before;
		}
		node.size = node.kids.length ? inside + Math.max(
			Math.abs(node.own), sides > 1 ? Math.abs(before) : 0) :
			Math.max(Math.abs(node.value),
				sides > 1 ? Math.abs(node.before) : 0);
	}
}

function find(root, id) {
	let node = root;

	if (id === root.id)
		return root;
	if (!id.startsWith(root.id + '.'))
		return null;
	for (const rank of id.slice(root.id.length + 1).split('.')) {
		node = node.kids.find(k => k.id === node.id + '.' + rank);
		if (!node)
			return null;
	}
	return node;
}

// ---- all places of a function in one ----

function outermost(root, matches) {
	const found = [], work = [root];

	while (work.length) {
		const node = work.pop();

		if (node.depth && !node.merged && matches(node.name))
			found.push(node);
		else
			work.push(...node.kids);
	}
	return found;
}

// Boxes of one name below one place are one box.
function mergeInto(target, nodes) {
	const byName = new Map();

	for (const node of nodes) {
		const key = node.merged ? '\0' : node.name + '\0' + node.file;
		let kid = byName.get(key);

		if (!kid) {
			kid = { ...node, value: 0, own: 0, before: 0, merged: 0,
				size: 0, kids: [], parent: target, from: [],
				id: target.id + '.' + byName.size,
				depth: target.depth + 1 };
			byName.set(key, kid);
			target.kids.push(kid);
		}
		for (const part of ['value', 'own', 'before', 'merged', 'size'])
			kid[part] += node[part];
		kid.from.push(...node.kids);
	}
	target.kids.sort((a, b) => !!a.merged - !!b.merged || b.size - a.size);
	for (const kid of target.kids) {
		const below = kid.from;

		delete kid.from;
		mergeInto(kid, below);
	}
}

function pivotOf(root, matches) {
	const whole = { ...root, kids: [], own: 0 };
	const found = outermost(root, matches);

	if (!found.length)
		return null;
	mergeInto(whole, found);
	for (const part of ['value', 'before', 'size'])
		whole[part] = whole.kids.reduce((a, k) => a + k[part], 0);
	whole.name = 'root';
	whole.callers = callersOf(found);
	return whole;
}

// Callers of all places, nearest first: rows of name and share.
function callersOf(found) {
	const rows = [];

	for (const node of found) {
		let at = node.parent;

		for (let i = 0; at && at.depth; i++, at = at.parent) {
			rows[i] ??= new Map();
			rows[i].set(at.name,
				(rows[i].get(at.name) ?? 0) + node.size);
		}
	}
	return rows.map(row => [...row].sort((a, b) => b[1] - a[1]));
}

// ---- colors ----

const change = (node, data) =>
	data.sides > 1 ? node.value - node.before : node.value;

function colorOf(node, data, shows) {
	if (node.merged || !node.depth)
		return 'k';
	if (!shows)
		return 'c' + node.color;
	const by = change(node, data);
	const most = data.sides > 1 ? Math.max(Math.abs(node.value),
		Math.abs(node.before)) : node.size;
	if (!by || !most || node.tone)
		return 'z';
	return (by > 0 ? 'p' : 'm') +
		Math.ceil(Math.min(1, Math.abs(by) / most) * 5);
}

// What colors stand for: packages, or the direction of a change.
function keysOf(data, shows) {
	if (data.sides > 1)
		return [['m5', '− less'], ['z',
			'no change, or within noise'], ['p5', '+ more']];
	if (shows)
		return [['m5', '− negative'], ['p5', '+ positive']];
	const keys = packageKeys(data.packages, shortForms);

	if (data.runtime)
		keys.push(['c16', 'runtime']);
	return [...keys, ['k', 'root, merged frames']];
}

function legend(data, shows) {
	const list = document.createElement('ul');

	list.className = 'scale';
	list.setAttribute('aria-label', 'Colors');
	for (const [color, text] of keysOf(data, shows)) {
		const item = document.createElement('li');
		const patch = document.createElement('span');

		patch.className = 'patch ' + color;
		item.append(patch, text);
		list.append(item);
	}
	return list;
}

// ---- how wide a text is ----

// By unit of UTF-16; two of them are no narrower than the character that they are.
const widths = new Float32Array(65536).fill(-1);
let pen = null;

function measure(code) {
	if (!pen) {
		pen = document.createElement('canvas').getContext('2d');
		pen.font = '12px ' + getComputedStyle(document.body).fontFamily;
	}
	widths[code] = pen.measureText(String.fromCharCode(code)).width;
	return widths[code];
}

// Characters drawn together are no wider than one by one.  Names come again, in
// other boxes and with the next zoom.
const textWidths = new Map();

function textWidth(text) {
	let width = textWidths.get(text);

	if (width === undefined) {
		width = 0;
		for (let i = 0; i < text.length; i++) {
			const code = text.charCodeAt(i);

			width += widths[code] < 0 ? measure(code) : widths[code];
		}
		textWidths.set(text, width);
	}
	return width;
}

// ---- the view ----

// When a frame has been shown, or soon where no window shows any: the call for the
// next frame comes before that one is drawn, and the second call behind it.
const afterFrame = () => new Promise(go => {
	requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go)));
	setTimeout(go, 200);
});

// Members of a node that its box has, and as which attribute.
const oneSide = [['name', 'data-name'], ['value', 'data-value'],
	['own', 'data-own'], ['id', 'data-id']];
const twoSides = [...oneSide, ['before', 'data-before'],
	['tone', 'data-tone']];

// Boxes of a row have so much in common that they are copies of one.
const blanks = [];

function blankOf(depth) {
	if (!blanks[depth]) {
		const blank = blanks[depth] = document.createElement('div');

		blank.setAttribute('role', 'treeitem');
		blank.setAttribute('aria-level', depth + 1);
		blank.setAttribute('data-depth', depth);
	}
	return blanks[depth].cloneNode(false);
}

export function showFlame(main, tools) {
	const place = main.querySelector('#flame');
	const json = main.querySelector('#data');

	if (!place || !json)
		return null;
	return new Flame(place, JSON.parse(json.textContent), tools);
}

class Flame {
	constructor(place, data, tools) {
		Object.assign(this, { place, data, tools, matches: null,
			at: null, boxes: [], width: 0, shown: new Map(),
			loading: new Set() });
		this.whole = nodesOf(data, null);
		this.shows = data.sides > 1 || data.value.some(v => v < 0);
		this.flipped = remembered('flip') === 'true';
		this.makeParts();
		this.refresh();
	}

	unit() {
		return this.data.unit;
	}

	// ---- parts that stay ----

	makeParts() {
		const tree = this.tree = document.createElement('div');

		tree.className = 'flame';
		tree.tabIndex = 0;
		tree.setAttribute('role', 'tree');
		tree.setAttribute('aria-label', 'Flame graph');
		tree.dataset.total = this.data.total;
		tree.addEventListener('click', e => this.clicked(e));
		tree.addEventListener('pointermove', e => this.pointed(e));
		tree.addEventListener('pointerleave', () => this.say(this.at));
		this.callers = document.createElement('ol');
		this.callers.className = 'callers';
		this.callers.setAttribute('aria-label', 'Callers');
		const bar = document.createElement('p');
		bar.className = 'bar';
		this.flip = this.button('Flip', () => this.turn());
		bar.append(this.flip);
		if (param('p'))
			bar.append(this.button('Show all places apart', () =>
				this.tools.go(changed({ p: '', z: '' }))));
		bar.append(legend(this.data, this.shows));
		this.makeFrame();
		this.place.replaceChildren(bar, this.callers, tree, this.frame);
		// It tells the first size as well, which has been drawn.
		this.watch = new ResizeObserver(() =>
			tree.clientWidth !== this.width && this.draw());
		this.watch.observe(tree);
	}

	button(text, act) {
		const button = document.createElement('button');

		button.type = 'button';
		button.textContent = text;
		button.addEventListener('click', act);
		return button;
	}

	makeFrame() {
		const frame = this.frame = document.createElement('section');
		const acts = document.createElement('p');
		const by = name => () => this.at &&
			filterBy(name, quoted(this.at.name), this.tools.go);

		frame.className = 'frame';
		frame.setAttribute('aria-label', 'Frame');
		this.title = document.createElement('p');
		this.title.className = 'name';
		this.numbers = document.createElement('p');
		acts.className = 'acts';
		this.acts = acts;
		acts.append(
			this.button('Copy name', () => this.copyName()),
			this.button('Copy stack', () => this.copyStack()),
			this.button('Callers and callees', () => this.leave('peek')),
			this.button('Source', () => this.leave('source')),
			this.button('Focus', by('f')),
			this.button('Ignore', by('i')),
			this.button('Hide', by('h')),
			this.button('Show from', by('sf')));
		this.copied = document.createElement('p');
		this.copied.setAttribute('role', 'status');
		frame.append(this.unfold(), this.title, this.numbers, acts,
			this.copied);
	}

	// In a narrow window the frame is one line, until it is asked for all.
	unfold() {
		const button = this.button('Details', () => {
			const open = this.frame.classList.toggle('open');

			button.setAttribute('aria-expanded', open);
		});

		button.className = 'unfold';
		button.setAttribute('aria-expanded', false);
		return button;
	}

	// ---- what is said of a frame ----

	figures(node) {
		const { data } = this, unit = data.unit;

		if (data.sides < 2)
			return (this.shows ? signed : format)(node.value, unit) +
				', ' + share(node.value, data.total);
		const by = change(node, data);
		return format(node.before, unit) + ' → ' +
			format(node.value, unit) + ', ' + signed(by, unit) +
			(!by ? ', 0%' : !node.before ? ', new (100% of it)' :
				', ' + (by > 0 ? '+' : '−') +
				share(by, node.before)) + toneNames[node.tone];
	}

	say(node) {
		const { data } = this, unit = data.unit;

		for (const button of this.acts.children)
			button.disabled = !this.at || !this.at.depth ||
				!!this.at.merged;
		if (!node) {
			this.title.textContent = 'No frame is selected';
			this.numbers.textContent = isTouched ?
				'A tap zooms, one on the root goes back.' :
				'Click or Enter zooms, Escape goes back, ' +
				'? lists all keys.';
			return;
		}
		const parts = [this.figures(node)];
		if (!node.merged && node.own)
			parts.push('itself ' + format(node.own, unit) +
				(data.sides < 2 ? ', ' +
				share(node.own, data.total) : ''));
		if (data.sides < 2 && this.zoomed !== this.root)
			parts.push(share(node.value, this.zoomed.value) +
				' of what is shown');
		if (data.sides < 2 && node.parent)
			parts.push(share(node.value, node.parent.value) +
				' of its caller');
		if (node.file)
			parts.push(node.file);
		this.title.textContent = node.name;
		this.numbers.textContent = parts.join(' · ');
	}

	// ---- drawing ----

	// What the address says: the pivot, the box zoomed to.
	refresh() {
		const pivot = param('p');

		this.root = (pivot && pivotOf(this.whole, matcher(pivot))) ||
			this.whole;
		this.zoomed = find(this.root, param('z') || this.root.id);
		if (!this.zoomed) {
			this.zoomed = this.root;
			this.fetchBelow(param('z'));
		}
		if (this.at && !find(this.root, this.at.id))
			this.at = null;
		this.draw();
		this.loadWide();
	}

	draw() {
		const width = this.width = this.tree.clientWidth;

		if (!width)
			return;
		this.boxes = this.boxesOf(width);
		this.putInPlace();
		this.showCallers();
		this.point(this.at, false);
	}

	// The boxes that are seen: callers of the one zoomed to, then row by row.
	boxesOf(width) {
		const scale = this.zoomed.size ? width / this.zoomed.size : 0;
		const boxes = [];

		for (let node = this.zoomed.parent; node; node = node.parent)
			boxes.unshift({ node, x: 0, width, above: true });
		boxes.push({ node: this.zoomed, x: 0,
			width: this.zoomed.size * scale });
		for (let i = boxes.length - 1; i < boxes.length; i++) {
			let { x } = boxes[i];

			for (const node of boxes[i].node.kids) {
				const wide = node.size * scale;

				if (wide >= LEAST && boxes.length < MOST_BOXES)
					boxes.push({ node, x, width: wide });
				x += wide;
			}
		}
		return boxes;
	}

	// Wide boxes in sight make the first frame, a third of all; the others the
	// next one.
	putInPlace() {
		const row = rowHeight(), last = this.boxes.at(-1).node.depth;
		const above = this.tree.getBoundingClientRect().top;
		const boxes = this.boxes;

		for (const box of boxes) {
			const { depth } = box.node;

			box.y = (this.flipped ? last - depth : depth) * row;
			box.isFirst = box.width >= FIRST &&
				above + box.y > -row && above + box.y < innerHeight;
		}
		this.shown.clear();
		this.tree.style.height = (last + 1) * row + 'px';
		this.tree.replaceChildren(...boxes.filter(b => b.isFirst)
			.map(b => this.element(b)));
		this.drawn = afterFrame().then(() =>
			boxes === this.boxes && this.putRest());
	}

	// Each at its place, so that the order is that of rows.
	putRest() {
		let next = null;

		if (this.shown.size === this.boxes.length)
			return;
		for (let i = this.boxes.length - 1; i >= 0; i--) {
			const box = this.boxes[i];

			next = this.shown.get(box.node.id) ??
				this.tree.insertBefore(this.element(box), next);
		}
		this.point(this.at, false);
	}

	// A node keeps its element: with the next zoom it has another place only.
	element(box) {
		const element = box.node.element ??= this.made(box.node);

		this.dress(element, box);
		// One change of its style, and not three.
		element.style.cssText = `left:${box.x}px;top:${box.y}px;` +
			`width:${box.width}px`;
		this.shown.set(box.node.id, element);
		return element;
	}

	made(node) {
		const element = blankOf(node.depth);

		element.setAttribute('aria-label',
			node.name + ', ' + this.figures(node));
		for (const [part, name] of this.data.sides > 1 ? twoSides : oneSide)
			element.setAttribute(name, node[part]);
		if (node.merged)
			element.setAttribute('data-merged', node.merged);
		return element;
	}

	// The sign stands before what is left of the name.
	text(node, width) {
		const by = this.shows && node.depth ? change(node, this.data) : 0;
		const sign = by > 0 ? '+ ' : by < 0 ? '− ' : '';

		return nameInBox(node.name, sign, width, width - 7, textWidth);
	}

	dress(element, { node, width, above }) {
		const hit = this.matches && node.depth && !node.merged &&
			this.matches(node.name);
		const { text, isSmall } = this.text(node, width);

		element.className = 'box ' +
			colorOf(node, this.data, this.shows) +
			(node.merged ? ' merged' : '') + (above ? ' above' : '') +
			(text && ' named') + (isSmall ? ' small' : '') +
			(hit ? ' hit' : this.matches ? ' miss' : '');
		if (text || element.firstChild)
			element.textContent = text;
		if (text && !isSmall)
			this.addShare(element, node, text, width);
	}

	// What is behind a name, where seven characters are left over.
	addShare(element, node, text, width) {
		const { data } = this;

		if (textWidth(text) + 70 > width)
			return;
		const part = document.createElement('span');

		part.textContent = data.sides > 1 ?
			signed(change(node, data), data.unit) :
			share(node.value, data.total);
		element.append(part);
	}

	showCallers() {
		const rows = this.root.callers ?? [];

		this.callers.hidden = !rows.length;
		this.callers.replaceChildren(...rows.slice(0, 12).reverse()
			.map(row => {
				const item = document.createElement('li');

				item.textContent = row.slice(0, 5).map(
					([name, size]) => name + ' ' + share(size,
						this.root.size)).join(', ');
				return item;
			}));
	}

	// ---- what is too small is fetched ----

	// Merged boxes that have become wide are worth another question.
	loadWide() {
		const wide = this.width / (this.zoomed.size || 1);
		const work = [this.zoomed];

		while (work.length) {
			const node = work.pop();

			if (node.size * wide <= 40)
				continue;
			if (node.merged) {
				this.fetchBelow(this.zoomed.id);
				return;
			}
			work.push(...node.kids);
		}
	}

	async fetchBelow(id) {
		if (!/^0(\.\d+)*$/.test(id) || this.loading.has(id) ||
			param('p'))
			return;
		this.loading.add(id);
		try {
			const data = await getJson(api('flame', { at: id }));
			const old = find(this.whole, id);
			const fresh = nodesOf(data, old);

			if (!old || !old.parent)
				return;
			fresh.parent = old.parent;
			old.parent.kids[old.parent.kids.indexOf(old)] = fresh;
			this.refresh();
		} catch (e) {
			if (e.code !== 'not_found')
				this.tools.complain(e);
		}
	}

	// ---- moving about ----

	nodeAt(event) {
		const element = event.target.closest('[role=treeitem]');

		return element ? find(this.root, element.dataset.id) ??
			this.mergedNode(element) : null;
	}

	mergedNode(element) {
		const id = element.dataset.id.replace(/\.m$/, '');

		return find(this.root, id)?.kids.find(k => k.merged) ?? null;
	}

	clicked(event) {
		const node = this.nodeAt(event);

		if (!node)
			return;
		this.at = node;
		this.zoom(node.merged ? node.parent : node);
		if (node.merged)
			this.fetchBelow(node.parent.id);
	}

	pointed(event) {
		const node = this.nodeAt(event);

		if (node !== this.hovered)
			this.say((this.hovered = node) ?? this.at);
	}

	zoom(node) {
		this.tools.go(changed({ z: node === this.root ? '' : node.id }));
	}

	point(node, scrolls = true) {
		this.at = node;
		for (const old of this.tree.querySelectorAll('.at'))
			old.classList.remove('at');
		const element = node && this.shown.get(node.id);
		if (element) {
			element.classList.add('at');
			element.id = 'b' + node.id;
			this.tree.setAttribute('aria-activedescendant',
				element.id);
		} else {
			this.tree.removeAttribute('aria-activedescendant');
		}
		if (scrolls)
			element?.scrollIntoView({ block: 'nearest' });
		this.say(node);
	}

	turn() {
		this.flipped = !this.flipped;
		remember('flip', this.flipped);
		this.draw();
	}

	// The next box of the row, whoever its caller is.
	beside(node, step) {
		const row = this.boxes.map(b => b.node)
			.filter(n => n.depth === node.depth);

		return row[row.indexOf(node) + step] ?? node;
	}

	inside(node) {
		return node.kids.find(k => this.shown.has(k.id)) ?? node;
	}

	moved(key) {
		const inwards = this.flipped ? 'ArrowUp' : 'ArrowDown';

		this.putRest();
		this.tree.focus({ preventScroll: true });
		if (!this.at || !this.shown.has(this.at.id) || key === 'Home')
			return this.point(key === 'Home' ? this.root :
				this.zoomed);
		if (key === 'ArrowLeft')
			return this.point(this.beside(this.at, -1));
		if (key === 'ArrowRight')
			return this.point(this.beside(this.at, 1));
		this.point(key === inwards ? this.inside(this.at) :
			this.at.parent ?? this.at);
	}

	// Whether the key was one of the flame graph's.
	key(key) {
		const named = this.at && this.at.depth && !this.at.merged;
		const name = named ? this.at.name : '';
		const keys = {
			v: () => this.leave('peek'),
			s: () => this.leave('source'),
			c: () => this.copyName(),
			C: () => this.copyStack(),
			p: () => this.tools.go(changed({ p: quoted(name),
				z: '' })),
			f: () => filterBy('f', quoted(name), this.tools.go),
			i: () => filterBy('i', quoted(name), this.tools.go),
			h: () => filterBy('h', quoted(name), this.tools.go),
		};

		if (key.startsWith('Arrow') || key === 'Home')
			this.moved(key);
		else if (key === 'Enter' && this.at)
			this.zoom(this.at.merged ? this.at.parent : this.at);
		else if (key === 'Escape' && param('z'))
			this.tools.go(changed({ z: '' }));
		else if (key === 'Escape' && param('p'))
			this.tools.go(changed({ p: '' }));
		else if (named && keys[key])
			keys[key]();
		else
			return false;
		return true;
	}

	// ---- what is done with a frame ----

	// Entries of a view are trimmed, where nobody says otherwise, which a
	// small frame would be.
	leave(view) {
		const small = Math.abs(this.at?.size) < 0.01 * this.whole.size;

		if (this.at?.depth && !this.at.merged)
			this.tools.go(changed({ f: quoted(this.at.name), z: '',
				p: '', ...small && { trim: 'f' } }, view));
	}

	// Where the browser lets nobody copy, the text stands there, selected.
	async copy(text, what) {
		try {
			await navigator.clipboard.writeText(text);
			this.copied.textContent = '';
			this.tools.say(what + ' is copied');
		} catch (e) {
			this.copied.textContent = text;
			getSelection().selectAllChildren(this.copied);
			this.tools.say(what + ' is selected, to be copied');
		}
	}

	copyName() {
		if (this.at)
			this.copy(this.at.name, 'The name');
	}

	copyStack() {
		const names = [];

		for (let at = this.at; at && at.depth; at = at.parent)
			names.unshift(at.name);
		this.copy(names.join(';'), 'The stack');
	}

	// ---- search ----

	mark(matches) {
		this.matches = matches;
		this.draw();
	}

	hits() {
		this.putRest();
		return [...this.tree.querySelectorAll('.hit')];
	}

	show(element) {
		this.point(find(this.root, element.dataset.id));
	}
}
