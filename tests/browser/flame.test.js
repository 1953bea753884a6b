'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { after, before, test } = require('node:test');
const { data, make, open, openUrl, profq, start, stop, write } =
	require('./browser.js');

const cpu = data('stories/story1/cpu.pb.gz');
const heap = data('stories/story1/heap.pb.gz');
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; " +
	"script-src 'unsafe-inline'";
const EVIL = '</script><script>window.evil=1</script>';
const evil = write('evil.folded', EVIL + ';<img src=x onerror=alert(1)> 3\n' +
	EVIL + ';]]><svg onload=alert(2)> 2\n');

before(start);
after(stop);

const box = (page, name) => page.locator('.box', { hasText: name }).first();
const widthOf = async locator => (await locator.boundingBox()).width;

async function behaves(page) {
	assert.deepEqual(page.misdeeds, []);
	await page.context().close();
}

// ---- the numbers ----

// What the boxes of a page say: a map from path to value, for one column.
function values(json, column) {
	const n = json.boxes.length / 3, sums = json.own[column].slice();
	const merged = new Set(json.merged.map(m => m[0]));
	const names = [], parents = [], found = new Map();

	for (let i = 0, path = []; i < n; i++) {
		const depth = json.boxes[3 * i], name = json.boxes[3 * i + 1];

		path[depth] = i;
		parents[i] = depth ? path[depth - 1] : -1;
		names[i] = depth > 1 ? names[parents[i]] + ';' : '';
		names[i] += name < 0 ? '' : json.names[name][0];
	}
	for (let i = n - 1; i > 0; i--)
		sums[parents[i]] += sums[i];
	for (let i = 1; i < n; i++)
		if (!merged.has(i))
			found.set(names[i], sums[i]);
	return found;
}

function jsonOf(file) {
	const text = fs.readFileSync(file, 'utf8');
	const script = text.match(/id="data">\n([^]*?)<\/script>/);

	return JSON.parse(script[1]);
}

for (const type of ['alloc_objects', 'alloc_space', 'inuse_space'])
	test('values of ' + type + ' are those of folded and of top', () => {
		const html = make('sums.html', 'flame', '-sample_index=' + type,
			heap);
		const boxes = values(jsonOf(html), 0);
		const lines = profq('folded', '-sample_index=' + type, heap);
		const sums = new Map(), cum = new Map();

		for (const line of lines.trim().split('\n')) {
			const blank = line.lastIndexOf(' ');
			const value = +line.slice(blank + 1);
			const frames = line.slice(0, blank).split(';');

			frames.forEach((name, k) => {
				const path = frames.slice(0, k + 1).join(';');
				sums.set(path, (sums.get(path) || 0) + value);
			});
			for (const name of new Set(frames))
				cum.set(name, (cum.get(name) || 0) + value);
		}
		for (const [path, sum] of sums)
			assert.equal(boxes.get(path), sum, path);
		const top = JSON.parse(profq('top', '-json', '-trim=false',
			'-sample_index=' + type, heap));
		for (const row of top.rows)
			assert.equal(cum.get(row.name), row.cum, row.name);
	});

// ---- html ----

test('html asks nobody for anything and has its policy', async () => {
	const page = await open(make('cpu.html', 'flame', cpu));

	assert.equal(await page.getAttribute('meta[http-equiv]', 'content'),
		POLICY);
	assert.equal(await page.title(), 'story1: cpu');
	assert.match(await page.textContent('#about'), /^total 6\.55s/);
	await behaves(page);
});

test('html zooms by click and back by Escape', async () => {
	const page = await open(make('zoom.html', 'flame', cpu));
	const whole = await widthOf(box(page, 'all'));
	const first = await widthOf(box(page, 'main.serve'));

	assert.ok(first < whole * 0.6);
	await box(page, 'main.serve').click();
	assert.equal(Math.round(await widthOf(box(page, 'main.serve'))),
		Math.round(whole));
	assert.equal(await page.locator('.above').count(), 4);
	await page.keyboard.press('Escape');
	assert.equal(await widthOf(box(page, 'main.serve')), first);
	await behaves(page);
});

