// The page takes over from what the server wrote: a change of view, filters,
// type, zoom or order asks for what is new, and is an entry of the history.

import { getJson, getPage } from './api.js';
import { showChart } from './chart.js';
import { wireCompare, wireDownload, wireSettings } from './compare.js';
import { refuseFilter, takeFilters, wireFilters } from './filters.js';
import { showFlame } from './flame.js';
import { showGraph } from './graph.js';
import { wireKeys } from './keys.js';
import { makeSearch } from './search.js';
import { asked, changed, here, remember } from './state.js';
import { wireStart } from './start.js';
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
	// Only a picture that is an old one.
	dimming = setTimeout(() =>
		byId('waiting') || main.classList.add('dim'), 150);
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

// Whoever was in the old picture goes on in the new one.
function keepFocus(main, had) {
	if (had && document.activeElement === document.body)
		(main.querySelector('[role=tree], [tabindex="0"]') ?? main)
			.focus({ preventScroll: true });
}

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
	await showChart(main, go, signal);
	await flame?.drawn;
	signal.throwIfAborted();
}

// Boxes to choose from: another profile has other types.
function takeChoices(page) {
	for (const id of ['of', 'type']) {
		const from = page.getElementById(id), to = byId(id);

		if (to && !from) {
			to.previousElementSibling.remove();
			to.remove();
		} else if (from && !to) {
			document.querySelector('.tools').prepend(
				from.previousElementSibling, from);
			wireChoices();
		} else if (from) {
			const value = from.value;

			to.replaceChildren(...from.childNodes);
			to.value = value;
		}
	}
}

// Parts of the page that say where it is; only the form keeps its boxes.
function takeParts(page) {
	for (const part of ['h1', 'nav', '#download-menu', '#configs',
		'#profiles', '#notes']) {
		const from = page.querySelector(part);

		document.querySelector(part)?.replaceChildren(
			...from?.childNodes ?? []);
	}
	takeChoices(page);
	takeFilters(page);
}

function take(page) {
	document.title = page.title;
	document.body.dataset.view = page.body.dataset.view;
	document.body.dataset.engine = page.body.dataset.engine;
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
		const had = byId('main').contains(document.activeElement);
		take(page);
		if (page.body.dataset.state === 'loading') {
			become('loading');
			waitForProfile();
			return;
		}
		await showView(asking.signal);
		keepFocus(byId('main'), had);
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

// What is loaded already in another way: ready once all boxes are there.
async function redraw() {
	const was = asking;
	let drawn = null;

	view?.refresh();
	if (!flame || document.body.dataset.state !== 'ready')
		return;
	become('busy');
	while (asking === was && drawn !== flame.drawn)
		await (drawn = flame.drawn);
	if (asking === was)
		become('ready');
}

// To an address; what only changes the picture asks nobody.
function go(url, options) {
	if (asked(url) !== shown || options?.again) {
		load(url, url.href !== location.href, options?.again);
		return;
	}
	if (url.href !== location.href)
		history.pushState(null, '', url);
	redraw();
}

addEventListener('popstate', () => {
	if (asked(here()) !== shown) {
		load(here(), false);
		return;
	}
	redraw();
	search.again();
});

// ---- counting ----

// The seconds so far, as long as the line stands there.
function countSeconds(place) {
	const since = Date.now();
	const timer = setInterval(() => {
		if (place.isConnected)
			place.lastElementChild.textContent =
				Math.round((Date.now() - since) / 1000) + ' s';
		else
			clearInterval(timer);
	}, 1000);
}

function sayCounting(name) {
	const place = document.createElement('p');

	place.id = 'waiting';
	place.setAttribute('role', 'status');
	place.append('Counting stacks of ' + name + ' ... ',
		document.createElement('span'));
	place.lastChild.setAttribute('aria-hidden', 'true');
	byId('main').replaceChildren(place);
	return place;
}

// The server has shown the page before its answer, which comes now.
async function waitForAnswer() {
	countSeconds(byId('waiting'));
	await load(here(), false);
	byId('waiting')?.remove();
}

// ---- reading ----

// What was opened from the start page cannot be read: another may.
function offerStart() {
	const link = document.createElement('a');

	if (!('opened' in document.body.dataset))
		return;
	link.href = '/ui/start';
	link.textContent = 'Open another profile';
	byId('main').append(link);
}

// Bytes that were read, or seconds of a server that takes its time.
function percentOf({ progress, waiting }) {
	const done = waiting ? waiting.seconds : progress.bytes;
	const of = waiting ? waiting.of : progress.of;

	return of ? Math.min(100, Math.floor(100 * done / of)) : 0;
}

const shortName = place => place.dataset.name.replace(/.*\//, '');

function sayProgress({ waiting }) {
	const place = byId('loading');

	if (!place)
		return;
	place.textContent = waiting ? `Fetching ${place.dataset.name} ... ` +
		waiting.seconds + ' s' + (waiting.of ? ` of ${waiting.of} s` :
		'') : `Reading ${shortName(place)} ...`;
}

async function waitForProfile() {
	const bar = document.querySelector('[role=progressbar]');

	try {
		const status = await getJson('/api/1/status?base=' +
			document.body.dataset.engine);
		const percent = percentOf(status);

		if (status.state === 'ready') {
			countSeconds(sayCounting(shortName(byId('loading'))));
			await load(here(), false, true);
			byId('waiting')?.remove();
			return;
		}
		if (status.state === 'failed') {
			byId('main').replaceChildren();
			alert(status.error);
			become('failed');
			offerStart();
			return;
		}
		sayProgress(status);
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
			url.pathname === '/ui/start' ||
			link.getAttribute('href').startsWith('#'))
			return;
		event.preventDefault();
		if (link.closest('nav'))
			remember('view', link.dataset.viewName);
		go(url);
	});
}

// Views that not every file has, and two files only: another one shows that.
function viewOfAnyFile() {
	return ['sites', 'sizes', 'ladders', 'churn', 'diff', 'triage']
		.includes(document.body.dataset.view) ? 'flamegraph' : undefined;
}

function wireChoices() {
	const type = byId('type'), of = byId('of');

	if (type)
		type.onchange = () => go(changed({ si: type.value, z: '' }));
	if (of)
		of.onchange = () => go(changed({ of: of.value, z: '', p: '',
			si: '' }, viewOfAnyFile()));
}

function wireBar() {
	byId('menu')?.addEventListener('click', event => {
		const open = document.querySelector('header').classList
			.toggle('open');

		event.target.setAttribute('aria-expanded', open);
	});
	wireChoices();
	byId('theme')?.addEventListener('click', nextTheme);
	byId('keys')?.addEventListener('click', () =>
		byId('keys-dialog').showModal());
}

const search = makeSearch(() => view, unit);

async function start() {
	const state = document.body.dataset.state;

	wireBar();
	if (document.body.dataset.view === 'start') {
		wireStart(complain);
		return;
	}
	wireLinks();
	wireFilters(go);
	wireCompare({ go, become, say, complain });
	wireSettings(go, complain);
	wireDownload();
	wireKeys({ go, search, flame: () => flame, theme: nextTheme });
	if (state === 'loading') {
		waitForProfile();
		return;
	}
	if ('waits' in document.body.dataset) {
		waitForAnswer();
		return;
	}
	asking = new AbortController();
	try {
		await showView(asking.signal);
	} catch (e) {
		// Somebody has gone on to another view.
		if (e.name === 'AbortError')
			return;
		complain(e);
	}
	search.again();
	become(state === 'failed' ? 'failed' : 'ready');
}

start();
