// The page of `profq -http`: stories done with the mouse, and what axe-core
// finds in each view.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { readFileSync } = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { data, openUrl, serve, start, stop, until, visit, write } =
	require('./browser.js');

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const cpu = data('stories/story1/cpu.pb.gz');
const heap = data('stories/story1/heap.pb.gz');

before(start);
after(stop);

async function behaves(page) {
	assert.deepEqual(page.misdeeds, []);
	await page.context().close();
}

const ready = page => until(page, () =>
	document.body.dataset.state === 'ready');
const tree = page => page.getByRole('tree', { name: 'Flame graph' });
const boxes = page => tree(page).getByRole('treeitem').evaluateAll(all =>
	all.map(e => ({ ...e.dataset, width: e.offsetWidth })));

// ---- stories ----

test('who holds the objects: choose a type, click the widest', async () => {
	const page = await visit(await serve(heap), 'flamegraph');

	await page.getByRole('combobox', { name: 'Sample type' })
		.selectOption('inuse_objects');
	await page.waitForURL(/si=inuse_objects/);
	await ready(page);
	const deepest = (await boxes(page)).filter(b => +b.own > 0 && !b.merged)
		.sort((a, b) => b.own - a.own)[0];
	await tree(page).locator(`[data-id="${deepest.id}"]`).click();
	await ready(page);
	const frame = page.getByRole('region', { name: 'Frame' });
	assert.match(await frame.innerText(), /github.com|net\/http|main\.|\w/);
	assert.ok((await frame.innerText()).includes(deepest.name));
	await behaves(page);
});

test('how large the objects are: the graph has a tag for them', async () => {
	const page = await visit(
		await serve(data('stories/story2/heap.1.pb.gz')),
		'flamegraph?si=inuse_objects');

	await page.getByRole('link', { name: 'Graph', exact: true }).click();
	await page.waitForURL(/ui\/graph/);
	await ready(page);
	const graph = page.getByRole('img', { name: 'Call graph' });
	await graph.waitFor();
	assert.match(await graph.textContent(), /16B/);
	await behaves(page);
});

test('a file is chosen and compared', async () => {
	const page = await visit(await serve(data('diff/cpu-new.pb')), 'top');

	await page.getByRole('button', { name: 'Compare...' }).click();
	await page.getByLabel('Profile to compare with')
		.setInputFiles(data('diff/cpu-old.pb'));
	await page.waitForURL(/base=\d/);
	await ready(page);
	await page.getByRole('link', { name: 'Flame graph' }).click();
	await page.waitForURL(/flamegraph/);
	await ready(page);
	assert.ok((await boxes(page)).some(b => b.before > 0 && b.value === '0'),
		'nothing is gone');
	await page.getByRole('link', { name: 'Diff' }).click();
	await page.waitForURL(/ui\/diff/);
	await ready(page);
	assert.ok(await page.locator('tr[data-verdict]').count() > 2);
	await behaves(page);
});

// What a file manager does: a path, which the browser opens by itself.
async function dropPath(page, path) {
	const session = await page.context().newCDPSession(page);

	for (const type of ['dragEnter', 'dragOver', 'drop'])
		await session.send('Input.dispatchDragEvent', { type, x: 400,
			y: 400, data: { items: [], files: [path],
				dragOperationsMask: 1 } });
}

test('files are dropped and compared, one after the other', async () => {
	const page = await visit(await serve('-http_upload=1M',
		data('diff/cpu-new.pb')), 'flamegraph');
	const heading = page.locator('h1');
	const says = text => until(page, new Function(
		'return document.querySelector("#alert").textContent.includes(' +
		JSON.stringify(text) + ')'));

	await dropPath(page, data('diff/cpu-old.pb'));
	await page.waitForURL(/base=2/);
	await ready(page);
	assert.equal(await heading.textContent(),
		'cpu-old.pb \u2192 cpu-new.pb');
	assert.ok((await boxes(page)).some(b => b.before > 0 && b.value === '0'),
		'nothing is gone');
	await dropPath(page, write('second <b>.folded', 'main;x 1\n'));
	await says('incompatible types');
	await dropPath(page, write('empty.pb', ''));
	await says('empty.pb: empty input file');
	await dropPath(page, data('diff'));
	await says('diff cannot be read; a file is wanted, not a folder');
	await dropPath(page, write('large.pb', 'x'.repeat(2 << 20)));
	await says('too large');
	assert.match(page.url(), /base=2$/);
	assert.equal(await page.evaluate(() => document.body.dataset.state),
		'ready');
	await dropPath(page, data('diff/cpu-new.pb'));
	await page.waitForURL(/base=[3-9]/);
	await ready(page);
	assert.equal(await page.locator('#alert').textContent(), '');
	assert.equal(await heading.textContent(),
		'cpu-new.pb \u2192 cpu-new.pb');
	page.misdeeds = page.misdeeds.filter(m => !/status of 4|FILE_NOT/.test(m));
	await behaves(page);
});

