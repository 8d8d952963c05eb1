// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The table of functions: only rows in sight are elements.
const ROW = 24; // pixels of a row, as in page.css
const grid = { order: [], cursor: 0, sort: "cum", down: true, shown: new Set(), known: new Set() };

function timeColumns(clock) {
	const times = (kind) => () => figures(profile.functions, kind, clock);
	return [{ key: "own " + clock.name, title: "own " + clock.name, values: times("own"), text: time, sign: (i) => sign(i, clock) },
		{ key: "cum " + clock.name, title: "total " + clock.name, values: times("cum"), text: time }];
}

function ratio(a, b) {
	return a.map((v, i) => (b[i] ? v / b[i] : 0));
}

function changeColumns() {
	const now = () => figures(profile.functions, "own", state.clock);
	const old = () => beforeOf("functions", "own", state.clock);
	const text = (v) => figure(v, state.clock);
	return [{ key: "before", title: "own before", values: old, text },
		{ key: "change", title: "change", values: () => Float64Array.from(now(), (v, i) => v - old()[i]), text: (v) => (v > 0 ? "+" : "") + text(v), mark: (v) => (v > 0 ? "worse" : "") }];
}

function shareColumn(key, title, kind) {
	return { key, title, values: () => figures(profile.functions, kind, state.clock), text: (v) => percent(v, total(profile.functions, state.clock)) };
}

// What is read and written: the first are shown at first.
function ioColumns() {
	const f = profile.functions, of = (kind, what) => () => transfers(f, kind, what);
	if (!page.io.length) return [[], []];
	return [[{ key: "read", title: "read", values: of("own", "read"), text: bytes },
		{ key: "written", title: "written", values: of("own", "written"), text: bytes }],
	[{ key: "cum read", title: "total read", values: of("cum", "read"), text: bytes },
		{ key: "cum written", title: "total written", values: of("cum", "written"), text: bytes },
		{ key: "reads", title: "reads", values: of("own", "reads"), text: count },
		{ key: "writes", title: "writes", values: of("own", "writes"), text: count },
		{ key: "failed", title: "of them failed", values: () => column(f, "own_failed"), text: count }]];
}

// Coroutines from start to end, likewise.
function lifeColumns() {
	const f = profile.functions, of = (name) => () => column(f, "life_" + name);
	const suspended = () => Float64Array.from(column(f, "life_elapsed"), (v, i) => Math.max(0, v - column(f, "life_running")[i]));
	const open = () => Float64Array.from(column(f, "life_begun"), (v, i) => Math.max(0, v - column(f, "life_ended")[i] - column(f, "life_unseen")[i]));
	if (!profile.head.target.coroutines) return [[], []];
	return [[{ key: "ended", title: "coroutines ended", values: of("ended"), text: count },
		{ key: "elapsed", title: "elapsed", values: of("elapsed"), text: time }],
	[{ key: "raised", title: "of them raised", values: of("raised"), text: count },
		{ key: "alive", title: "coroutines open", values: open, text: count },
		{ key: "running", title: "elapsed, running", values: of("running"), text: time },
		{ key: "suspended", title: "elapsed, suspended", values: suspended, text: time },
		{ key: "awaiting", title: "elapsed, awaiting", values: of("awaiting"), text: time },
		{ key: "in_task", title: "elapsed, in a task", values: of("in_task"), text: time },
		{ key: "in_gather", title: "elapsed, in a gather", values: of("in_gather"), text: time },
		{ key: "in_future", title: "elapsed, in a future", values: of("in_future"), text: time },
		{ key: "in_sleep", title: "elapsed, in a timer", values: of("in_sleep"), text: time },
		{ key: "in_executor", title: "elapsed, in an executor", values: of("in_executor"), text: time }]];
}

