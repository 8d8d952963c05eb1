// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The head of the page, its views, and the start of all.
const VIEWS = [["functions", "Functions"], ["flame", "Flame graph"], ["threads", "Threads"], ["tracks", "Blocks"], ["about", "The run"]];

function show(view) {
	for (const [id] of VIEWS) {
		const tab = get("tab-" + id), on = id === view;
		get(id).hidden = !on;
		tab.setAttribute("aria-selected", on);
		tab.tabIndex = on ? 0 : -1;
	}
	if (view === "flame" && flame.stale) remake();
	else if (view === "flame" && flame.tree) drawFlame();
	if (view === "functions") drawRows();
}

function tabKey(event) {
	const at = VIEWS.findIndex(([id]) => "tab-" + id === event.target.id), n = VIEWS.length;
	const to = { ArrowRight: (at + 1) % n, ArrowLeft: (at + n - 1) % n, Home: 0, End: n - 1 }[event.key];
	if (to === undefined) return;
	event.preventDefault();
	show(VIEWS[to][0]);
	get("tab-" + VIEWS[to][0]).focus();
}

function startTabs() {
	for (const [id, title] of VIEWS) {
		get("tabs").append(el("button", { type: "button", role: "tab", id: "tab-" + id, "aria-controls": id, click: () => show(id), keydown: tabKey }, title));
	}
}

function startHead() {
	const { target, totals, losses } = profile.head, before = page.baseline_head;
	const command = visible(target.command || "profile");
	document.title = "bpfprof: " + command;
	get("title").textContent = command;
	get("summary").textContent = count(totals.ncalls) + " calls of " + count(page.first.of) + " functions, " + time(totals.tottime_ns) + " in them"
		+ (before ? "; compared with " + visible(before.target.command || "a baseline") + ", " + time(before.totals.tottime_ns * page.baseline_scale) : "");
	const lost = Object.values(losses);
	get("losses").hidden = !lost.length;
	get("losses").replaceChildren(...lost.map((l) => el("li", {}, lossText(l))));
}

function isUsed(clock) {
	return total(profile.functions, clock) !== 0 || clock === clocks[0];
}

// What can be chosen of the functions that are read; what is chosen stays.
function fillChoices() {
	const kinds = [...new Set(profile.functions.id.map((f) => f[4]))];
	get("clock").replaceChildren(...clocks.filter(isUsed).map((c) => el("option", { value: c.name, title: c.help }, c.name)));
	get("clock").value = state.clock.name;
	get("kind").replaceChildren(el("option", { value: "" }, "all"), ...kinds.map((k) => el("option", { value: k }, k)));
	get("kind").value = state.kind;
}

function startChoices() {
	fillChoices();
	get("clock").addEventListener("change", () => { state.clock = clocks.find((c) => c.name === get("clock").value); changed("figures"); });
	get("unit").append(...["auto", ...Object.keys(UNITS)].map((u) => el("option", { value: u }, u)));
	get("unit").addEventListener("change", () => { state.unit = get("unit").value; changed("unit"); });
	get("kind").addEventListener("change", () => { state.kind = get("kind").value; changed("search"); });
}

function startSearch() {
	get("tools").addEventListener("submit", (event) => event.preventDefault());
	get("search").addEventListener("input", () => { state.query = get("search").value.toLowerCase(); changed("search"); });
}

function setTheme(dark) {
	document.documentElement.dataset.theme = dark ? "dark" : "light";
	get("theme").setAttribute("aria-pressed", dark);
}

function startTheme() {
	setTheme(matchMedia("(prefers-color-scheme: dark)").matches);
	get("theme").addEventListener("click", () => { setTheme(!isDark()); if (flame.tree) drawFlame(); });
}

function start() {
	startTheme();
	startTabs();
	startHead();
	startChoices();
	startSearch();
	startTable();
	startFlame();
	startDetails();
	startViews();
	show("functions");
	requestAnimationFrame(() => setTimeout(() => performance.mark("first rows drawn")));
	document.addEventListener("DOMContentLoaded", readRest);
}