test('settings are saved, used and deleted', async () => {
	const page = await visit(await serve(cpu), 'top?f=main');

	await page.getByRole('button', { name: 'Save settings...' }).click();
	await page.getByRole('textbox', { name: 'Name' }).fill('mine');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	const link = page.locator('a[data-config=mine]');
	await link.waitFor();
	assert.match(await link.getAttribute('href'), /f=main/);
	await page.getByRole('button', { name: 'Delete mine' }).click();
	await link.waitFor({ state: 'detached' });
	await behaves(page);
});

test('keys: arrows, zoom, type, views, filters', async () => {
	const page = await visit(await serve(cpu), 'flamegraph');

	for (const key of ['ArrowDown', 'ArrowDown', 'Enter'])
		await page.keyboard.press(key);
	await page.waitForURL(/z=0\.0/);
	await page.keyboard.press('Escape');
	await until(page, () => !location.search.includes('z='));
	await page.keyboard.press('f');
	await page.waitForURL(/f=/);
	await ready(page);
	await page.keyboard.press('0');
	await until(page, () => !location.search.includes('f='));
	await ready(page);
	await page.keyboard.press('3');
	await page.waitForURL(/ui\/top/);
	await ready(page);
	await page.keyboard.press('?');
	await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
	await behaves(page);
});

test('keys: left and right go along the row, whoever calls', async () => {
	const page = await visit(await serve(write('row.folded',
		'a;b 3\nc;d 2\nc;e 1\n')), 'flamegraph');
	const at = () => page.locator('.box.at').getAttribute('data-name');

	for (const [key, name] of [['Home', 'root'], ['ArrowDown', 'a'],
		['ArrowDown', 'b'], ['ArrowRight', 'd'], ['ArrowRight', 'e'],
		['ArrowRight', 'e'], ['ArrowLeft', 'd'], ['ArrowUp', 'c'],
		['ArrowLeft', 'a'], ['ArrowLeft', 'a']]) {
		await page.keyboard.press(key);
		assert.equal(await at(), name, key);
	}
	await behaves(page);
});

test('a heading keeps its name, and turns the order around', async () => {
	const page = await visit(await serve(cpu), 'top');
	const table = page.getByRole('table', { name: 'Top' });
	const button = name => table.getByRole('button', { name, exact: true });
	const orders = () => table.locator('th[aria-sort]').evaluateAll(all =>
		all.map(th => th.textContent.trim() + ' ' + th.ariaSort));
	const values = () => table.locator('tr[data-name]').evaluateAll(all =>
		all.map(r => +r.dataset.cum));

	assert.deepEqual((await orders())[1], 'Flat descending');
	await button('Flat').click();
	await until(page, () => document.querySelector(
		'th[aria-sort=ascending]')?.textContent.includes('Flat'));
	await button('Cum').click();
	await page.waitForURL(/sort=cum/);
	await ready(page);
	assert.deepEqual((await orders())[2], 'Cum descending');
	const down = await values();
	await button('Cum').click();
	await until(page, () => document.querySelector(
		'th[aria-sort=ascending]')?.textContent.includes('Cum'));
	assert.deepEqual(await values(), down.sort((a, b) => a - b));
	await page.goBack();
	await until(page, () => document.querySelector(
		'th[aria-sort=descending]')?.textContent.includes('Cum'));
	assert.equal((await values())[0], Math.max(...down));
	await behaves(page);
});

