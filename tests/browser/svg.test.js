'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { data, make, open, start, stop, write } = require('./browser.js');

const heap = data('stories/story3/heap.pb.gz');
const EVIL = '</script><script>window.evil=1</script>';

before(start);
after(stop);

// The part of the picture that the window shows: [x, y, width, height].
const view = page => page.evaluate(() => {
	const v = document.documentElement.viewBox.baseVal;

	return [v.x, v.y, v.width, v.height];
});

async function behaves(page) {
	assert.deepEqual(page.misdeeds, []);
	await page.context().close();
}

test('the path to the bytes can be read', async () => {
	const page = await open(make('path.svg', 'svg', '-cum', heap));
	await page.keyboard.press('1');
	const shown = ['NextBinEntry', 'readObjectValue', 'grow', 'growSlice'];
	let above = -Infinity;

	for (const name of shown) {
		const text = page.locator('text', { hasText: name }).last();
		const box = await text.boundingBox();

		assert.ok(box.height > 8, name + ' is too small to read');
		assert.ok(box.y > above, name + ' is not below its caller');
		above = box.y;
	}
	await behaves(page);
});

test('a picture opens whole, with its root and legend', async () => {
	const page = await open(make('whole.svg', 'svg', '-cum', heap));
	const whole = await page.evaluate(() => {
		const b = document.querySelector('#graph0').getBoundingClientRect();

		return b.left >= -1 && b.top >= -1 && b.right <= innerWidth + 1 &&
			b.bottom <= innerHeight + 1;
	});

	assert.ok(whole, 'a part is out of sight');
	await behaves(page);
});

// Fonts of a browser are not those that graphviz knows: what it leaves room
// for must do.
test('no text leaves its box', async () => {
	const diff = [data('stories/story2/heap.1.pb.gz'),
		data('stories/story2/heap.6.pb.gz')];

	for (const args of [[heap], ['-cum', heap], ['--diff', ...diff],
		[data('profiles/app.pb.gz')]]) {
		const page = await open(make('boxes.svg', 'svg', ...args));
		const wide = await page.evaluate(() => {
			const found = [];

			for (const node of document.querySelectorAll('.node')) {
				const box = node.querySelector('polygon').getBBox();

				for (const text of node.querySelectorAll('text')) {
					const t = text.getBBox();

					if (t.x < box.x - 1 || t.x + t.width >
						box.x + box.width + 1)
						found.push(text.textContent);
				}
			}
			return found;
		});

		assert.deepEqual(wide, []);
		await behaves(page);
	}
});

// Text on nodes and beside edges, and lines on paper, as they are seen.
test('text has a contrast of 4.5, lines of 3, light and dark', async () => {
	const diff = [data('stories/story2/heap.1.pb.gz'),
		data('stories/story2/heap.6.pb.gz')];

	for (const colorScheme of ['light', 'dark'])
		for (const args of [[heap], ['-palette=colorblind', heap],
			['--diff', ...diff]]) {
			const page = await open(make('contrast.svg', 'svg', ...args),
				{ colorScheme });
			const seen = await page.evaluate(() => {
				const light = color => color.match(/[\d.]+/g)
					.slice(0, 3).map(v => v / 255)
					.map(v => v <= 0.03928 ? v / 12.92 :
						((v + 0.055) / 1.055) ** 2.4)
					.reduce((a, v, i) => a +
						v * [0.2126, 0.7152, 0.0722][i], 0);
				const ratio = (x, y) => {
					const [a, b] = [x, y].map(light)
						.sort((m, n) => n - m);

					return (a + 0.05) / (b + 0.05);
				};
				const style = e => getComputedStyle(e);
				const paper = style(document.querySelector(
					'.graph > polygon')).fill;
				const texts = [...document.querySelectorAll('text')];
				const under = e => e.closest('.node') ? style(
					e.closest('.node').querySelector(
						'polygon')).fill : paper;
				const lines = [...document.querySelectorAll(
					'.edge path, .node polygon')];

				return { paper, text: Math.min(...texts.map(e =>
					ratio(style(e).fill, under(e)))),
				line: Math.min(...lines.map(e =>
					ratio(style(e).stroke, paper))) };
			});

			assert.equal(seen.paper, colorScheme === 'light' ?
				'rgb(255, 255, 255)' : 'rgb(23, 24, 28)');
			assert.ok(seen.text >= 4.5, `${colorScheme}: ${seen.text}`);
			assert.ok(seen.line >= 3, `${colorScheme}: ${seen.line}`);
			await behaves(page);
		}
});

test('Tab walks by value, a node lights its edges', async () => {
	const page = await open(make('tab.svg', 'svg', heap));
	const lit = () => page.evaluate(() =>
		[...document.querySelectorAll('.lit title')]
			.map(t => t.textContent));

	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	const of = await lit();
	assert.ok(of.includes('N2') && of.length > 1, of.join());
	assert.ok(of.every(t => t.split('->').includes('N2')), of.join());
	await page.keyboard.press('Shift+Tab');
	assert.ok((await lit()).includes('N1'));
	await behaves(page);
});