test('html keeps zoom and search in its address', async () => {
	const page = await open(make('address.html', 'flame', cpu));
	const first = await widthOf(box(page, 'main.serve'));

	await box(page, 'main.serve').click();
	const wide = await widthOf(box(page, 'main.serve'));
	assert.match(page.url(), /#z=0(\.\d+)+$/);
	await page.keyboard.press('/');
	await page.keyboard.type('a&b=<i>');
	assert.match(page.url(), /&q=a%26b%3D%3Ci%3E$/);
	// a link opens in the same state
	await page.reload();
	assert.equal(await widthOf(box(page, 'main.serve')), wide);
	assert.equal(await page.inputValue('#search'), 'a&b=<i>');
	await page.goBack();
	assert.equal(await widthOf(box(page, 'main.serve')), first);
	assert.equal(await page.inputValue('#search'), '');
	await behaves(page);
});

test('html takes any address as text', async () => {
	const page = await open(make('hostile.html', 'flame', cpu));

	for (const hash of ['z=0.999999999&type=77', 'z=-1&type=x', '%',
		'z=0.__proto__', 'z=0.0.length', 'q=%E0%A4%A', 'q=' +
		encodeURIComponent(EVIL + '<img src=x onerror=alert(1)>')]) {
		await page.evaluate(h => { location.hash = h; }, hash);
		await page.waitForTimeout(50);
		assert.ok(await widthOf(box(page, 'all')) > 600, hash);
		assert.equal(await page.locator('.above').count(), 0, hash);
		assert.equal(await page.locator('img').count(), 0);
	}
	assert.equal(await page.inputValue('#search'),
		EVIL + '<img src=x onerror=alert(1)>');
	assert.equal(await page.evaluate(() => window.evil), undefined);
	await behaves(page);
});

test('html search tells the share of what matches', async () => {
	const page = await open(make('search.html', 'flame', cpu));

	await page.keyboard.press('/');
	await page.keyboard.type('main\\.serve$');
	assert.equal(await page.locator('.box.hit').count(), 1);
	assert.equal(await page.textContent('#found'), '46.72% in 1 frame');
	// recursion and nesting count once
	await page.fill('#search', 'main');
	assert.match(await page.textContent('#found'), /^47\.02% in \d+ frames$/);
	// no expression at all: looked for as it is
	await page.fill('#search', '(*api');
	assert.ok(await page.locator('.box.hit').count() > 0);
	// case counts, as for -focus
	await page.fill('#search', 'MAIN.serve$');
	assert.equal(await page.locator('.box.hit').count(), 0);
	await page.fill('#search', '(?i)MAIN.serve$');
	assert.equal(await page.locator('.box.hit').count(), 1);
	await page.fill('#search', '');
	assert.equal(await page.textContent('#found'), '');
	assert.equal(await page.locator('.box.hit').count(), 0);
	await behaves(page);
});

test('html switches among the sample types', async () => {
	const page = await open(make('types.html', 'flame', heap));
	const types = await page.locator('#type option').allTextContents();

	assert.deepEqual(types, ['alloc_objects', 'alloc_space',
		'inuse_objects', 'inuse_space']);
	const space = await widthOf(box(page, 'main.(*api).handleTrace'));
	await page.selectOption('#type', { label: 'inuse_objects' });
	const objects = await widthOf(box(page, 'main.(*api).handleTrace'));
	assert.ok(objects > 3 * space, objects + ' and ' + space);
	assert.match(await page.textContent('#about'), /^total 24081564/);
	assert.match(await page.title(), /inuse_objects$/);
	await behaves(page);
});

test('html can be used by keyboard alone', async () => {
	const page = await open(make('keys.html', 'flame', cpu));
	const status = () => page.textContent('#status');
	const top = async () => (await box(page, 'all').boundingBox()).y;

	for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown'])
		await page.keyboard.press(key);
	assert.match(await status(), /^main\.main · main\.go · 3\.08s, 47\.02%/);
	await page.keyboard.press('Enter');
	assert.ok(await widthOf(box(page, 'main.main')) > 1200);
	await page.keyboard.press('ArrowUp');
	assert.match(await status(), /^runtime\.main/);
	await page.keyboard.press('Escape');
	const before = await top();
	await page.keyboard.press('i');
	assert.ok(await top() > before + 200);
	await page.keyboard.press('Tab');
	await behaves(page);
});

test('html tips tell value and share', async () => {
	const page = await open(make('tip.html', 'flame', cpu));

	await box(page, 'runtime.pageIndexOf').hover();
	assert.match(await page.textContent('#tip'),
		/^runtime\.pageIndexOf\nmheap\.go\ninlined\n1\.40s, 21\.37%\nitself/);
	await page.mouse.move(1, 1);
	assert.equal(await page.isVisible('#tip'), false);
	await behaves(page);
});

test('html can stand on its root', async () => {
	const page = await open(make('up.html', 'flame', '-orientation=flame',
		cpu));
	const all = await box(page, 'all').boundingBox();
	const main = await box(page, 'runtime.main').boundingBox();

	assert.ok(all.y > main.y);
	await behaves(page);
});

test('html is dark where that is preferred', async () => {
	const file = make('dark.html', 'flame', cpu);
	const colors = [];

	for (const colorScheme of ['light', 'dark']) {
		const page = await open(file, { colorScheme: colorScheme });

		colors.push(await page.evaluate(
			() => getComputedStyle(document.body).backgroundColor));
		await behaves(page);
	}
	assert.deepEqual(colors, ['rgb(255, 255, 255)', 'rgb(23, 24, 28)']);
});

for (const kind of ['html', 'svg'])
	test(kind + ' shows markup in names as text', async () => {
		const page = await open(make('evil.' + kind, 'flame', evil));
		const text = await page.locator('.box').allTextContents();

		assert.ok(text.some(t => t.includes(EVIL)), text.join());
		assert.equal(await page.evaluate(() => window.evil), undefined);
		assert.equal(await page.locator('img').count(), 0);
		await behaves(page);
	});

for (const kind of ['html', 'svg'])
	test(kind + ' of two sides shows what is gone', async () => {
		const page = await open(make('diff.' + kind, 'flame', '--diff',
			data('diff/cpu-old.pb'), data('diff/cpu-new.pb')));

		assert.equal(await page.locator('.box.m5').count(), 1);
		assert.match(await box(page, 'gone').textContent(), /− gone/);
		assert.match(await box(page, 'render').textContent(),
			/\+ render/);
		await behaves(page);
	});

for (const kind of ['html', 'svg'])
	test(kind + ' is gray where a change is within noise', async () => {
		const page = await open(make('noise.' + kind, 'flame', '--diff',
			data('diff/cpu-old.pb'), data('diff/cpu-new.pb')));

		assert.match(await box(page, 'parse').textContent(),
			/\+ parse/);
		assert.match(await box(page, 'parse').getAttribute('class'),
			/\bz\b/);
		await behaves(page);
	});

for (const kind of ['html', 'svg'])
	test(kind + ' of two sides shortens names behind their sign', async () => {
		const name = n => 'example.org/with/a/long/path/of/folders/pkg.' + n;
		const old = write('short-old.folded', Array.from({ length: 30 },
			(_, i) => name('f' + i) + ' 9\n').join(''));
		const now = write('short-new.folded', Array.from({ length: 30 },
			(_, i) => name('f' + i) + ' 90\n').join(''));
		const page = await open(make('short.' + kind, 'flame', '--diff',
			old, now));
		const texts = await page.locator(kind === 'svg' ? '.box text' :
			'.box').allTextContents();

		assert.ok(texts.some(t => /^[+−] f\d+$/.test(t)), texts.join());
		await behaves(page);
	});

// ---- svg ----

// Its boxes are named by their tips, in which the name comes first.
const shape = (page, name) => page.locator('.box').filter({
	has: page.locator('title', {
		hasText: new RegExp('^' + name.replace(/[.()*]/g, '\\$&') +
			'\\n')
	})
}).first();
const rectWidth = async (page, name) =>
	+await shape(page, name).locator('rect').getAttribute('width');

test('svg zooms, and fills its window', async () => {
	const page = await open(make('cpu.svg', 'flame', cpu));

	assert.equal(await rectWidth(page, 'all'), 1260);
	const first = await rectWidth(page, 'main.serve');
	await shape(page, 'main.serve').click();
	assert.equal(await rectWidth(page, 'main.serve'), 1260);
	await page.keyboard.press('Escape');
	assert.equal(await rectWidth(page, 'main.serve'), first);
	await behaves(page);
});

test('svg search tells the share of what matches', async () => {
	const page = await open(make('search.svg', 'flame', cpu));

	await page.keyboard.press('/');
	await page.keyboard.type('main.serve');
	await page.keyboard.press('Enter');
	assert.equal(await page.locator('.box.hit').count(), 1);
	assert.match(await page.textContent('#found'),
		/1 frame.* 46\.72% match/);
	// Case counts, as for -focus; (?i) is how both are told that it does not.
	for (const [text, n] of [['MAIN.serve$', 0], ['(?i)MAIN.serve$', 1]]) {
		await page.keyboard.press('/');
		await page.keyboard.type(text);
		await page.keyboard.press('Enter');
		assert.equal(await page.locator('.box.hit').count(), n);
	}
	await behaves(page);
});

test('svg can be used by keyboard alone', async () => {
	const page = await open(make('keys.svg', 'flame', cpu));

	for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown'])
		await page.keyboard.press(key);
	assert.match(await page.textContent('#status'),
		/^main\.main · main\.go · 3\.08s, 47\.02% · 100\.00% of its/);
	await page.keyboard.press('Enter');
	assert.equal(await rectWidth(page, 'main.main'), 1260);
	await page.keyboard.press('i');
	await behaves(page);
});

test('svg is complete without its script', async () => {
	const page = await open(make('still.svg', 'flame', cpu),
		{ javaScriptEnabled: false });

	assert.match(await shape(page, 'main.serve').textContent(),
		/main\.serve 46\.72%/);
	assert.equal(await rectWidth(page, 'all'), 1180);
	await behaves(page);
});

// A name on which the expression takes longer than anybody waits.
const slow = () => write('slow.folded', 'main;' + 'a'.repeat(60) + 'b 1\n');

test('a link with a slow expression waits for Enter', async () => {
	const file = make('slow.html', 'flame', slow());
	const page = await openUrl('file://' + file +
		'#q=' + encodeURIComponent('(a+)+$'));

	assert.match(await page.locator('#found').textContent(), /Enter/);
	assert.equal(await page.locator('#search').inputValue(), '(a+)+$');
	await page.locator('#search').fill('(ma|x)in');
	assert.match(await page.locator('#found').textContent(), /in 1 frame/);
	await page.goto('about:blank');
	await page.goto('file://' + file + '#q=' +
		encodeURIComponent('(ma|x)i.*'));
	assert.match(await page.locator('#found').textContent(), /in 1 frame/);
	await page.context().close();
});

test('details have the file, and the line of a function', async () => {
	const page = await open(make('place.html', 'flame',
		data('insight/arena.pb.gz')));

	assert.match(await page.locator('.box', { hasText: 'main.' }).first()
		.getAttribute('aria-label'), /, \w+\.go:\d+, /);
	await behaves(page);
});

test('names in narrow boxes of a picture are smaller, and inside', async () => {
	const page = await open(make('narrow.svg', 'flame',
		data('stories/story1/cpu.pb.gz')));
	const wide = await page.evaluate(() => {
		const small = [...document.querySelectorAll('.box text.s')];

		return { n: small.filter(t => t.textContent).length,
			outside: small.filter(t => t.textContent &&
				t.getBBox().width > t.parentNode
					.querySelector('rect').getBBox().width) };
	});

	assert.ok(wide.n > 0, 'there is none');
	assert.deepEqual(wide.outside, []);
	await behaves(page);
});

// ---- what a frame is, taken along ----

// A browser that lets no page write to its clipboard.
async function refuseClipboard(page) {
	await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', {
		value: { writeText: () => Promise.reject(new Error('no')) },
	}));
}