test('who was in the picture goes on in the next one', async () => {
	const page = await visit(await serve(heap), 'flamegraph');
	const focused = () => page.evaluate(() =>
		document.activeElement.getAttribute('aria-label'));

	for (const key of ['ArrowDown', 'ArrowDown', 't'])
		await page.keyboard.press(key);
	await page.waitForURL(/si=/);
	await ready(page);
	assert.equal(await focused(), 'Flame graph');
	await page.keyboard.press('3');
	await page.waitForURL(/ui\/top/);
	await ready(page);
	assert.equal(await focused(), 'Top, scrolls');
	await behaves(page);
});

test('a name leads to its own callers and callees', async () => {
	const page = await visit(await serve(cpu), 'top');

	await page.getByRole('link', { name: 'main.render' }).click();
	await page.waitForURL(/ui\/peek/);
	await ready(page);
	assert.equal(await page.locator('#alert').textContent(), '');
	assert.ok(await page.locator('tr[data-role=self]').count() > 0);
	await page.getByRole('link', { name: /handleRender/ }).first().click();
	await ready(page);
	assert.equal(await page.locator('#alert').textContent(), '');
	await behaves(page);
});

test('Back takes the search along', async () => {
	const page = await visit(await serve(cpu), 'flamegraph');
	const input = page.getByRole('searchbox', { name: 'Search' });

	await tree(page).locator('[data-depth="1"]').first().click();
	await page.waitForURL(/z=/);
	await input.fill('runtime');
	await until(page, () => document.querySelector('.box.hit'));
	await page.goBack();
	await until(page, () => !document.querySelector('.box.hit'));
	assert.equal(await input.inputValue(), '');
	await page.goForward();
	await until(page, () => document.querySelector('.box.hit'));
	assert.equal(await input.inputValue(), 'runtime');
	await behaves(page);
});

test('a process that died is made again, and the page goes on', async () => {
	const server = await serve(cpu);
	const page = await visit(server, 'flamegraph');

	server.signalEngine('SIGKILL');
	await page.getByRole('link', { name: 'Top' }).click();
	await page.waitForURL(/ui\/top/);
	await until(page, () =>
		document.querySelectorAll('tr[data-flat]').length > 5);
	await behaves(page);
});

// ---- several files ----

const series = [1, 2, 3, 4, 5, 6].map(n =>
	data(`stories/story2/heap.${n}.pb.gz`));

test('a series has a trend; a point leads to what changed', async () => {
	const page = await visit(await serve(...series), 'top');

	await page.getByRole('link', { name: 'Trend' }).click();
	const chart = page.getByRole('img', { name: 'Chart of trend' });
	await chart.waitFor();
	await ready(page);
	assert.ok(await chart.locator('polyline').count() > 0);
	await chart.locator('.place').nth(3).click();
	await page.waitForURL(/ui\/diff\?of=1-4/);
	await ready(page);
	assert.ok(await page.locator('tr[data-verdict]').count() > 0);
	await page.getByRole('combobox', { name: 'Profile' }).selectOption('2');
	await page.waitForURL(/of=2(&|$)/);
	await behaves(page);
});

test('sizes and ladders have their histogram', async () => {
	const server = await serve(data('stories/story3/heap.pb.gz'));

	for (const view of ['sizes', 'ladders']) {
		const page = await visit(server, view);
		const chart = page.getByRole('img', { name: 'Chart of ' + view });

		assert.ok(await chart.locator('rect.live').count() > 0);
		await behaves(page);
	}
});

test('several kinds begin with findings, which lead to views', async () => {
	const server = await serve(cpu, heap);
	const page = await visit(server, 'triage');

	await page.goto(new URL('/', server.url).href);
	await page.waitForURL(/ui\/triage/);
	await ready(page);
	await page.getByRole('link', { name: 'More' }).first().click();
	await page.waitForURL(/ui\/sites\?of=2/);
	await ready(page);
	assert.ok(await page.locator('tr[data-name]').count() > 2);
	const types = page.getByRole('combobox', { name: 'Sample type' });
	await types.selectOption('inuse_objects');
	await page.getByRole('combobox', { name: 'Profile' }).selectOption('1');
	await page.waitForURL(/of=1/);
	await ready(page);
	await behaves(page);
});

// ---- without a file, and from a server ----

