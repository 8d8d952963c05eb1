// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Threads, blocks, and how it was measured.
function cells(...texts) {
	return texts.map((t) => el("td", { class: "n" }, t));
}

function ofClock(t, clock) {
	if (clock.name === "calls") return t.ncalls;
	let ns = clock.wall * t.tottime_ns + clock.off * t.off_ns + clock.wait * t.runnable_ns;
	for (const reason of clock.reasons) ns += t.reasons[reason + "_ns"] || 0;
	return ns;
}

const SVG = "http://www.w3.org/2000/svg";
const LIFE_COLOURS = { running: "var(--mark)", runnable: "#e08a00", idle: "var(--line)", gil: "#c2185b", lock: "#7b4fb5", stw: "#a0306b", sleep: "#7d8597", socket: "#00897b", pipe: "#4e7a27", file: "#9e7a00", poll: "#0097b2", child: "#8d5a3b", fault: "#d1495b", stopped: "#3f3f46" };

// Since when its figures are: its beginning, or that of the interval.
function fromOf(t) {
	const begin = profile.head.target.start_ns;
	return t.start_ns < begin && begin < t.end_ns ? begin : t.start_ns;
}

// What a thread's life was: running, runnable, idle, and blocked by each reason for the rest, in ns.
function lifeOf(t) {
	const life = { running: Math.max(t.end_ns - fromOf(t) - t.off_ns, 0), runnable: t.runnable_ns, idle: t.idle_ns || 0 };
	let idle = life.idle;
	for (const reason of ["lock", "pipe", "socket", "poll", ...Object.keys(t.reasons).map((k) => k.slice(0, -3))]) {
		if (reason in life) continue;
		const ns = t.reasons[reason + "_ns"] || 0, less = Math.min(ns, idle);
		life[reason] = ns - less;
		idle -= less;
	}
	return Object.entries(life).filter(([, ns]) => ns > 0);
}

// What it did when: a column for each bin, filled from below by how long it did what.
function moments(s, begin, end) {
	const svg = document.createElementNS(SVG, "svg"), whole = Math.max(end - begin, 1), keys = Object.keys(LIFE_COLOURS).concat("other").filter((name) => s[name + "_ns"]);
	const bottoms = new Array(s.bins).fill(0), x = (i) => +(100 * (s.start_ns + i * s.bin_ns - begin) / whole).toFixed(3);
	svg.setAttribute("viewBox", "0 0 100 1");
	svg.setAttribute("preserveAspectRatio", "none");
	for (const name of keys) {
		const path = document.createElementNS(SVG, "path");
		path.setAttribute("d", s[name + "_ns"].map((ns, i) => {
			const from = bottoms[i], to = Math.min(from + ns / s.bin_ns, 1);
			bottoms[i] = to;
			return ns ? "M" + x(i) + " " + (1 - from).toFixed(3) + "V" + (1 - to).toFixed(3) + "H" + x(i + 1) + "V" + (1 - from).toFixed(3) + "Z" : "";
		}).join(""));
		path.setAttribute("fill", LIFE_COLOURS[name] || "var(--dim)");
		path.dataset.part = name;
		svg.append(path);
	}
	svg.addEventListener("mousemove", (e) => {
		const box = svg.getBoundingClientRect(), at = begin + whole * (e.clientX - box.left) / box.width, i = Math.floor((at - s.start_ns) / s.bin_ns);
		const did = keys.filter((name) => s[name + "_ns"][i]);
		svg.parentNode.title = did.length ? "at " + time(at - begin) + ", of " + time(s.bin_ns) + ": " + did.map((name) => name + " " + time(s[name + "_ns"][i])).join(", ") : svg.parentNode.ariaLabel;
	});
	return svg;
}

// When the thread lived, on a line of the whole run: what it did when, or where that is not known the parts of its life.
function strip(t, begin, end) {
	const whole = Math.max(end - begin, 1), parts = lifeOf(t), sum = Math.max(parts.reduce((a, [, ns]) => a + ns, 0), 1);
	const from = fromOf(t), width = Math.max(100 * (t.end_ns - from) / whole, 0.5);
	let left = 100 * (from - begin) / whole;
	const bars = parts.map(([name, ns]) => {
		const bar = el("i", { "data-part": name });
		bar.style.left = left + "%";
		bar.style.width = width * ns / sum + "%";
		bar.style.background = LIFE_COLOURS[name] || "var(--dim)";
		left += width * ns / sum;
		return bar;
	});
	const text = "from " + time(from - begin) + " to " + time(t.end_ns - begin) + ": " + parts.map(([name, ns]) => name + " " + time(ns)).join(", ");
	return el("td", {}, el("div", { class: "strip", role: "img", "aria-label": text, title: text }, ...(t.strip ? [moments(t.strip, begin, end)] : bars)));
}

