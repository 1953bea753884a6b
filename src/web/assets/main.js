// The page takes over from what the server wrote: a change of view, filters,
// type, zoom or order asks for what is new, and is an entry of the history.

import { getJson, getPage } from './api.js';
import { wireCompare, wireDownload, wireSettings } from './compare.js';
import { refuseFilter, takeFilters, wireFilters } from './filters.js';
import { showFlame } from './flame.js';
import { showGraph } from './graph.js';
import { wireKeys } from './keys.js';
import { makeSearch } from './search.js';
import { asked, changed, here, remember, remembered } from './state.js';
import { showTables } from './table.js';

const byId = id => document.getElementById(id);
const pages = new Map(); // of addresses: what the server wrote
const MOST_PAGES = 20;
let shown = asked(here()); // what the server was asked for this picture
let asking = null, view = null, flame = null, dimming = 0;

// ---- states and messages ----

function become(state) {
	const main = byId('main');

	clearTimeout(dimming);
	document.body.dataset.state = state;
	if (state !== 'busy') {
		main.removeAttribute('aria-busy');
		main.classList.remove('dim');
		return;
	}
	main.setAttribute('aria-busy', 'true');
	dimming = setTimeout(() => main.classList.add('dim'), 150);
}

function alert(message, option) {
	const place = byId('alert');

	place.textContent = message;
	if (option)
		refuseFilter(option);
}

function say(text) {
	byId('say').textContent = text;
}

function complain(error) {
	if (error.name !== 'AbortError')
		alert(error.message, error.option);
}

// ---- a view ----

const unit = () => flame?.unit() ?? '';

async function showView(signal) {
	const main = byId('main');

	flame = null;
	view = null;
	if (document.body.dataset.view === 'flamegraph')
		view = flame = showFlame(main, { go, say, complain });
	else if (document.body.dataset.view === 'graph')
		view = await showGraph(main, signal);
	else
		view = showTables(main, go);
}

// Parts of the page that say where it is; only the form keeps its boxes.
function takeParts(page) {
	for (const part of ['nav', '#download-menu', '#configs', '#profiles']) {
		const from = page.querySelector(part);

		document.querySelector(part)?.replaceChildren(
			...from?.childNodes ?? []);
	}
	const type = page.getElementById('type');
	if (type && byId('type'))
		byId('type').value = type.value;
	takeFilters(page);
}

function take(page) {
	document.title = page.title;
	document.body.dataset.view = page.body.dataset.view;
	byId('main').replaceChildren(...page.getElementById('main').childNodes);
	takeParts(page);
	alert(page.getElementById('alert').textContent,
		page.getElementById('alert').dataset.option);
}

async function fetchPage(what, signal) {
	let text = pages.get(what);

	if (!text) {
		const answer = await getPage(what, signal);

		text = answer.text;
		if (answer.status === 200 && !text.includes(
			'data-state="loading"'))
			pages.set(what, text);
		if (pages.size > MOST_PAGES)
			pages.delete(pages.keys().next().value);
	}
	return new DOMParser().parseFromString(text, 'text/html');
}

// A refusal leaves the picture and the address as they are.
function refused(page) {
	const place = page.getElementById('alert');

	if (!place?.textContent || page.body.dataset.state === 'failed')
		return false;
	alert(place.textContent, place.dataset.option);
	return true;
}

async function load(url, push, again) {
	const what = asked(url);

	asking?.abort();
	asking = new AbortController();
	become('busy');
	try {
		if (again)
			pages.clear();
		const page = await fetchPage(what, asking.signal);

		if (refused(page)) {
			become('ready');
			return;
		}
		if (push)
			history.pushState(null, '', url);
		shown = what;
		take(page);
		if (page.body.dataset.state === 'loading') {
			become('loading');
			waitForProfile();
			return;
		}
		await showView(asking.signal);
		search.again();
		become('ready');
	} catch (e) {
		if (e.name === 'AbortError')
			return;
		complain(e);
		search.again();
		become('ready');
	}
}

// To an address; what only changes the picture asks nobody.
function go(url, options) {
	if (asked(url) !== shown || options?.again) {
		load(url, url.href !== location.href, options?.again);
		return;
	}
	if (url.href !== location.href)
		history.pushState(null, '', url);
	view?.refresh();
}

addEventListener('popstate', () => {
	if (asked(here()) === shown)
		view?.refresh();
	else
		load(here(), false);
});

// ---- reading ----

async function waitForProfile() {
	const bar = document.querySelector('[role=progressbar]');

	try {
		const base = here().searchParams.get('base');
		const status = await getJson('/api/1/status' +
			(base ? '?base=' + encodeURIComponent(base) : ''));
		const { bytes, of } = status.progress;
		const percent = of ? Math.floor(100 * bytes / of) : 0;

		if (status.state === 'ready') {
			load(here(), false, true);
			return;
		}
		if (status.state === 'failed') {
			byId('main').replaceChildren();
			alert(status.error);
			become('failed');
			return;
		}
		bar?.setAttribute('aria-valuenow', percent);
		if (bar?.firstElementChild)
			bar.firstElementChild.style.width = percent + '%';
	} catch (e) {
		complain(e);
		become('failed');
		return;
	}
	setTimeout(waitForProfile, 200);
}

// ---- the bar ----

function nextTheme() {
	const order = ['auto', 'light', 'dark'];
	const root = document.documentElement;
	const at = order.indexOf(root.dataset.theme);

	root.dataset.theme = order[(at + 1) % order.length];
	remember('theme', root.dataset.theme);
	root.dispatchEvent(new Event('profq-theme'));
	say('Theme: ' + root.dataset.theme);
}

function wireLinks() {
	document.addEventListener('click', event => {
		const link = event.target.closest('a[href]');

		if (!link || event.button || event.ctrlKey || event.metaKey ||
			event.shiftKey || link.target || link.download)
			return;
		const url = new URL(link.href);
		if (url.origin !== location.origin ||
			!url.pathname.startsWith('/ui/') ||
			link.getAttribute('href').startsWith('#'))
			return;
		event.preventDefault();
		if (link.closest('nav'))
			remember('view', link.dataset.viewName);
		go(url);
	});
}

function wireBar() {
	byId('menu')?.addEventListener('click', event => {
		const open = document.querySelector('header').classList
			.toggle('open');

		event.target.setAttribute('aria-expanded', open);
	});
	byId('type')?.addEventListener('change', event =>
		go(changed({ si: event.target.value, z: '' })));
	byId('theme')?.addEventListener('click', nextTheme);
	byId('keys')?.addEventListener('click', () =>
		byId('keys-dialog').showModal());
}

const search = makeSearch(() => view, unit);

async function start() {
	const state = document.body.dataset.state;

	wireLinks();
	wireBar();
	wireFilters(go);
	wireCompare(go, complain);
	wireSettings(go, complain);
	wireDownload();
	wireKeys({ go, search, flame: () => flame, theme: nextTheme });
	if (state === 'loading') {
		waitForProfile();
		return;
	}
	try {
		await showView();
	} catch (e) {
		complain(e);
	}
	search.again();
	become(state === 'failed' ? 'failed' : 'ready');
}

start();
