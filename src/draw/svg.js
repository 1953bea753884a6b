// Moves the picture by changing what part of it the window shows.
(function () {
	"use strict";
	var me = document.currentScript || document.querySelector("script");
	var svg = me.ownerSVGElement;
	var all = svg.viewBox.baseVal;
	var home = { x: all.x, y: all.y, w: all.width, h: all.height };
	var view, moved = false, pointers = {}, asked = "", found = [], stop = -1;

	function show() {
		moved = true;
		svg.setAttribute("viewBox",
			[view.x, view.y, view.w, view.h].join(" "));
	}
	// Pixels for each unit of the picture.
	function scale() {
		var r = svg.getBoundingClientRect();
		return Math.min(r.width / view.w, r.height / view.h) || 1;
	}
	// The window's shape, so that nothing lies outside of the view.
	function fit(w, h) {
		var r = svg.getBoundingClientRect();
		var shape = r.width && r.height ? r.width / r.height : w / h;
		return w / h > shape ? { w: w, h: w / shape }
			: { w: h * shape, h: h };
	}
	// Where the most telling node is; the middle of the top without one.
	function center() {
		var node = svg.getElementById("node1"), r, k = scale(), from;
		if (!node || !node.getBBox)
			return { x: home.x + home.w / 2, y: home.y };
		from = svg.getBoundingClientRect();
		r = node.getBoundingClientRect();
		return { x: view.x + (r.left + r.width / 2 - from.left) / k,
			y: view.y + (r.top + r.height / 2 - from.top) / k };
	}
	function clamp(from, size, least, whole) {
		return Math.max(least, Math.min(from, least + whole - size));
	}
	// All of the picture, with its root and its legend.
	function reset() {
		var s = fit(home.w, home.h);
		view = { x: home.x - (s.w - home.w) / 2, y: home.y,
			w: s.w, h: s.h };
		show();
		moved = false;
	}
	// The part around the most telling node, as large as can be read.
	function read() {
		var small, c;
		reset();
		small = scale() / 0.6;
		c = center();
		if (small < 1) {
			view.w *= small;
			view.h *= small;
			view.x = clamp(c.x - view.w / 2, view.w, home.x,
				home.w);
			view.y = clamp(c.y - view.h / 2, view.h, home.y,
				home.h);
		}
		show();
	}
	function at(clientX, clientY) {
		var r = svg.getBoundingClientRect(), k = scale();
		return { x: view.x + (clientX - r.left) / k,
			y: view.y + (clientY - r.top) / k };
	}
	function zoom(factor, clientX, clientY) {
		var p = at(clientX, clientY), k = scale() * factor;
		if (k > 20 || k < 0.01)
			return;
		view.x = p.x - (p.x - view.x) / factor;
		view.y = p.y - (p.y - view.y) / factor;
		view.w /= factor;
		view.h /= factor;
		show();
	}
	function zoomMiddle(factor) {
		var r = svg.getBoundingClientRect();
		zoom(factor, r.left + r.width / 2, r.top + r.height / 2);
	}
	function pan(dx, dy) {
		var k = scale();
		view.x -= dx / k;
		view.y -= dy / k;
		show();
	}
	function held() {
		return Object.keys(pointers).map(function (id) {
			return pointers[id];
		});
	}
	function spread(p) {
		return Math.hypot(p[0].x - p[1].x, p[0].y - p[1].y);
	}

	// Nodes of functions, the most telling one first.
	function nodes() {
		var all = [], node;
		while ((node = svg.getElementById("node" + (all.length + 1))))
			all.push(node);
		return all;
	}
	// Nodes whose name holds the text, framed, the others dimmed; the view
	// goes to the first, and with Enter to the next.
	function search(text) {
		var wanted = text.toLowerCase();
		found = [];
		svg.querySelectorAll(".node").forEach(function (node) {
			var words = node.textContent.toLowerCase();
			var hit = wanted !== "" && words.includes(wanted);
			node.classList.toggle("hit", hit);
			if (hit)
				found.push(node);
		});
		svg.classList.toggle("searched", wanted !== "");
		stop = -1;
		walk(found, 1);
	}
	function walk(list, step) {
		if (!list.length)
			return;
		stop = stop < 0 && step < 0 ? list.length - 1 :
			(stop + step + list.length) % list.length;
		light(list[stop]);
		goTo(list[stop]);
	}
	function titleOf(group) {
		return group.querySelector("title").textContent;
	}
	// A node, and the edges into it and out of it.
	function light(node) {
		var name = titleOf(node);
		svg.querySelectorAll(".node, .edge").forEach(function (g) {
			g.classList.toggle("lit", g === node ||
				(g.classList.contains("edge") &&
				titleOf(g).split("->").includes(name)));
		});
	}
	function goTo(node) {
		var r = node.getBoundingClientRect();
		var p = at(r.left + r.width / 2, r.top + r.height / 2);
		view.x = p.x - view.w / 2;
		view.y = p.y - view.h / 2;
		show();
	}
	function ask() {
		var text = window.prompt("search", asked);
		if (text !== null)
			search(asked = text);
	}

	svg.style.touchAction = "none";
	svg.style.userSelect = "none";
	svg.style.cursor = "grab";
	svg.addEventListener("wheel", function (e) {
		var step = e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? 400 : 1;
		e.preventDefault();
		zoom(Math.pow(1.0015, -e.deltaY * step), e.clientX, e.clientY);
	}, { passive: false });
	svg.addEventListener("pointerdown", function (e) {
		if (e.button)
			return;
		pointers[e.pointerId] = { x: e.clientX, y: e.clientY };
		svg.setPointerCapture(e.pointerId);
		svg.style.cursor = "grabbing";
	});
	svg.addEventListener("click", function (e) {
		var node = e.target.closest(".node");
		if (node)
			light(node);
	});
	svg.addEventListener("pointermove", function (e) {
		var p = pointers[e.pointerId], before = held(), was;
		if (!p)
			return;
		was = before.length === 2 ? spread(before) : 0;
		pan((e.clientX - p.x) / before.length,
			(e.clientY - p.y) / before.length);
		p.x = e.clientX;
		p.y = e.clientY;
		if (was)
			zoom(spread(held()) / was,
				(before[0].x + before[1].x) / 2,
				(before[0].y + before[1].y) / 2);
	});
	function release(e) {
		delete pointers[e.pointerId];
		svg.style.cursor = "grab";
	}
	svg.addEventListener("pointerup", release);
	svg.addEventListener("pointercancel", release);
	window.addEventListener("keydown", function (e) {
		var step = 80, keys = {
			ArrowLeft: function () { pan(step, 0); },
			ArrowRight: function () { pan(-step, 0); },
			ArrowUp: function () { pan(0, step); },
			ArrowDown: function () { pan(0, -step); },
			"+": function () { zoomMiddle(1.25); },
			"=": function () { zoomMiddle(1.25); },
			"-": function () { zoomMiddle(0.8); },
			"/": ask,
			"0": reset,
			"1": read,
			f: reset,
			Home: reset,
			Enter: function () { walk(found, e.shiftKey ? -1 : 1); },
			Tab: function () {
				if (found.length)
					search("");
				walk(nodes(), e.shiftKey ? -1 : 1);
			}
		};
		if (e.ctrlKey || e.metaKey || e.altKey || !keys[e.key])
			return;
		e.preventDefault();
		keys[e.key]();
	});
	window.addEventListener("resize", function () {
		if (!moved)
			reset();
	});
	window.addEventListener("load", function () {
		if (!moved)
			reset();
	});
	reset();
})();
