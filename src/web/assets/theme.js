// Light or dark, before the first picture: what the reader chose, or else
// what the system says.
(function () {
	'use strict';

	const root = document.documentElement;
	const dark = matchMedia('(prefers-color-scheme: dark)');

	function show() {
		const theme = root.dataset.theme;

		root.dataset.scheme = theme === 'dark' ||
			(theme === 'auto' && dark.matches) ? 'dark' : 'light';
	}

	function stored() {
		try {
			return localStorage.getItem('theme');
		} catch (e) {
			return null;
		}
	}

	if (['auto', 'light', 'dark'].includes(stored()))
		root.dataset.theme = stored();
	dark.addEventListener('change', show);
	root.addEventListener('profq-theme', show);
	show();
})();
