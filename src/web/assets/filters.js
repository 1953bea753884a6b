// Filters: what the form says, one at a time away, and all of them.

import { changed, here, param } from './state.js';

const section = () => document.getElementById('filters');
const boxes = () => [...section().querySelectorAll('input[data-option]')];

// As its server writes it: values, and a button to remove each.
export function takeFilters(page) {
	for (const box of boxes()) {
		box.value = page.querySelector(
			`#filters input[name="${box.name}"]`)?.value ?? '';
		box.removeAttribute('aria-invalid');
	}
	document.getElementById('active').replaceChildren(
		...page.getElementById('active')?.childNodes ?? []);
}

export function refuseFilter(option) {
	for (const box of boxes())
		if (box.dataset.option === option)
			box.setAttribute('aria-invalid', 'true');
}

// Focus and show from take one expression; the others add up.
export function filterBy(name, expression, go) {
	const old = param(name);
	const adds = (name === 'i' || name === 'h') && old !== '';

	go(changed({ [name]: adds ? old + '|' + expression : expression,
		z: '', p: '' }));
}

export function resetFilters(go) {
	const url = here();

	url.search = '';
	if (param('base'))
		url.searchParams.set('base', param('base'));
	go(url);
}

export function wireFilters(go) {
	if (!section())
		return;
	section().querySelector('form').addEventListener('submit', event => {
		const changes = { z: '', p: '' };

		event.preventDefault();
		for (const box of boxes())
			changes[box.name] = box.value;
		go(changed(changes));
	});
	section().addEventListener('click', event => {
		const button = event.target.closest('button');

		if (button?.id === 'reset')
			resetFilters(go);
		else if (button?.dataset.remove)
			go(changed({ [button.dataset.remove]: '', z: '' }));
	});
}