test('the wheel zooms where the pointer is', async () => {
	const page = await open(make('zoom.svg', 'svg', heap));
	const from = await view(page);

	await page.mouse.move(400, 300);
	await page.mouse.wheel(0, -300);
	await page.waitForTimeout(100);
	const to = await view(page);
	assert.ok(to[2] < from[2], 'nothing grew');
	// the point under the pointer stays where it is
	const share = [400 / 1280, 300 / 720];
	for (const i of [0, 1])
		assert.ok(Math.abs(from[i] + from[i + 2] * share[i] -
			to[i] - to[i + 2] * share[i]) < from[i + 2] / 50);
	await behaves(page);
});

test('dragging moves the picture, 0 brings it back', async () => {
	const page = await open(make('drag.svg', 'svg', heap));
	const from = await view(page);

	await page.mouse.move(600, 400);
	await page.mouse.down();
	await page.mouse.move(500, 350, { steps: 4 });
	await page.mouse.up();
	const to = await view(page);
	assert.ok(to[0] > from[0] && to[1] > from[1], 'nothing moved');
	assert.equal(to[2], from[2]);
	await page.keyboard.press('0');
	assert.deepEqual(await view(page), from);
	await behaves(page);
});

test('arrows and + move and zoom without a mouse', async () => {
	const page = await open(make('keys.svg', 'svg', heap));
	const from = await view(page);

	await page.keyboard.press('+');
	const nearer = await view(page);
	assert.ok(nearer[2] < from[2]);
	await page.keyboard.press('ArrowRight');
	assert.notEqual((await view(page))[0], nearer[0]);
	await behaves(page);
});

test('/ searches, goes to what it found, and Enter to the next', async () => {
	const page = await open(make('search.svg', 'svg', heap));
	const framed = () => page.evaluate(() => [...document
		.querySelectorAll('.node.hit')]
		.map(n => n.textContent.toLowerCase().includes('grow')));
	const lit = () => page.textContent('.node.lit title');

	await page.keyboard.press('/');
	await page.keyboard.type('GROW');
	assert.deepEqual(await framed(), []);
	for (let i = 0; i < 4; i++)
		await page.keyboard.press('Backspace');
	await page.keyboard.type('(?i)GROW');
	assert.equal(await page.textContent('#line text'),
		'search: (?i)GROW▏');
	const found = await framed();
	assert.ok(found.length > 1 && found.every(Boolean));
	const box = await page.locator('.node.lit').boundingBox();
	assert.ok(Math.abs(box.x + box.width / 2 - 640) < 3);
	const first = await lit();
	await page.keyboard.press('Enter');
	await page.keyboard.press('Enter');
	assert.notEqual(await lit(), first);
	await page.keyboard.press('Shift+Enter');
	assert.equal(await lit(), first);
	await page.keyboard.press('Escape');
	assert.deepEqual(await framed(), []);
	await behaves(page);
});

test('a search is an expression on whole names, and on names only', async () => {
	const page = await open(make('names.svg', 'svg', heap));
	const hits = () => page.evaluate(() => [...document
		.querySelectorAll('.node.hit title')].map(t => t.textContent));
	const search = async text => {
		await page.keyboard.press('/');
		await page.keyboard.type(text);
		await page.keyboard.press('Enter');
		return (await hits()).length;
	};

	// the box breaks the name into lines, and has a number as well
	assert.equal(await search('^example.*\\(\\*rdbReader\\)\\.copyString$'), 1);
	assert.equal(await search('^node|^N\\d|File:|%|\\dMB'), 0);
	// no expression at all: looked for as it is
	assert.ok(await search('(*rdbReader') > 0);
	await behaves(page);
});

test('a line says what a node is, and its keys until the first', async () => {
	const page = await open(make('line.svg', 'svg', heap));
	const line = () => page.textContent('#line text');

	assert.match(await line(), /1: true size · \/: search/);
	await page.locator('.node', { hasText: 'copyString' }).hover();
	assert.equal(await line(), 'example.org/redisport/rdb.(*rdbReader)' +
		'.copyString (8.46MB) · 0 of 8.46MB (4.21%)');
	await page.mouse.move(5, 5);
	assert.match(await line(), /true size/);
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('0');
	assert.equal(await line(), '');
	assert.equal(await page.isVisible('#line'), false);
	await behaves(page);
});

test('0, f and Home show all, 1 the true size', async () => {
	const page = await open(make('size.svg', 'svg', heap));
	const from = await view(page);

	for (const key of ['0', 'f', 'Home']) {
		await page.keyboard.press('1');
		const [, , width] = await view(page);
		assert.equal(Math.round(width), 1280);
		await page.keyboard.press(key);
		assert.deepEqual(await view(page), from);
	}
	await behaves(page);
});

test('a click lights the edges of a node', async () => {
	const page = await open(make('click.svg', 'svg', heap));

	await page.locator('.node', { hasText: 'copyString' }).click();
	assert.equal(await page.locator('.edge.lit').count(), 2);
	await behaves(page);
});

test('the legend names no page of another program', async () => {
	const page = await open(make('legend.svg', 'svg', heap));

	assert.ok(!(await page.textContent('svg')).includes('http'));
	await behaves(page);
});

test('markup in a name is text', async () => {
	const evil = write('evil.folded', EVIL + ';a"b<c>&d 3\n');
	const page = await open(make('evil.svg', 'svg', evil));

	assert.equal(await page.evaluate(() => window.evil), undefined);
	assert.ok(await page.getByText('window', { exact: false }).count() > 0);
	await behaves(page);
});
