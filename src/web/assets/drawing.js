// Pictures of the server's, of which only known elements get into the page.

import { Failure } from './api.js';

export const SVG = 'http://www.w3.org/2000/svg';
const elements = new Set(['svg', 'g', 'path', 'polygon', 'polyline', 'ellipse',
	'text', 'tspan', 'title', 'line', 'rect', 'defs', 'linearGradient',
	'stop', 'circle']);
const attributes = new Set(['viewBox', 'width', 'height', 'transform', 'd',
	'points', 'cx', 'cy', 'rx', 'ry', 'r', 'x', 'y', 'x1', 'y1', 'x2', 'y2',
	'dx', 'dy', 'fill', 'stroke', 'stroke-width', 'stroke-dasharray',
	'font-family', 'font-size', 'font-weight', 'text-anchor', 'class', 'id',
	'opacity', 'fill-opacity', 'stroke-opacity', 'xml:space', 'data-file']);

// A copy of what is known of a drawing.
function known(node) {
	if (node.nodeType === Node.TEXT_NODE)
		return document.createTextNode(node.data);
	if (node.nodeType !== Node.ELEMENT_NODE)
		return null;
	if (node.localName === 'a') {
		const group = document.createElementNS(SVG, 'g');
		const tip = node.getAttributeNS(
			'http://www.w3.org/1999/xlink', 'title');

		if (tip)
			group.dataset.tip = tip;
		copyChildren(node, group);
		return group;
	}
	if (node.namespaceURI !== SVG || !elements.has(node.localName))
		return null;
	const copy = document.createElementNS(SVG, node.localName);
	for (const { name, value } of node.attributes)
		if (attributes.has(name))
			copy.setAttribute(name, value);
	copyChildren(node, copy);
	return copy;
}

function copyChildren(from, to) {
	for (const child of from.childNodes) {
		const copy = known(child);

		if (copy)
			to.append(copy);
	}
}

export function drawing(text) {
	// Its own styles are for a file; the page's policy would refuse them.
	const bare = text.replace(/<style>[^]*?<\/style>/, '');
	const from = new DOMParser().parseFromString(bare, 'image/svg+xml');

	if (from.documentElement.localName !== 'svg')
		throw new Failure('the drawing cannot be read', 'layout');
	return known(from.documentElement);
}