// Every column there is; the first are shown at first.
function allColumns() {
	const f = profile.functions, text = (v) => figure(v, state.clock);
	const ownSign = (i) => sign(i, state.clock), own = () => figures(f, "own", state.clock), cum = () => figures(f, "cum", state.clock);
	// Where all time is that of calls; not what was open at the attach, or seen above others alone.
	const timed = (n, i) => (openSign(i) ? 0 : n), uncalled = (i) => !timed(column(f, "calls")[i], i);
	const each = (values) => () => ratio(Float64Array.from(values()), Float64Array.from(column(f, "calls"), timed));
	const first = [
		{ key: "calls", title: "calls", values: () => column(f, "calls"), text: count, after: openSign },
		{ key: "own", title: "own", values: own, text, sign: ownSign },
		{ ...shareColumn("own share", "own %", "own"), sign: ownSign },
		{ key: "cum", title: "total", values: cum, text },
		{ key: "each", title: "own per call", values: each(own), text, sign: ownSign, blank: uncalled },
	];
	const more = [
		{ key: "primitive", title: "primitive calls", values: () => column(f, "primitive"), text: count },
		{ key: "open", title: "open before", values: () => column(f, "open"), text: count },
		{ key: "error", title: "error of times", values: () => column(f, "error"), text: time },
		shareColumn("cum share", "total %", "cum"),
		{ key: "cum each", title: "total per call", values: each(cum), text, blank: uncalled },
	];
	const compared = baseline ? changeColumns() : [], io = ioColumns(), lives = lifeColumns();
	first.push(...io[0], ...lives[0]);
	more.push(...io[1], ...lives[1]);
	for (const c of [...first, ...compared]) if (!grid.known.has(c.key)) grid.shown.add(c.key);
	return [...first, ...compared, ...more, ...page.clocks.flatMap(timeColumns)];
}

function shownColumns() {
	return grid.columns.filter((c) => grid.shown.has(c.key));
}

function isShown(i) {
	return (!state.query || found()[i]) && (!state.kind || profile.functions.id[i][4] === state.kind);
}

function byName(a, b) {
	const x = nameOf(a), y = nameOf(b);
	return x < y ? -1 : x > y ? 1 : a - b;
}

function sortRows() {
	const c = grid.columns.find((one) => one.key === grid.sort);
	const rows = [...profile.functions.id.keys()].filter(isShown);
	const values = c && c.values(), sign = grid.down ? -1 : 1;
	rows.sort(c ? (a, b) => sign * (values[a] - values[b]) || a - b : (a, b) => sign * byName(a, b));
	grid.order = rows;
	grid.cursor = Math.max(0, rows.indexOf(state.selected));
	get("found").textContent = count(rows.length) + " of " + count(Math.max(page.first.of, profile.functions.id.length)) + " functions";
}

function sortBy(key) {
	grid.down = grid.sort === key ? !grid.down : key !== "name";
	grid.sort = key;
	refreshTable();
	for (const b of get("heads").querySelectorAll("button")) if (b.dataset.key === key) b.focus();
}

function head(key, title, numeric) {
	const sorted = grid.sort === key ? (grid.down ? "descending" : "ascending") : "none";
	const mark = grid.sort === key ? (grid.down ? " \u25be" : " \u25b4") : "";
	return el("th", { scope: "col", role: "columnheader", class: numeric ? "n" : "name", "aria-sort": sorted },
		el("button", { type: "button", "data-key": key, click: () => sortBy(key) }, title + mark));
}

function cell(c, i) {
	const v = c.list[i], blank = c.blank && c.blank(i);
	return el("td", { role: "gridcell", class: "n " + (c.mark ? c.mark(v) : "") }, blank ? "" : (c.sign ? c.sign(i) : "") + c.text(v) + (c.after ? c.after(i) : ""));
}

function nameCell(i) {
	return el("td", { role: "gridcell", class: "name", title: nameOf(i) + " " + placeOf(i) }, nameOf(i) + " ", el("span", { class: "file" }, shortPlaceOf(i)));
}

function row(at) {
	const i = grid.order[at];
	const attributes = { role: "row", "aria-rowindex": at + 2, "aria-selected": state.selected === i, tabindex: at === grid.cursor ? 0 : -1, "data-at": at };
	return el("tr", attributes, nameCell(i), ...grid.visible.map((c) => cell(c, i)));
}

