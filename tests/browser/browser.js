// What the browser tests share: files made by profq, opened in Chromium, with
// an eye on everything that a page must not do.
'use strict';

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { chromium } = require('playwright-core');

const testdata = process.env.TESTDATA;
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'profq-browser.'));
const servers = new Map(); // by their arguments
let browser;

exports.data = name => path.join(testdata, name);

// Runs profq and returns what it prints.
exports.profq = (...args) => execFileSync(process.env.PROFQ, args,
	{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
		maxBuffer: 1 << 28 });

// A file of that name in the scratch directory, written by profq.
exports.make = (name, ...args) => {
	const file = path.join(work, name);

	exports.profq(...args, '-output=' + file);
	return file;
};

exports.write = (name, text) => {
	const file = path.join(work, name);

	fs.writeFileSync(file, text);
	return file;
};

exports.start = async () => {
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		args: ['--no-sandbox']
	});
};

exports.stop = async () => {
	if (browser)
		await browser.close();
	for (const server of servers.values())
		server.child.kill();
	fs.rmSync(work, { recursive: true });
};

// A server that tests share, with a home of its own.
exports.serve = async (...args) => {
	const key = args.join(' ');

	if (servers.has(key))
		return servers.get(key);
	const child = spawn(process.env.PROFQ, ['-http=localhost:0',
		'-no_browser', ...args], { stdio: ['ignore', 'ignore', 'pipe'],
		env: { ...process.env, HOME: work, XDG_STATE_HOME: work,
			XDG_CONFIG_HOME: work } });
	const url = await new Promise((good, bad) => {
		let text = '';

		child.stderr.on('data', part => {
			const found = /Serving web UI on (\S+)/.exec(text += part);

			if (found)
				good(found[1]);
		});
		child.on('exit', () => bad(new Error('no server: ' + text)));
	});
	const children = pid => fs.readFileSync(
		`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
	const server = { child, url, signalEngine(signal) {
		const [nursery] = children(child.pid);

		process.kill(+children(nursery)[0], signal);
	} };
	servers.set(key, server);
	return server;
};

// Opens a view of a server, and waits for its script.
exports.visit = async (server, view, options) => {
	const url = new URL(server.url);
	const [name, query] = view.split('?');

	url.pathname = '/ui/' + name;
	url.search = '?' + (query ? query + '&' : '') +
		url.search.slice(1);
	const page = await exports.openUrl(url.href, options);
	await exports.until(page, () =>
		document.body.dataset.state === 'ready');
	return page;
};

// Waits until a function says yes in the page.  page.waitForFunction evaluates
// text there, which the page's policy refuses.
exports.until = async (page, says, seconds = 30) => {
	const end = Date.now() + seconds * 1000;

	// A page that is about to go to another one answers nothing.
	while (!await page.evaluate(says).catch(() => false)) {
		if (Date.now() > end)
			throw new Error(`waited ${seconds} s for ${says}`);
		await new Promise(go => setTimeout(go, 20));
	}
};

// Opens a file; page.misdeeds lists errors and requests to anywhere else.
exports.open = (file, options) => exports.openUrl('file://' + file, options);

// The same of an address: requests to its own server are none of anywhere.
exports.openUrl = async (address, options) => {
	const home = new URL(address);

	home.hash = '';
	const context = await browser.newContext({
		viewport: { width: 1280, height: 720 }, ...options
	});
	const page = await context.newPage();

	page.misdeeds = [];
	page.on('console', message => {
		if (['error', 'warning'].includes(message.type()))
			page.misdeeds.push('console: ' + message.text());
	});
	page.on('pageerror', e => page.misdeeds.push('error: ' + e.message));
	page.on('request', request => {
		const to = new URL(request.url());

		if (to.href !== home.href && (home.protocol === 'file:' ||
			to.origin !== home.origin))
			page.misdeeds.push('request: ' + request.url());
	});
	page.on('dialog', d => page.misdeeds.push('dialog: ' + d.message()));
	await page.goto(address);
	return page;
};
