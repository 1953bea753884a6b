// Without a profile: a file is dropped or chosen, an address fetched, one of the
// last files opened.

import { change } from './api.js';

const byId = id => document.getElementById(id);
const home = () => location.assign('/');

async function open(url, body, headers, say) {
	document.body.dataset.state = 'busy';
	try {
		await change('POST', url, body, headers);
		home();
	} catch (e) {
		document.body.dataset.state = 'ready';
		say(e);
	}
}

export function wireStart(say) {
	const file = byId('open-file');
	const upload = f => f && open('/api/1/profiles', f,
		{ 'X-Profq-Name': encodeURIComponent(f.name) }, say);

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
		open('/api/1/open?url=' + encodeURIComponent(
			byId('url').value), '', {}, say);
	});
	byId('recent')?.addEventListener('click', event => {
		const button = event.target.closest('button');

		if (button)
			open('/api/1/open?recent=' + button.dataset.recent, '',
				{}, say);
	});
}
