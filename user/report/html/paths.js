// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Call paths as trees of frames, made as far as they are looked at. A frame has its function, own
// and total figure, calls, the baseline's total (old), the frame above (up), and its frames beneath.
const NO_TIMES = new Float64Array(0);

function positive(values) {
	return Float64Array.from(values, (v) => (v > 0 ? v : 0));
}

// Per path, what it and all beneath it take. Callers stand before whom they call.
function totals(own) {
	const all = Float64Array.from(own), { parent } = profile.paths;
	for (let i = all.length - 1; i >= 0; i--) if (parent[i] >= 0) all[parent[i]] += all[i];
	return all;
}

// Who is beneath whom: the paths of parent p stand at list[first[p + 1]] and on; p -1 has the outermost.
function beneathOf({ parent }) {
	const first = new Uint32Array(parent.length + 3), list = new Uint32Array(parent.length);
	const up = (i) => Math.max(parent[i], -1) + 1;
	for (let i = 0; i < parent.length; i++) first[up(i) + 1]++;
	for (let k = 1; k < first.length; k++) first[k] += first[k - 1];
	const at = first.slice();
	for (let i = 0; i < parent.length; i++) list[at[up(i)]++] = i;
	return { first, list };
}

function measured(clock) {
	const own = positive(figures(profile.paths, "own", clock));
	const old = comparesPaths() ? positive(beforeOf("paths", "own", clock)) : NO_TIMES;
	return { own, all: totals(own), old, oldAll: old.length ? totals(old) : NO_TIMES, calls: column(profile.paths, "calls") };
}

function widest(a, b) {
	return b.width - a.width || a.func - b.func;
}

function sum(values, at) {
	let all = 0;
	for (const i of at) all += values[i] || 0;
	return all;
}

// What width the frame has: of the profile or of the baseline.
function withWidth(frame, byOld) {
	frame.width = byOld ? frame.old : frame.total;
	return frame;
}

// From the outermost calls inwards.
function callTree(m, byOld) {
	const { function: funcs } = profile.paths, { first, list } = beneathOf(profile.paths);
	const frameOf = (i, up) => withWidth({ func: funcs[i], own: m.own[i], total: m.all[i], calls: m.calls[i], old: m.oldAll[i] || 0, ownOld: m.old[i] || 0, path: i, up }, byOld);
	const beneath = (frame) => Array.from(list.subarray(first[frame.path + 1], first[frame.path + 2]), (i) => frameOf(i, frame));
	const root = { func: -1, own: 0, total: sum(m.own, m.own.keys()), calls: 0, old: sum(m.old, m.old.keys()), ownOld: 0, path: -1, up: null };
	return { root: withWidth(root, byOld), beneath };
}

// The frames of one caller: of paths (from), and where on each the caller stands (at).
function callersFrame(m, func, part, up, byOld) {
	const frame = { func, total: sum(m.own, part.from), calls: sum(m.calls, part.from), old: sum(m.old, part.from), up, ...part };
	frame.own = up.up ? 0 : frame.total;
	frame.ownOld = up.up ? 0 : frame.old;
	return withWidth(frame, byOld);
}

// From each function outwards: who called it, who called that.
function callerTree(m, byOld) {
	const { parent, function: funcs } = profile.paths;
	const used = [...m.own.keys()].filter((i) => m.own[i] || m.old[i]);
	const root = { func: -1, own: 0, total: sum(m.own, used), calls: sum(m.calls, used), old: sum(m.old, used), ownOld: 0, from: used, at: used, up: null };
	const beneath = (frame) => {
		const parts = new Map();
		frame.from.forEach((path, k) => {
			const at = frame.up ? parent[frame.at[k]] : path;
			if (at < 0) return;
			if (!parts.has(funcs[at])) parts.set(funcs[at], { from: [], at: [] });
			parts.get(funcs[at]).from.push(path);
			parts.get(funcs[at]).at.push(at);
		});
		return [...parts].map(([func, part]) => callersFrame(m, func, part, frame, byOld));
	};
	return { root: withWidth(root, byOld), beneath };
}

// The frames beneath, widest first, made once.
function kids(tree, frame) {
	if (!frame.kids) frame.kids = tree.beneath(frame).filter((k) => k.width > 0).sort(widest);
	return frame.kids;
}

function ancestors(frame) {
	const all = [];
	for (let f = frame; f; f = f.up) all.unshift(f);
	return all;
}

// How much of all time the paths take on which the search finds a function, each counted once.
function foundShare(m) {
	const hits = found(), { parent, function: funcs } = profile.paths;
	const on = new Uint8Array(parent.length);
	let part = 0, all = 0;
	for (let i = 0; i < parent.length; i++) {
		on[i] = hits[funcs[i]] || (parent[i] >= 0 && on[parent[i]]) ? 1 : 0;
		all += m.own[i];
		if (on[i]) part += m.own[i];
	}
	return percent(part, all);
}
