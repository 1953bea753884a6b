// Numbers and names as people read them.

const bytes = [['B', 1], ['kB', 2 ** 10], ['MB', 2 ** 20], ['GB', 2 ** 30],
	['TB', 2 ** 40], ['PB', 2 ** 50]];
const time = [['ns', 1], ['us', 1e3], ['ms', 1e6], ['s', 1e9],
	['hrs', 3600e9]];
const families = {
	bytes, b: bytes, byte: bytes,
	nanoseconds: time, ns: time, nanosecond: time,
	microseconds: scaled(time, 1e3), us: scaled(time, 1e3),
	milliseconds: scaled(time, 1e6), ms: scaled(time, 1e6),
	seconds: scaled(time, 1e9), s: scaled(time, 1e9),
};

// The same steps for a unit that is so many times larger.
function scaled(steps, by) {
	return steps.map(([name, size]) => [name, size / by]);
}

export function format(value, unit) {
	const steps = families[unit.toLowerCase()];

	if (!steps)
		return value.toLocaleString('en') +
			(unit && unit !== 'count' ? ' ' + unit : '');
	let step = steps[0];
	for (const s of steps)
		if (Math.abs(value) >= s[1])
			step = s;
	return value === 0 ? '0' :
		(value / step[1]).toFixed(2).replace(/\.00$/, '') + step[0];
}

export function signed(value, unit) {
	return (value > 0 ? '+' : '') + format(value, unit);
}

export function share(value, total) {
	const percent = total ? Math.abs(100 * value / total) : 0;

	return (percent && percent < 0.01 ? percent.toPrecision(2) :
		percent.toFixed(2).replace(/\.?0+$/, '')) + '%';
}

export function quoted(name) {
	return '^' + name.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&') + '$';
}