function lifeLegend(threads) {
	const seen = new Set(threads.flatMap((t) => lifeOf(t).map(([name]) => name)));
	return el("p", { id: "life-legend", class: "hint" }, ...[...seen].map((name) => {
		const mark = el("i");
		mark.style.background = LIFE_COLOURS[name] || "var(--dim)";
		return el("span", {}, mark, name);
	}));
}

function threadTable() {
	const { threads } = profile.head, shown = page.clocks.filter((c) => threads.some((t) => ofClock(t, c))), idle = threads.some((t) => t.idle_ns);
	const begin = Math.min(...threads.map(fromOf)), end = Math.max(...threads.map((t) => t.end_ns));
	const rows = threads.map((t) => el("tr", {}, el("td", {}, visible(t.name)), ...cells(String(t.pid), String(t.tid), count(t.ncalls), ...shown.map((c) => time(ofClock(t, c))), ...(idle ? [time(t.idle_ns || 0)] : []), count(t.switches)), strip(t, begin, end)));
	return el("table", { id: "thread-rows" }, el("caption", {}, count(threads.length) + (threads.length === 1 ? " thread; own times of all its functions" : " threads; own times of all their functions")),
		heads("thread", "process", "number", "calls", ...shown.map((c) => c.name), ...(idle ? ["idle"] : []), "switches", "lived"), el("tbody", {}, ...rows));
}

function bucketText(n, i) {
	return count(n) + " of " + time(i ? 2 ** i : 0) + " to " + time(2 ** (i + 1));
}

function histogram(b) {
	const first = b.histogram.findIndex((n) => n), counts = first < 0 ? [] : b.histogram.slice(first), most = Math.max(1, ...counts);
	const bars = counts.map((n, k) => {
		const bar = el("i", { title: bucketText(n, first + k) });
		bar.style.height = 100 * n / most + "%";
		return bar;
	});
	const text = counts.map((n, k) => (n ? bucketText(n, first + k) : "")).filter(Boolean).join("; ");
	return el("td", {}, el("div", { class: "hist", role: "img", "aria-label": "hits by length: " + text }, ...bars));
}

function blockRow(b) {
	const where = b.file ? visible(b.file) + ":" + b.line : "";
	return el("tr", {}, el("td", {}, visible(b.name) + " ", el("span", { class: "file" }, where)),
		...cells(count(b.hit_count), ...["total_time_ns", "own_time_ns", "avg_time_ns", "min_time_ns", "max_time_ns", "p50_ns", "p99_ns"].map((k) => time(b[k]))), histogram(b));
}

function trackTable(t) {
	const name = [t.group, t.track_name || "track " + t.track_idx].filter(Boolean).map(visible).join(" / ");
	return el("table", { class: "track" }, el("caption", {}, name + (t.enabled ? "" : " (off)")),
		heads("block", "hits", "total", "own", "average", "least", "most", "half below", "99 % below", "lengths"), el("tbody", {}, ...t.blocks.map(blockRow)));
}

function aboutTable() {
	const { target, totals } = profile.head;
	const rows = [["command", target.command], ["interpreter", target.interpreter], ["Python", target.python], ["process", target.pid], ["how calls were seen", target.backend],
		["measured for", time(target.duration_ns)], ["calls", count(totals.ncalls)], ["own times of all functions", time(totals.tottime_ns)], ["of it, may be off by", time(totals.error_ns)],
		["begun", target.started_at ? new Date(target.started_at * 1000).toISOString() : null]];
	return el("table", { id: "target" }, el("caption", {}, "The run"), el("tbody", {}, ...rows.filter(([, v]) => v !== null && v !== undefined)
		.map(([k, v]) => el("tr", {}, el("th", { scope: "row" }, k), el("td", {}, visible(String(v)))))));
}

function showViews() {
	const { threads, tracks, notes } = profile.head;
	get("threads").replaceChildren(...(threads.length ? [threadTable(), lifeLegend(threads)] : [el("p", {}, "No thread was seen.")]));
	get("tracks").replaceChildren(...(tracks.length ? tracks.map(trackTable) : [el("p", {}, "This program names no blocks, and --track chose no functions to be some.")]));
	get("about").replaceChildren(aboutTable(), ...(page.remarks.length ? [el("h2", {}, "Where it waited"), el("ul", { id: "remarks" }, ...page.remarks.map((r) => el("li", {}, r)))] : []), ...(notes.length ? [el("h2", {}, "Notes"), el("ul", {}, ...notes.map((n) => el("li", {}, visible(n))))] : []));
}

function startViews() {
	watchers.push((what) => ["figures", "unit"].includes(what) && showViews());
	showViews();
}
