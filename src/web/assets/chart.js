// Charts of numbers: the same picture as `-o NAME.svg`.  In a trend each snapshot
// leads to what changed until then.

import { getText } from './api.js';
import { drawing, SVG } from './drawing.js';
import { changed, param } from './state.js';

const files = () => [...document.querySelectorAll('#of option')]
	.filter(o => /^\d+$/.test(o.value));

// Which snapshot the others are compared with: the first, or the chosen one.
const older = () => +(param('of') || 1);

function between(a, b) {
	return changed({ of: Math.min(a, b) + '-' + Math.max(a, b), z: '' },
		'diff');
}

// A place to click as high as the plot, for each snapshot.
function placesOf(svg) {
	const places = new Map();

	for (const mark of svg.querySelectorAll('circle[data-file]'))
		places.set(+mark.dataset.file, +mark.getAttribute('cx'));
	return [...places].sort((a, b) => a[1] - b[1]);
}

function addPlace(svg, [file, x], width, go) {
	const place = document.createElementNS(SVG, 'rect');
	const title = document.createElementNS(SVG, 'title');

	place.setAttribute('class', 'place');
	place.setAttribute('x', x - width / 2);
	place.setAttribute('width', width);
	place.setAttribute('y', 86);
	place.setAttribute('height', 350);
	title.textContent = file === older() ? 'Others are compared with ' +
		'this snapshot' : 'What changed between snapshots ' +
		older() + ' and ' + file;
	place.append(title);
	if (file !== older())
		place.addEventListener('click', () =>
			go(between(older(), file)));
	svg.append(place);
}

// The same for who uses no mouse.
function linksOf(places) {
	const list = document.createElement('ol');

	list.className = 'points';
	list.setAttribute('aria-label', 'Changes between snapshots');
	for (const [file] of places) {
		const item = document.createElement('li');
		const link = document.createElement('a');
		const name = files()[file - 1]?.textContent ?? '' + file;

		if (file === older()) {
			item.textContent = name + ' (compared with)';
		} else {
			link.href = between(older(), file).href;
			link.textContent = name;
			item.append(link);
		}
		list.append(item);
	}
	return list;
}

function addPlaces(svg, holder, go) {
	const places = placesOf(svg);
	let width = 40;

	for (let i = 1; i < places.length; i++)
		width = Math.min(width, places[i][1] - places[i - 1][1]);
	if (places.length < 2)
		return;
	for (const place of places)
		addPlace(svg, place, Math.max(width, 4), go);
	holder.after(linksOf(places));
}

export async function showChart(main, go, signal) {
	const holder = main.querySelector('#chart');
	const image = holder?.querySelector('img');

	if (!image)
		return;
	const svg = drawing(await getText(image.getAttribute('src'), signal));

	svg.setAttribute('role', 'img');
	svg.setAttribute('aria-label', image.alt);
	svg.classList.add('chart');
	holder.replaceChildren(svg);
	addPlaces(svg, holder, go);
}