test('a file is chosen where none was named', async () => {
	const server = await serve('-seconds=1');
	const page = await openUrl(server.url);

	await page.waitForURL(/ui\/start/);
	await page.getByLabel('Profile to open').setInputFiles(
		data('README'));
	await until(page, () => document.querySelector('#alert').textContent);
	page.misdeeds.pop(); // the browser's own line about the status 400
	await page.getByLabel('Profile to open').setInputFiles(cpu);
	await page.waitForURL(/ui\/flamegraph/);
	await ready(page);
	assert.ok((await boxes(page)).length > 10);
	await behaves(page);
});

test('the page counts the seconds of a server', async () => {
	const slow = http.createServer((request, response) => setTimeout(() =>
		response.end(readFileSync(cpu)), 3200));
	await new Promise(go => slow.listen(0, '127.0.0.1', go));
	const { port } = slow.address();
	const server = await serve(
		`http://127.0.0.1:${port}/debug/pprof/profile?seconds=3`);
	const page = await openUrl(server.url);

	await until(page, () => /[12] s of 3 s/.test(
		document.querySelector('#loading')?.textContent));
	const bar = page.getByRole('progressbar');
	assert.ok(+await bar.getAttribute('aria-valuenow') > 0);
	await ready(page);
	assert.ok((await boxes(page)).length > 10);
	slow.close();
	await behaves(page);
});

test('a fetch that failed says so, and another one may be tried', async () => {
	const server = await serve('-seconds=2');
	const page = await openUrl(server.url);

	await page.waitForURL(/ui\/start/);
	await page.getByLabel('Address to fetch')
		.fill('http://127.0.0.1:1/debug/pprof/heap');
	await page.getByRole('button', { name: 'Fetch' }).click();
	await page.waitForURL(/ui\/flamegraph/);
	await until(page, () => document.body.dataset.state === 'failed');
	assert.match(await page.getByRole('alert').textContent(), /127\.0\.0\.1:1/);
	await page.getByRole('link', { name: 'Open another profile' }).click();
	await page.waitForURL(/ui\/start/);
	await page.context().close();
});

test('a slow expression of a link is summed up, and marks at Enter', async () => {
	const server = await serve(write('slow.folded',
		'main;' + 'a'.repeat(60) + 'b 1\nmain;other 2\n'));
	const page = await visit(server, 'flamegraph?q=' +
		encodeURIComponent('(a+)+b'));
	const found = page.locator('#found');

	await until(page, () => document.getElementById('found').dataset.found);
	assert.equal(await found.getAttribute('data-found'), '1');
	assert.match(await found.textContent(), /Enter marks/);
	await page.getByRole('searchbox', { name: 'Search' }).press('Enter');
	await until(page, () => document.querySelector('.box.hit'));
	await behaves(page);
});

test('what reading said stays in sight, whatever the view', async () => {
	const page = await visit(await serve(data('symbols/shop.pb.gz')), 'top',
		{ bypassCSP: true });
	const note = page.getByText('Local symbolization failed for shop');

	await note.waitFor();
	assert.deepEqual(await violations(page), []);
	await page.getByRole('link', { name: 'Tree' }).click();
	await page.waitForURL(/ui\/tree/);
	await ready(page);
	assert.ok(await note.isVisible());
	await behaves(page);
});

// ---- everybody ----

async function violations(page) {
	await page.evaluate(axe);
	return page.evaluate(async () => (await window.axe.run(document, {
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
	})).violations.map(v => v.id + ': ' +
		v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' | ')));
}

for (const scheme of ['light', 'dark'])
	for (const view of ['flamegraph', 'flamegraph?q=main', 'graph', 'top',
		'peek?f=main', 'source?f=main', 'tree', 'tags', 'traces',
		'top?f=(', 'top?f=no.such.name'])
		test(`axe finds nothing, ${scheme}: ${view}`, async () => {
			const page = await visit(await serve(cpu), view,
				{ colorScheme: scheme, bypassCSP: true });

			assert.deepEqual(await violations(page), []);
			await page.context().close();
		});