function spacer(rows) {
	const tr = el("tr", { "aria-hidden": "true" }, el("td", { colspan: grid.visible.length + 1 }));
	tr.firstChild.style.height = rows * ROW + "px";
	tr.firstChild.style.padding = "0";
	return tr;
}

// Makes the rows in sight, and keeps the focus where it was.
function drawRows() {
	const box = get("scroll"), n = grid.order.length;
	const fit = Math.ceil((box.clientHeight || 600) / ROW) + 20;
	const first = Math.max(0, Math.min(Math.floor(box.scrollTop / ROW) - 10, n - fit));
	const last = Math.min(n, first + fit);
	const focused = get("body").contains(document.activeElement);
	const rows = [];
	for (let at = first; at < last; at++) rows.push(row(at));
	if (grid.cursor < first || grid.cursor >= last) rows.length && !focused && (rows[0].tabIndex = 0);
	get("body").replaceChildren(...(first ? [spacer(first)] : []), ...rows, ...(last < n ? [spacer(n - last)] : []));
	grid.made = [first, last];
	if (focused) focusCursor();
}

// New rows only where what is in sight has none yet: an element that is being clicked stays.
function scrolled() {
	const box = get("scroll"), top = Math.floor(box.scrollTop / ROW), end = Math.min(grid.order.length, top + Math.ceil(box.clientHeight / ROW));
	if (top < grid.made[0] || end > grid.made[1]) drawRows();
}

function focusCursor() {
	const rows = get("body");
	const tr = rows.querySelector(`tr[data-at="${grid.cursor}"]`) || rows.querySelector("tr[data-at]");
	if (tr) tr.focus({ preventScroll: true });
}

function refreshTable() {
	grid.visible = shownColumns().map((c) => ({ ...c, list: c.values() }));
	sortRows();
	get("estimates").hidden = !grid.order.some((i) => grid.visible.some((c) => c.sign && c.sign(i)));
	get("opened").hidden = !profile.functions.open || !profile.functions.open.some((n) => n);
	get("rows").setAttribute("aria-rowcount", grid.order.length + 1);
	get("heads").replaceChildren(head("name", "function", false), ...grid.visible.map((c) => head(c.key, c.title, true)));
	drawRows();
}

function moveTo(at) {
	if (!grid.order.length) return;
	const box = get("scroll");
	grid.cursor = Math.max(0, Math.min(at, grid.order.length - 1));
	const top = grid.cursor * ROW;
	if (top < box.scrollTop) box.scrollTop = top;
	else if (top + 3 * ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + 3 * ROW - box.clientHeight;
	select(grid.order[grid.cursor]);
	drawRows();
	focusCursor();
}

function tableKey(event) {
	const leap = Math.max(1, Math.floor(get("scroll").clientHeight / ROW) - 2);
	const to = { ArrowDown: grid.cursor + 1, ArrowUp: grid.cursor - 1, PageDown: grid.cursor + leap, PageUp: grid.cursor - leap,
		Home: 0, End: grid.order.length - 1, Enter: grid.cursor, " ": grid.cursor }[event.key];
	if (to === undefined) return;
	event.preventDefault();
	moveTo(to);
}

function tableClick(event) {
	const tr = event.target.closest("tr[data-at]");
	if (tr) moveTo(Number(tr.dataset.at));
}

function choice(c) {
	const box = el("input", { type: "checkbox", "data-column": c.key });
	box.checked = grid.shown.has(c.key);
	box.addEventListener("change", () => {
		if (box.checked) grid.shown.add(c.key);
		else grid.shown.delete(c.key);
		refreshTable();
	});
	return el("label", {}, box, " " + c.title);
}

function makeColumns() {
	grid.columns = allColumns();
	for (const c of grid.columns) grid.known.add(c.key);
	get("columns").replaceChildren(...grid.columns.map(choice));
}

function startTable() {
	makeColumns();
	get("body").addEventListener("keydown", tableKey);
	get("body").addEventListener("click", tableClick);
	get("scroll").addEventListener("scroll", () => requestAnimationFrame(scrolled));
	window.addEventListener("resize", drawRows);
	watchers.push((what) => (what === "selected" ? drawRows() : what !== "read" && refreshTable()));
	refreshTable();
}
