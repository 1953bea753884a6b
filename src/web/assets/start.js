// Without a profile: a file is dropped or chosen, an address fetched, one of the
// last files opened.

import { change, sendFile } from './api.js';

const byId = id => document.getElementById(id);
const home = () => location.assign('/');

// `ask` is what opens it: an answer that is waited for.
async function open(ask, say) {
	document.body.dataset.state = 'busy';
	try {
		await ask();
		home();
	} catch (e) {
		document.body.dataset.state = 'ready';
		say(e);
	}
}

export function wireStart(say) {
	const file = byId('open-file');
	const upload = f => f && open(() => sendFile(f), say);
	const openBy = query => open(() =>
		change('POST', '/api/1/open?' + query, ''), say);

	file.addEventListener('change', () => upload(file.files[0]));
	document.addEventListener('dragover', event => {
		if (event.dataTransfer?.types.includes('Files'))
			event.preventDefault();
	});
	document.addEventListener('drop', event => {
		event.preventDefault();
		upload(event.dataTransfer?.files[0]);
	});
	byId('open-url').addEventListener('submit', event => {
		event.preventDefault();
		openBy('url=' + encodeURIComponent(byId('url').value));
	});
	byId('recent')?.addEventListener('click', event => {
		const button = event.target.closest('button');

		if (button)
			openBy('recent=' + button.dataset.recent);
	});
}