for (const scheme of ['light', 'dark'])
	for (const view of ['sites', 'sizes', 'ladders', 'churn', 'trend',
		'triage', 'diff?of=1-6', 'disasm?f=main'])
		test(`axe finds nothing, ${scheme}: series, ${view}`, async () => {
			const page = await visit(await serve(...series), view,
				{ colorScheme: scheme, bypassCSP: true });

			assert.deepEqual(await violations(page), []);
			await page.context().close();
		});

test('axe finds nothing on the start page', async () => {
	const server = await serve('-seconds=3');
	const page = await openUrl(server.url, { bypassCSP: true });

	await page.waitForURL(/ui\/start/);
	assert.deepEqual(await violations(page), []);
	await page.context().close();
});

test('axe finds nothing in a comparison', async () => {
	const server = await serve('-diff', data('diff/cpu-old.pb'),
		data('diff/cpu-new.pb'));

	for (const view of ['flamegraph', 'diff']) {
		const page = await visit(server, view, { bypassCSP: true });

		assert.deepEqual(await violations(page), []);
		await page.context().close();
	}
});

// Light and dark: text on every color that a box may have.
test('text on every box color has a contrast of 4.5', async () => {
	for (const scheme of ['light', 'dark']) {
		const page = await visit(await serve(cpu), 'flamegraph',
			{ colorScheme: scheme });
		const ratios = await page.evaluate(() => {
			const classes = ['z', 'k', 'hit'];

			for (let i = 0; i < 16; i++)
				classes.push('c' + i);
			for (let i = 1; i <= 5; i++)
				classes.push('p' + i, 'm' + i);
			const place = document.querySelector('.flame');
			const box = place.appendChild(
				document.createElement('div'));
			const light = color => color.match(/[\d.]+/g).slice(0, 3)
				.map(v => v / 255).map(v => v <= 0.03928 ?
					v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
				.reduce((a, v, i) => a +
					v * [0.2126, 0.7152, 0.0722][i], 0);

			return classes.map(name => {
				box.className = 'box ' + name;
				const style = getComputedStyle(box);
				const [a, b] = [style.color, style.backgroundColor]
					.map(light).sort((x, y) => y - x);

				return [name, (a + 0.05) / (b + 0.05)];
			});
		});

		for (const [name, ratio] of ratios)
			assert.ok(ratio >= 4.5, `${scheme}: ${name}: ${ratio}`);
		await page.context().close();
	}
});

test('names lose their package before their end', async () => {
	// Node before 20.19 takes a .js beside no package.json for no module.
	const source = readFileSync(path.join(__dirname,
		'../../src/draw/assets/short_names.js'));
	const { shortForms } = await import('data:text/javascript;base64,' +
		source.toString('base64'));

	for (const [name, last] of [
		['runtime.(*mspan).divideByElemSize', 'divideByElemSize'],
		['runtime.gcAssistAlloc.func1', 'gcAssistAlloc.func1'],
		['github.com/a/b.F[go.shape.int]', 'F'],
		['std::vector<a::b>::push_back(a::b)', 'push_back(a::b)'],
		['main', 'main'], ['', ''], ['a.', 'a.']])
		assert.equal(shortForms(name).at(-1), last, name);
	// arguments of templates go before the name that they are of
	for (const [name, ...forms] of [
		['github.com/a/b.F[go.shape.int]', 'b.F[go.shape.int]', 'b.F',
			'F'],
		['a::B<int, C<D> >::f<E>(F<int>)', 'a::B::f(F)', 'B::f(F)',
			'f(F)'],
		['core::Map::<I, F>::fold', 'core::Map::fold', 'Map::fold',
			'fold'],
		['a::C<int>::operator->', 'a::C::operator->', 'C::operator->',
			'operator->'],
		['a.List.<init>', 'List.<init>', '<init>'],
		['<a::B as c::D>::e', 'e'], ['[kernel.kallsyms]'], ['f<int']])
		assert.deepEqual(shortForms(name).slice(1), forms, name);
});

test('a long name leaves its figures in sight', async () => {
	const page = await visit(await serve(write('long.folded',
		`main;${'std::map<'.repeat(60)} 1\nmain;short 2\n`)), 'top');

	assert.ok(await page.evaluate(() => {
		const wide = document.querySelector('.wide');

		return wide.scrollWidth <= wide.clientWidth &&
			wide.querySelectorAll('tbody tr').length > 1;
	}));
	await behaves(page);
});

test('nothing scrolls sideways at 360 px but tables', async () => {
	for (const view of ['flamegraph', 'top', 'peek?f=main']) {
		const page = await visit(await serve(cpu), view,
			{ viewport: { width: 360, height: 720 } });

		assert.ok(await page.evaluate(() =>
			document.documentElement.scrollWidth <= 360), view);
		await behaves(page);
	}
});

test('colors have their packages, a wide box its share', async () => {
	const page = await visit(await serve(cpu), 'flamegraph');

	assert.deepEqual(await page.locator('ul.scale li').allTextContents(),
		['main, net/http/httptest', 'net/http, strings', 'bufio',
			'net/textproto', 'runtime', 'root, merged frames']);
	assert.equal(await page.locator('.box[data-name="main.serve"] span')
		.textContent(), '46.72%');
	await behaves(page);
});

test('a stack is selected where nothing may be copied', async () => {
	const page = await visit(await serve(cpu), 'flamegraph');

	await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', {
		value: { writeText: () => Promise.reject(new Error('no')) },
	}));
	for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight'])
		await page.keyboard.press(key);
	await page.getByRole('button', { name: 'Copy stack' }).click();
	await until(page, () => '' + getSelection() === 'runtime.main');
	await behaves(page);
});

