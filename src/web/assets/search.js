// What matches an expression: marked here, summed up by the server.

import { getText } from './api.js';
import { format, share } from './format.js';
import { isQuick, matcher } from './matching.js';
import { api, changed, param } from './state.js';

export function makeSearch(view, unit) {
	const input = document.getElementById('search');
	const found = document.getElementById('found');
	let timer = 0, asking = null, at = -1, typed = false;

	// The exact digits: a number of this language has fewer.
	const digits = (text, name) =>
		new RegExp('"' + name + '":(-?\\d+)').exec(text)[1];

	function say(text, value) {
		found.textContent = text;
		if (value === undefined)
			delete found.dataset.found;
		else
			found.dataset.found = value;
	}

	// What a link says is summed up by the server; who typed it may wait.
	const marks = text => typed || isQuick(text);

	async function ask(text) {
		asking?.abort();
		asking = new AbortController();
		try {
			const answer = await getText(api('search', { q: text }),
				asking.signal);
			const value = digits(answer, 'value');
			const total = digits(answer, 'total');
			const n = +digits(answer, 'functions');

			input.removeAttribute('aria-invalid');
			say(format(+value, unit()) + ', ' +
				share(+value, +total) + ' in ' + n +
				(n === 1 ? ' function' : ' functions') +
				(marks(text) ? '' : '; Enter marks them'),
			value);
		} catch (e) {
			if (e.name === 'AbortError')
				return;
			input.setAttribute('aria-invalid', 'true');
			say(e.message);
		}
	}

	function run() {
		const text = input.value;

		at = -1;
		history.replaceState(history.state, '', changed({ q: text }));
		view()?.mark(text === '' || !marks(text) ? null :
			matcher(text));
		if (text !== '') {
			ask(text);
			return;
		}
		asking?.abort();
		input.removeAttribute('aria-invalid');
		say('');
	}

	function step(by) {
		const hits = view()?.hits() ?? [];

		if (!hits.length)
			return;
		at = (at + by + hits.length) % hits.length;
		view().show(hits[at]);
	}

	input?.addEventListener('keydown', event => {
		if (event.key !== 'Enter')
			return;
		typed = true;
		run();
	});
	input?.addEventListener('input', () => {
		typed = true;
		clearTimeout(timer);
		timer = setTimeout(run, 250);
	});
	document.getElementById('next')?.addEventListener('click',
		() => step(1));
	document.getElementById('previous')?.addEventListener('click',
		() => step(-1));
	return {
		step,
		focus: () => input?.focus(),
		clear() {
			if (!input || input.value === '')
				return false;
			input.value = '';
			run();
			return true;
		},
		// A new view is marked as its address says.
		again() {
			const before = input?.value;

			if (!input)
				return;
			if (before !== param('q')) {
				input.value = param('q');
				typed = false;
			}
			if (before !== '' || input.value !== '')
				run();
		},
	};
}
