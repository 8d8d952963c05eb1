// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The flame graph: a canvas, and beneath it the same as a table.
const BAR = 20, LEAST = 0.5; // pixels: height of a frame, width below which none is drawn
const LEVELS = 400; // frames above one another that are drawn; zoom shows more
const flame = { tree: null, zoom: null, current: null, boxes: [] };

function treeOf() {
	flame.measured = measured(state.clock);
	const make = get("inverted").checked ? callerTree : callTree;
	flame.tree = make(flame.measured, get("before").checked);
	flame.zoom = flame.current = flame.tree.root;
}

// The frames in sight, each with where it is drawn: level, left end and width.
function layOut(width) {
	const up = ancestors(flame.zoom), boxes = up.map((frame, level) => ({ frame, level, x: 0, w: width }));
	const scale = flame.zoom.width ? width / flame.zoom.width : 0;
	const todo = [{ frame: flame.zoom, level: up.length - 1, x: 0 }];
	while (todo.length) {
		const { frame, level, x } = todo.pop();
		let at = x;
		if (level - up.length > LEVELS) continue;
		for (const kid of kids(flame.tree, frame)) {
			const box = { frame: kid, level: level + 1, x: at, w: kid.width * scale };
			if (box.w < LEAST) break;
			boxes.push(box);
			todo.push(box);
			at += box.w;
		}
	}
	return boxes;
}

const hues = new Map();

function hueOf(text) {
	if (hues.has(text)) return hues.get(text);
	let h = 0;
	for (let i = 0; i < text.length; i++) h = (h * 31 + text.charCodeAt(i)) % 360;
	hues.set(text, h);
	return h;
}

function isDark() {
	return document.documentElement.dataset.theme === "dark";
}

// Red grew, blue shrank, by how much of the larger.
function changeColour(frame) {
	const most = Math.max(frame.total, frame.old), by = most ? (frame.total - frame.old) / most : 0;
	const light = isDark() ? 28 + 14 * Math.abs(by) : 90 - 25 * Math.abs(by);
	return Math.abs(by) < 0.005 ? `hsl(0 0% ${light}%)` : `hsl(${by > 0 ? 0 : 215} 70% ${light}%)`;
}

function colour(frame) {
	if (frame.func < 0) return isDark() ? "hsl(0 0% 30%)" : "hsl(0 0% 85%)";
	if (comparesPaths()) return changeColour(frame);
	const hue = hueOf(profile.functions.id[frame.func][0]);
	return isDark() ? `hsl(${hue} 35% 30%)` : `hsl(${hue} 70% 82%)`;
}

function cut(context, text, room) {
	const fit = Math.floor(room / context.measureText("m").width);
	return text.length <= fit ? text : fit < 3 ? "" : text.slice(0, fit - 1) + "\u2026";
}

function style(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(name);
}

function drawBox(context, box, y, look) {
	const { frame } = box, w = Math.max(box.w - 1, 0.5);
	context.fillStyle = look.hits && look.hits[frame.func] ? look.hit : colour(frame);
	context.fillRect(box.x, y, w, BAR - 1);
	if (frame.func === state.selected || frame === flame.current) {
		context.strokeStyle = frame === flame.current ? look.text : look.mark;
		context.lineWidth = 2;
		context.strokeRect(box.x + 1, y + 1, Math.max(w - 2, 1), BAR - 3);
	}
	if (box.w < 30) return;
	context.fillStyle = look.hits && look.hits[frame.func] ? look.back : look.text;
	context.fillText(cut(context, nameOf(frame.func), box.w - 8), box.x + 4, y + 14);
}

function drawFlame() {
	const canvas = get("graph"), width = canvas.clientWidth || 800, dense = window.devicePixelRatio || 1;
	flame.boxes = layOut(width);
	const levels = flame.boxes.reduce((most, b) => Math.max(most, b.level), 0) + 1;
	flame.levels = levels;
	canvas.style.height = levels * BAR + "px";
	canvas.width = width * dense;
	canvas.height = levels * BAR * dense;
	const context = canvas.getContext("2d"), look = { hits: found(), hit: style("--hit"), text: style("--text"), mark: style("--mark"), back: style("--back") };
	context.scale(dense, dense);
	context.font = "12px monospace";
	for (const box of flame.boxes) drawBox(context, box, topOf(box.level), look);
	canvas.dataset.frames = flame.boxes.length;
}

function topOf(level) {
	return BAR * (get("upward").checked ? flame.levels - 1 - level : level);
}

function describe(frame) {
	const before = comparesPaths() ? ", before " + figure(frame.old, state.clock) : "";
	const times = state.clock.name === "calls" ? "" : count(frame.calls) + " calls, own " + sign(frame.func, state.clock) + figure(frame.own, state.clock) + ", ";
	return nameOf(frame.func) + (frame.func < 0 ? "" : " (" + placeOf(frame.func) + ")") + ": " + times + figure(frame.total, state.clock) + " in all, "
		+ percent(frame.total, flame.tree.root.total) + before;
}