test('at 360 px boxes are 24 high, and the frame is one line', async () => {
	const page = await visit(await serve(cpu), 'flamegraph',
		{ viewport: { width: 360, height: 640 } });
	const frame = page.getByRole('region', { name: 'Frame' });
	const height = async e => (await e.boundingBox()).height;

	assert.equal(await height(page.locator('.box').first()), 24);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowDown');
	assert.ok(await height(frame) < 50);
	await page.getByRole('button', { name: 'Details' }).click();
	assert.ok(await height(frame) > 90);
	assert.ok(await page.getByRole('button', { name: 'Copy stack' })
		.isVisible());
	await behaves(page);
});

test('narrow boxes come behind the first frame, at their places', async () => {
	const page = await visit(await serve(cpu), 'flamegraph',
		{ viewport: { width: 500, height: 500 } });
	const rows = () => tree(page).getByRole('treeitem').evaluateAll(all =>
		all.map(e => Math.round(e.getBoundingClientRect().top)));
	const isSorted = (list, sign) => list.every((top, i) =>
		!i || sign * (top - list[i - 1]) >= 0);

	assert.ok((await boxes(page)).some(b => b.width < 4));
	assert.ok(isSorted(await rows(), 1));
	await tree(page).locator('[data-depth="1"]').first().click();
	await ready(page);
	assert.ok((await boxes(page)).some(b => b.width < 4));
	assert.ok(isSorted(await rows(), 1));
	await page.getByRole('button', { name: 'Flip' }).click();
	await until(page, () => [...document.querySelectorAll('.box')]
		.some(e => e.offsetWidth < 4));
	assert.ok(isSorted(await rows(), -1));
	await behaves(page);
});

test('a picture that comes late is not the view of who has gone on', async () => {
	const server = await serve(cpu);
	const page = await visit(server, 'top');

	await page.route('**/api/1/graph*', async route => {
		await new Promise(go => setTimeout(go, 600));
		await route.continue().catch(() => {});
	});
	await page.goto(server.url.replace(/\/(?=\?)/, '/ui/graph'));
	await page.getByRole('link', { name: 'Top', exact: true }).click();
	await page.waitForURL(/ui\/top/);
	await ready(page);
	await page.waitForTimeout(900);
	await page.getByRole('searchbox', { name: 'Search' }).fill('serve');
	await until(page, () => document.querySelector('tr.hit'));
	await behaves(page);
});

// A server that has loaded, and whose engine answers nothing until it goes on.
async function serveStopped(option) {
	const server = await serve(option, cpu);
	const page = await visit(server, 'top');

	await page.context().close();
	server.signalEngine('SIGSTOP');
	return server;
}

// One that was not drawn ahead.
const flameOf = (server, focus = '.') =>
	server.url.replace(/\/(?=\?)/, '/ui/flamegraph') + '&f=' + focus;

