// What the address says.  Some of its parameters are for the page alone: they
// change the picture, and not what the server is asked.

const ofPage = ['z', 'p', 'o', 'q'];

export function here() {
	return new URL(location.href);
}

export function param(name) {
	return here().searchParams.get(name) ?? '';
}

// This address with other parameters; '' takes one away.
export function changed(changes, view) {
	const url = here();

	for (const [name, value] of Object.entries(changes)) {
		if (value === '' || value === null || value === undefined)
			url.searchParams.delete(name);
		else
			url.searchParams.set(name, value);
	}
	if (view)
		url.pathname = '/ui/' + view;
	return url;
}

// What the server is asked for an address.
export function asked(url) {
	const plain = new URL(url);

	for (const name of ofPage)
		plain.searchParams.delete(name);
	plain.hash = '';
	return plain.pathname + plain.search;
}

// The parameters of this page, for /api/1/NAME.
export function api(name, more) {
	const url = new URL(asked(here()), location.href);

	url.pathname = '/api/1/' + name;
	for (const [key, value] of Object.entries(more ?? {}))
		url.searchParams.set(key, value);
	return url.pathname + url.search;
}

export function remember(name, value) {
	try {
		localStorage.setItem(name, value);
	} catch (e) {
		// a browser that keeps nothing shows the page as well
	}
}

export function remembered(name) {
	try {
		return localStorage.getItem(name);
	} catch (e) {
		return null;
	}
}
