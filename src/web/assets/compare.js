// A second profile, saved settings, downloads: dialogs and menus.

import { change, sendFile } from './api.js';
import { asked, changed, here, param } from './state.js';

const byId = id => document.getElementById(id);

// The page is busy meanwhile: a large file takes its time.
async function upload(file, tools) {
	const loading = document.body.dataset.state === 'loading';
	const after = loading ? 'loading' : 'ready';

	if (!file)
		return;
	byId('compare-dialog').close();
	tools.become('busy');
	tools.say(`Reading ${file.name} ...`);
	try {
		const { id } = await (await sendFile(file)).json();

		tools.become(after);
		tools.go(changed({ base: id, z: '', p: '' }));
	} catch (e) {
		tools.become(after);
		tools.complain(e);
	}
	tools.say('');
}

function wireDrop(tools) {
	document.addEventListener('dragover', event => {
		if (event.dataTransfer?.types.includes('Files'))
			event.preventDefault();
	});
	document.addEventListener('drop', event => {
		if (!event.dataTransfer?.files.length)
			return;
		event.preventDefault();
		upload(event.dataTransfer.files[0], tools);
	});
}

export function wireCompare(tools) {
	const { go, complain } = tools;
	const dialog = byId('compare-dialog');

	if (!dialog)
		return;
	byId('compare').addEventListener('click', () => dialog.showModal());
	byId('file').addEventListener('change', event => {
		upload(event.target.files[0], tools);
		event.target.value = '';
	});
	dialog.addEventListener('click', async event => {
		const button = event.target.closest('button');
		const close = button?.dataset.close;

		if (button?.dataset.base !== undefined) {
			dialog.close();
			go(changed({ base: button.dataset.base, z: '' }));
		} else if (close) {
			await change('DELETE', '/api/1/profiles/' + close)
				.catch(complain);
			dialog.close();
			go(changed({ base: param('base') === close ? '' :
				param('base') }), { again: true });
		}
	});
	wireDrop(tools);
}

export function wireSettings(go, say) {
	const dialog = byId('save-dialog');
	const config = name => '/api/1/configs/' + encodeURIComponent(name);

	async function save() {
		const name = byId('config-name').value.trim();

		if (!name)
			return;
		try {
			await change('PUT', config(name) +
				new URL(asked(here()), location.href).search);
			go(here(), { again: true });
		} catch (e) {
			say(e);
		}
		dialog.close();
	}
	if (!dialog)
		return;
	byId('save').addEventListener('click', () => dialog.showModal());
	byId('save-now').addEventListener('click', save);
	byId('config-name').addEventListener('keydown', event => {
		if (event.key !== 'Enter')
			return;
		event.preventDefault();
		save();
	});
	byId('configs').addEventListener('click', async event => {
		const name = event.target.closest('button')?.dataset.delete;

		if (name === undefined)
			return;
		try {
			await change('DELETE', config(name));
			go(here(), { again: true });
		} catch (e) {
			say(e);
		}
	});
}

export function wireDownload() {
	const button = byId('download'), menu = byId('download-menu');
	const items = () => [...menu.querySelectorAll('a')];

	function show(shown) {
		menu.hidden = !shown;
		button.setAttribute('aria-expanded', shown);
		if (shown)
			items()[0].focus();
	}
	if (!button)
		return;
	button.addEventListener('click', () => show(menu.hidden));
	menu.addEventListener('click', () => show(false));
	menu.addEventListener('keydown', event => {
		const at = items().indexOf(document.activeElement);
		const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];

		if (step)
			items().at((at + step) % items().length).focus();
		else if (event.key === 'Escape')
			show(false);
		else
			return;
		event.preventDefault();
		event.stopPropagation();
	});
	document.addEventListener('click', event => {
		if (!event.target.closest('.drop'))
			show(false);
	});
}
