// Tables: sorted by a click, by the server where it has rows that are not
// here, and rows that match a search.

import { changed, param } from './state.js';

const byServer = ['flat', 'cum'];

function compare(column, numeric) {
	return (a, b) => {
		const x = a.dataset[column] ?? '', y = b.dataset[column] ?? '';

		return numeric ? y - x : x < y ? -1 : x > y ? 1 : 0;
	};
}

function sort(table, th, descending) {
	const column = th.querySelector('button').dataset.column;
	const body = table.tBodies[0], rows = [...body.rows];
	const numeric = th.classList.contains('n');
	const order = compare(column, numeric);

	rows.sort((a, b) => descending === numeric ? order(a, b) : order(b, a));
	body.append(...rows);
	for (const other of table.tHead.rows[0].cells)
		if (other.hasAttribute('aria-sort'))
			other.setAttribute('aria-sort', other === th ?
				descending ? 'descending' : 'ascending' :
				'none');
}

// The order that the server wrote rows in, and what its headings say of it.
function orderOf(table) {
	return {
		rows: [...table.tBodies[0].rows],
		sorts: [...table.tHead.rows[0].cells].map(th =>
			th.getAttribute('aria-sort')),
	};
}

function restore(table, order) {
	table.tBodies[0].append(...order.rows);
	order.sorts.forEach((sort, i) => sort !== null &&
		table.tHead.rows[0].cells[i].setAttribute('aria-sort', sort));
}

// The order that the address says, for columns the server does not sort by.
function sortAsAsked(table, order) {
	const [column, down] = param('o').split('.');

	if (!column)
		restore(table, order);
	for (const th of table.tHead.rows[0].cells)
		if (column &&
			th.querySelector('button')?.dataset.column === column)
			sort(table, th, down === 'down');
}

function clicked(table, th, go) {
	const column = th.querySelector('button').dataset.column;
	const now = th.getAttribute('aria-sort');
	const descending = now === 'none' ? th.classList.contains('n') :
		now === 'ascending';

	if (byServer.includes(column) && descending)
		go(changed({ sort: column, o: '' }));
	else
		go(changed({ o: column + (descending ? '.down' : '.up') }));
}

export function showTables(main, go) {
	const orders = new Map();

	for (const table of main.querySelectorAll('table')) {
		if (!table.tHead.querySelector('button'))
			continue;
		orders.set(table, orderOf(table));
		for (const th of table.tHead.rows[0].cells)
			th.querySelector('button')?.addEventListener('click',
				() => clicked(table, th, go));
	}
	for (const [table, order] of orders)
		sortAsAsked(table, order);
	return {
		names: () => [...main.querySelectorAll('[data-name]')],
		mark(matches) {
			for (const row of main.querySelectorAll('[data-name]'))
				row.classList.toggle('hit',
					matches !== null &&
					matches(row.dataset.name));
		},
		hits: () => [...main.querySelectorAll('.hit')],
		show(row) {
			for (const other of main.querySelectorAll('.at'))
				other.classList.remove('at');
			row.classList.add('at');
			row.scrollIntoView({ block: 'nearest' });
		},
		refresh() {
			for (const [table, order] of orders)
				sortAsAsked(table, order);
		},
	};
}