for (const kind of ['html', 'svg'])
	test(kind + ' selects a stack where nothing may be copied', async () => {
		const page = await open(make('copy.' + kind, 'flame', cpu));
		const selected = () => page.evaluate(() => '' + getSelection());

		await refuseClipboard(page);
		for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight',
			'ArrowDown', 'C'])
			await page.keyboard.press(key);
		assert.equal(await selected(), 'runtime.main;main.main');
		await page.keyboard.press('ArrowDown');
		await page.click('#copy');
		assert.equal(await selected(), 'runtime.main;main.main;main.run');
		await page.keyboard.press('c');
		assert.equal(await selected(), 'main.run');
		await behaves(page);
	});

for (const kind of ['html', 'svg'])
	test(kind + ' keeps zoom and search in its address', async () => {
		const file = make('link.' + kind, 'flame', cpu);
		const page = await openUrl('file://' + file +
			'#z=0.0.0&q=greyobject');
		const above = () => page.locator('.box.above').count();

		assert.equal(await above(), 2);
		assert.ok(await page.locator('.box.hit').count() > 0);
		await page.keyboard.press('Home');
		assert.equal(await above(), 0);
		assert.match(page.url(), /#q=greyobject$/);
		await page.goBack();
		assert.equal(await above(), 2);
		await page.keyboard.press('0');
		assert.equal(await above(), 0);
		await behaves(page);
	});

for (const kind of ['html', 'svg'])
	test(kind + ' names the widest packages and what gray is', async () => {
		const page = await open(make('keys.' + kind, 'flame', cpu));
		const texts = await page.locator('#legend li, #legend g')
			.allTextContents();

		// Packages of one color share its patch.
		assert.deepEqual(texts, [kind === 'svg' ? 'main, httptest' :
			'main, net/http/httptest', 'net/http, strings', 'bufio',
		'net/textproto', 'runtime', 'all, merged frames']);
		await behaves(page);
	});

for (const kind of ['html', 'svg'])
	test(kind + ' has boxes for fingers in a narrow window', async () => {
		const page = await open(make('narrow.' + kind, 'flame', cpu),
			{ viewport: { width: 360, height: 640 }, hasTouch: true,
				isMobile: kind === 'html' });
		const seen = await page.evaluate(() => ({
			wide: document.documentElement.scrollWidth,
			tops: [...document.querySelectorAll('.box, .box rect')]
				.map(b => b.getBoundingClientRect().top)
				.sort((a, b) => a - b)
				.filter((t, i, all) => t > all[i - 1] + 1 || !i)
				.slice(0, 2),
			status: document.getElementById('status').textContent,
			line: document.getElementById('status')
				.getBoundingClientRect().height,
		}));

		assert.equal(seen.wide, 360);
		assert.equal(seen.tops[1] - seen.tops[0], 24);
		assert.match(seen.status, /^tap/);
		assert.ok(seen.line < 32, seen.line);
		await behaves(page);
	});

test('the line of keys goes with the first one', async () => {
	for (const kind of ['html', 'svg']) {
		const page = await open(make('hint.' + kind, 'flame', cpu));

		assert.match(await page.textContent('#status'), /Enter/);
		await page.keyboard.press('n');
		assert.equal(await page.textContent('#status'), '');
		await behaves(page);
	}
});

test('a picture has its details without its script', async () => {
	const page = await open(make('tips.svg', 'flame', cpu),
		{ javaScriptEnabled: false });
	const tip = name => shape(page, name).locator('title').textContent();

	assert.equal(await tip('runtime.scanobject'), 'runtime.scanobject\n' +
		'mgcmark.go\n2.93s, 44.73%\nitself 450ms, 6.87%');
	await behaves(page);
});