test('menus come before a flame graph that takes its time', async () => {
	const server = await serveStopped('-divide_by=1');
	const page = await openUrl(flameOf(server), { bypassCSP: true });

	assert.match(await page.locator('#waiting').textContent(),
		/^Counting stacks of cpu.pb.gz/);
	assert.equal(await page.locator('h1').textContent(), 'cpu.pb.gz');
	assert.deepEqual(await violations(page), []);
	await until(page, () => /[12] s$/.test(
		document.querySelector('#waiting').textContent));
	server.signalEngine('SIGCONT');
	await ready(page);
	assert.ok((await boxes(page)).length > 10);
	assert.equal(await page.locator('#waiting').count(), 0);
	assert.match(await page.title(), /cpu$/);
	await behaves(page);
});

test('an expression that is wrong is told behind the menus, too', async () => {
	const server = await serveStopped('-divide_by=1.0');
	const page = await openUrl(flameOf(server, '('));

	await page.locator('#waiting').waitFor();
	server.signalEngine('SIGCONT');
	await ready(page);
	assert.match(await page.getByRole('alert').textContent(), /\(/);
	assert.equal(await page.getByLabel('Focus', { exact: true })
		.getAttribute('aria-invalid'), 'true');
	assert.equal(await page.locator('#waiting').count(), 0);
	await page.context().close();
});

test('without a script the page comes again when it is counted', async () => {
	const server = await serveStopped('-divide_by=1.00');
	const page = await openUrl(flameOf(server),
		{ javaScriptEnabled: false });

	await page.locator('#waiting').waitFor();
	server.signalEngine('SIGCONT');
	await page.locator('#data').waitFor({ state: 'attached' });
	await behaves(page);
});

test('the theme of the command line is that of the page', async () => {
	const server = await serve('-theme=dark', cpu);
	const scheme = page => page.locator('html').getAttribute('data-scheme');
	const page = await visit(server, 'top');

	assert.equal(await scheme(page), 'dark');
	await page.getByRole('button', { name: 'Theme' }).click();
	assert.equal(await scheme(page), 'light');
	await page.reload();
	await ready(page);
	assert.equal(await scheme(page), 'light');
	await behaves(page);
});

test('packages of one color share its patch', async () => {
	// Their hashes are equal as far as colors go (draw/flame_text.h).
	const folded = write('colors.folded', [...'abcdefghijklmnopqrst']
		.map((c, i) => `pkg${c}.F ${i + 1}00`).join('\n') + '\n');
	const page = await visit(await serve(folded), 'flamegraph');
	const patches = await page.locator('ul.scale .patch').evaluateAll(all =>
		all.map(e => e.className));
	const texts = await page.locator('ul.scale li').allTextContents();

	assert.equal(new Set(patches).size, patches.length);
	assert.equal(texts.join(', ').match(/pkg/g).length, 6);
	assert.ok(texts.some(t => /^pkg., pkg/.test(t)), texts.join('; '));
	await behaves(page);
});

test('keys of the call graph, while it has the focus', async () => {
	const page = await visit(await serve(cpu), 'graph');
	const graph = page.locator('#graph');
	const view = () => page.evaluate(() => document.querySelector(
		'#graph svg').getAttribute('viewBox'));
	const lit = () => page.locator('#graph .node.lit title').textContent();

	await until(page, () => document.querySelector('#graph svg'));
	const whole = await view();
	await graph.focus();
	await page.keyboard.press('1');
	assert.notEqual(await view(), whole);
	for (const key of ['0', 'f', 'Home']) {
		await page.keyboard.press(key);
		assert.equal(await view(), whole);
		await page.keyboard.press('+');
	}
	assert.match(page.url(), /ui\/graph$/);
	await page.keyboard.press('Tab');
	assert.equal(await lit(), 'N1');
	await page.keyboard.press('Tab');
	assert.equal(await lit(), 'N2');
	assert.match(await page.locator('p.line').textContent(), /%/);
	// what was found is framed, Enter goes on
	await page.keyboard.press('/');
	await page.keyboard.type('scanobject');
	await until(page, () => document.querySelector('#graph .node.hit'));
	await graph.focus();
	await page.keyboard.press('Enter');
	assert.match(await page.locator('#graph .node.lit').textContent(),
		/scanobject/);
	await behaves(page);
});
