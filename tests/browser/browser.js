// What the browser tests share: files made by profq, opened in Chromium, with
// an eye on everything that a page must not do.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { chromium } = require('playwright-core');

const testdata = process.env.TESTDATA;
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'profq-browser.'));
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
	fs.rmSync(work, { recursive: true });
};

// Opens a file; page.misdeeds lists errors and requests to anywhere else.
exports.open = async (file, options) => {
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
		if (request.url() !== 'file://' + file)
			page.misdeeds.push('request: ' + request.url());
	});
	page.on('dialog', d => page.misdeeds.push('dialog: ' + d.message()));
	await page.goto('file://' + file);
	return page;
};
