// Requests.  An answer that comes after a newer question is dropped.

const token = () =>
	document.querySelector('meta[name="profq-token"]')?.content ?? '';

export class Failure extends Error {
	constructor(message, code, option) {
		super(message);
		this.code = code;
		this.option = option;
	}
}

async function failure(response) {
	let error = { message: 'status ' + response.status };

	try {
		error = (await response.json()).error;
	} catch (e) {
		// no JSON: the status has to do
	}
	return new Failure(error.message, error.code, error.option);
}

async function ask(url, options) {
	try {
		return await fetch(url, options);
	} catch (e) {
		if (e.name === 'AbortError')
			throw e;
		throw new Failure('profq does not answer: has it ended?',
			'gone');
	}
}

export async function getText(url, signal) {
	const response = await ask(url, { signal });

	if (!response.ok)
		throw await failure(response);
	return response.text();
}

export async function getJson(url, signal) {
	return JSON.parse(await getText(url, signal));
}

// A page of the server, whatever its status.
export async function getPage(url, signal) {
	const response = await ask(url, { signal });
	const text = await response.text();

	return { status: response.status, text };
}

// A profile from this machine.  A folder, or a file that is gone, is told apart
// from a server that is.
export async function sendFile(file) {
	try {
		await file.slice(0, 1).arrayBuffer();
	} catch (e) {
		throw new Failure(file.name + ' cannot be read; a file is ' +
			'wanted, not a folder', 'file');
	}
	return change('POST', '/api/1/profiles', file,
		{ 'X-Profq-Name': encodeURIComponent(file.name) });
}

export async function change(method, url, body, headers) {
	const response = await ask(url, { method, body, headers: {
		'X-Profq-Token': token(), ...headers } });

	if (!response.ok)
		throw await failure(response);
	return response;
}