function beneathRow(frame) {
	const own = sign(frame.func, state.clock) + figure(frame.own, state.clock), all = figure(frame.total, state.clock);
	return el("tr", {}, el("td", {}, link(frame.func, () => zoomTo(frame))), ...[count(frame.calls), own, all, percent(frame.total, flame.tree.root.total)]
		.map((text) => el("td", { class: "n" }, text)));
}

function showBeneath() {
	const all = kids(flame.tree, flame.zoom), rows = all.slice(0, 200).map(beneathRow);
	if (all.length > 200) rows.push(el("tr", {}, el("td", { colspan: 5 }, "and " + count(all.length - 200) + " more")));
	get("beneath").tBodies[0].replaceChildren(...rows);
	get("beneath").caption.textContent = (get("inverted").checked ? "Callers of " : "Called from ") + nameOf(flame.zoom.func);
	get("crumbs").replaceChildren(...ancestors(flame.zoom).map((f) => el("li", {}, link(f.func, () => zoomTo(f)))));
}

function point(frame) {
	flame.current = frame;
	get("frame").textContent = describe(frame);
	if (frame.func >= 0) select(frame.func);
	drawFlame();
}

function zoomTo(frame) {
	const inTable = get("beneath").contains(document.activeElement), inCrumbs = get("crumbs").contains(document.activeElement);
	flame.zoom = frame;
	showBeneath();
	point(frame);
	if (inTable || inCrumbs) get("crumbs").lastChild.querySelector("button").focus();
}

function beside(frame, step) {
	const all = frame.up ? kids(flame.tree, frame.up) : [frame];
	return all[all.indexOf(frame) + step] || frame;
}

function outermost(frame) {
	return ancestors(frame)[0];
}

function flameKey(event) {
	const now = flame.current, inward = get("upward").checked ? "ArrowUp" : "ArrowDown";
	const moves = { ArrowLeft: () => point(beside(now, -1)), ArrowRight: () => point(beside(now, 1)), Enter: () => zoomTo(now), " ": () => zoomTo(now),
		Escape: () => zoomTo(flame.zoom.up || flame.zoom), Home: () => zoomTo(outermost(now)),
		ArrowUp: () => point(now.up || now), ArrowDown: () => point(now.up || now) };
	moves[inward] = () => point(kids(flame.tree, now)[0] || now);
	if (!moves[event.key]) return;
	event.preventDefault();
	moves[event.key]();
}

function boxAt(event) {
	const level = Math.floor(event.offsetY / BAR), at = get("upward").checked ? flame.levels - 1 - level : level;
	return flame.boxes.find((b) => b.level === at && event.offsetX >= b.x && event.offsetX < b.x + b.w);
}

function flameHover(event) {
	const box = boxAt(event);
	get("graph").title = box ? describe(box.frame) : "";
}

function remake() {
	if (!profile.paths || get("flame").hidden) {
		flame.stale = true;
		return;
	}
	flame.stale = false;
	treeOf();
	zoomTo(flame.zoom);
	showShare();
}

function showShare() {
	get("share").textContent = state.query && flame.measured ? "found on " + foundShare(flame.measured) + " of all" : "";
}

function flameChanged(what) {
	if (what === "figures" || what === "read") remake();
	if (!flame.tree || get("flame").hidden) return;
	if (what === "unit") {
		showBeneath();
		get("frame").textContent = describe(flame.current);
	}
	showShare();
	drawFlame();
}

// What of the view is of use: without paths, before they are read, with them.
function fitFlame() {
	get("no-paths").hidden = page.paths > 0;
	get("unread").hidden = !page.paths || Boolean(profile.paths);
	for (const id of ["flame-tools", "graph", "graph-keys", "beneath", "crumbs"]) get(id).hidden = !profile.paths;
	get("old-width").hidden = !comparesPaths();
}

// The outermost calls are seen first, of flames too.
function turn() {
	drawFlame();
	get("graph").scrollIntoView({ block: get("upward").checked ? "end" : "nearest" });
}

function startFlame() {
	fitFlame();
	for (const id of ["inverted", "before"]) get(id).addEventListener("change", remake);
	get("upward").addEventListener("change", turn);
	get("reset").addEventListener("click", () => zoomTo(flame.tree.root));
	const canvas = get("graph");
	canvas.addEventListener("keydown", flameKey);
	canvas.addEventListener("click", (event) => { const box = boxAt(event); if (box) zoomTo(box.frame); });
	canvas.addEventListener("mousemove", flameHover);
	window.addEventListener("resize", () => flame.tree && !get("flame").hidden && drawFlame());
	watchers.push(flameChanged);
	flame.stale = true;
}
