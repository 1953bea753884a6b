/*
 * Work to sample: sorts and hashes what it makes; keeps some of it.
 * node work.js [ROUNDS [PASSES]], with so many passes of hashing each.
 */
'use strict';

const kept = (globalThis.kept = []);

function make(n) {
	const list = [];

	for (let i = 0; i < n; i++)
		list.push({ key: `k${(i * 7919) % n}`, at: i });
	return list;
}

function hash(list) {
	let h = 0;

	for (const item of list)
		for (let i = 0; i < item.key.length; i++)
			h = (h * 31 + item.key.charCodeAt(i)) >>> 0;
	return h;
}

function order(list) {
	return list.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function round(n, passes) {
	const list = order(make(n));
	let h = 0;

	for (let i = 0; i < passes; i++)
		h ^= hash(list);
	kept.push(list.slice(0, n / 10));
	return h;
}

const rounds = Number(process.argv[2] || 10);
const passes = Number(process.argv[3] || 5);
let sum = 0;

for (let i = 0; i < rounds; i++)
	sum ^= round(20000, passes);
console.log(sum);
