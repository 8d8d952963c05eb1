// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The selected function: its figures, who calls it, whom it calls, and its lines.
function edgesOf(end, other, func) {
	const { edges } = profile, ends = edges[end], others = edges[other], all = [];
	const own = figures(edges, "own", state.clock), cum = figures(edges, "cum", state.clock), calls = column(edges, "calls");
	for (let i = 0; i < ends.length; i++) if (ends[i] === func) all.push({ func: others[i], calls: calls[i], own: own[i], cum: cum[i] });
	return all.sort((a, b) => b.cum - a.cum || b.calls - a.calls);
}

function heads(...titles) {
	return el("thead", {}, el("tr", {}, ...titles.map((t, i) => el("th", { scope: "col", class: i ? "n" : "" }, t))));
}

function edgeRow(e) {
	return el("tr", {}, el("td", {}, link(e.func)), ...[count(e.calls), figure(e.own, state.clock), figure(e.cum, state.clock)].map((t) => el("td", { class: "n" }, t)));
}

function edgeTable(id, title, end, other) {
	if (!profile.edges) return el("p", { class: "hint" }, title + ": not read yet");
	const edges = edgesOf(end, other, state.selected);
	if (!edges.length) return el("p", { class: "hint" }, title + ": none");
	const rows = edges.slice(0, 500).map(edgeRow);
	return el("table", { id }, el("caption", {}, title + ": " + count(edges.length)), heads("function", "calls", "own", "total"), el("tbody", {}, ...rows));
}

// Tasks that it awaited, or that were awaited of it: the other end's function, how many, for how long.
function awaitTable(id, title, end, other) {
	const f = profile.functions.id, is = (a, which, of) => a[which + "_file"] === of[0] && a[which + "_line"] === of[1] && a[which + "_name"] === of[2];
	const rows = (profile.head.awaits || []).filter((a) => is(a, end, f[state.selected])).sort((a, b) => b.ns - a.ns);
	if (!rows.length) return "";
	return el("table", { id }, el("caption", {}, title), heads("function", "tasks", "awaited as", "suspended"), el("tbody", {}, ...rows.slice(0, 500).map((a) => {
		const func = f.findIndex((of) => is(a, other, of));
		return el("tr", {}, el("td", {}, func < 0 ? a[other + "_name"] : link(func)), ...[count(a.tasks), a.in, time(a.ns)].map((t) => el("td", { class: "n" }, t)));
	})));
}

// By kind, what it reads and writes by itself, and with all that it calls.
function ioFacts(i) {
	const f = profile.functions, at = (...names) => column(f, names.join("_"))[i];
	return page.io.filter((k) => at("cum", k, "reads") || at("cum", k, "writes")).map((k) => [k + ", read and written",
		["own", "cum"].map((w) => (w === "own" ? "own " : "total ") + count(at(w, k, "reads")) + " reads of " + bytes(at(w, k, "read"))
			+ ", " + count(at(w, k, "writes")) + " writes of " + bytes(at(w, k, "written"))).join("; ")]);
}

function facts(i) {
	const f = profile.functions;
	const rows = [["calls", count(column(f, "calls")[i])], ["calls not made beneath another call of it", count(column(f, "primitive")[i])]];
	for (const clock of page.clocks) {
		const own = figures(f, "own", clock)[i], cum = figures(f, "cum", clock)[i];
		if (own || cum) rows.push([clock.name + ": " + clock.help, "own " + sign(i, clock) + time(own) + ", total " + time(cum)]);
	}
	rows.push(...ioFacts(i));
	if (openSign(i)) rows.push(["open when profiling, or an interval of it, began, in a forked child at the fork, or begun unseen", count(column(f, "open")[i]) + ": their time from then on, and no call for them"]);
	if (sign(i, page.clocks[0])) rows.push(["own time", "an estimate: more profiling was taken off it than is left"]);
	if (f.error[i]) rows.push(["times may be off by", time(f.error[i])]);
	return el("table", { id: "facts" }, el("caption", {}, "Figures"), el("tbody", {}, ...rows.map(([name, text]) =>
		el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, text)))));
}

function lines(i) {
	const [, text] = (profile.sources || []).find(([of]) => of === i) || [];
	if (!text) return el("p", { class: "hint" }, profile.sources ? "Its lines were not at hand when this page was written." : "Its lines are not read yet.");
	const first = profile.functions.id[i][1];
	const numbered = text.split("\n").map((line, k) => String(first + k).padStart(6) + "  " + visible(line.replace(/\t/g, "        ")));
	return el("pre", { id: "source", tabindex: 0, role: "region", "aria-label": "Source lines" }, numbered.join("\n"));
}

function showDetails() {
	const i = state.selected;
	if (i < 0) return;
	get("details").replaceChildren(el("h2", { id: "chosen" }, nameOf(i)), el("p", { class: "file" }, placeOf(i)), facts(i),
		edgeTable("callers", "Callers", "callee", "caller"), edgeTable("callees", "Callees", "caller", "callee"),
		awaitTable("awaits", "Tasks that it awaited", "caller", "task"), awaitTable("awaited", "Who awaited its tasks", "task", "caller"), lines(i));
}

function startDetails() {
	watchers.push((what) => what !== "search" && showDetails());
}
