// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The profile: its columns, figures by clock, and how figures and names are written.
// What is seen first stands before this script; read.js adds the rest to the same objects.
const page = JSON.parse(document.getElementById("data").textContent);
const profile = { head: page.head, functions: page.first };
let baseline = null; // until it is read
const clocks = [...page.clocks, { name: "calls", help: "how often, not how long" }];
const state = { clock: clocks[0], unit: "auto", kind: "", query: "", selected: -1 };
const watchers = [];

// Calls each watcher with what changed: "figures", "unit", "search",
// "selected", or "read": all is there.
function changed(what) {
	for (const watch of watchers) watch(what);
}

function rowsOf(table) {
	return table.id || table.caller || table.parent;
}

// A column as it was measured; one that is not there is of nothing.
function column(table, name) {
	if (!table[name]) table[name] = new Float64Array(rowsOf(table).length);
	return table[name];
}

function addScaled(to, from, factor) {
	if (factor) for (let i = 0; i < to.length; i++) to[i] += factor * (from[i] || 0);
}

function byClock(table, kind, clock) {
	const to = new Float64Array(rowsOf(table).length);
	addScaled(to, column(table, kind + "_wall"), clock.wall);
	addScaled(to, column(table, kind + "_off"), clock.off);
	addScaled(to, column(table, kind + "_wait"), clock.wait);
	for (const reason of clock.reasons) addScaled(to, column(table, kind + "_" + reason), 1);
	return to;
}

// Own ("own") or cumulative ("cum") figures of a table by a clock.
function figures(table, kind, clock) {
	if (clock.name === "calls") return column(table, "calls");
	const key = kind + " by " + clock.name;
	if (!table[key]) table[key] = byClock(table, kind, clock);
	return table[key];
}

function total(table, clock) {
	const key = "all by " + clock.name;
	if (table[key] === undefined) table[key] = figures(table, "own", clock).reduce((a, b) => a + b, 0);
	return table[key];
}

const UNITS = { s: 1e9, ms: 1e6, "\u00b5s": 1e3, ns: 1 };

function inUnit(ns, unit) {
	const digits = unit === "ns" ? 0 : unit === "s" ? 6 : 3;
	return (ns / UNITS[unit]).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }) + " " + unit;
}

function time(ns) {
	if (state.unit !== "auto") return inUnit(ns, state.unit);
	for (const [unit, size] of Object.entries(UNITS)) {
		if (Math.abs(ns) >= size) return Number((ns / size).toPrecision(4)) + " " + unit;
	}
	return Number(ns.toPrecision(3)) + " ns";
}

function count(n) {
	return n.toLocaleString("en");
}

function bytes(n) {
	const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
	let i = 0;
	for (; i < 5 && n >= 1023.5; i++) n /= 1024;
	return Number(n.toPrecision(i ? 4 : 15)) + " " + units[i];
}

// Reads or writes, or their bytes ("read", "written"), of all kinds.
function transfers(table, kind, what) {
	const to = new Float64Array(rowsOf(table).length);
	for (const of of page.io) addScaled(to, column(table, [kind, of, what].join("_")), 1);
	return to;
}

// Before an own time of which more profiling was taken off than is left by that clock: on a CPU, or (2) at all.
function sign(i, clock) {
	const { estimate } = profile.functions;
	return estimate && clock.wall && estimate[i] >= (clock.off ? 1 : 2) ? "~" : "";
}

// Behind the calls of a function that was open already, and began by none of them.
function openSign(i) {
	return column(profile.functions, "open")[i] ? "+" : "";
}

// What was lost, of one too.
function lossText({ count: n, text }) {
	const one = text.replace(/^(\S{2,}?)(ies|s)(?=[ ,])/, (_, stem, end) => stem + (end === "ies" ? "y" : ""));
	return "lost: " + count(n) + " " + visible(n === 1 ? one : text);
}

function figure(v, clock) {
	return clock.name === "calls" ? count(v) : time(v);
}

function percent(part, whole) {
	return (whole ? 100 * part / whole : 0).toFixed(1) + " %";
}

// What a reader would take for an order, of lines or of the direction of writing, is shown instead.
function visible(text) {
	return text.replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
		(c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

function nameOf(i) {
	if (i < 0) return "all";
	const [, , name, qualname] = profile.functions.id[i];
	return visible(qualname || name);
}

function placeOf(i) {
	const [file, line] = profile.functions.id[i];
	return visible(file) + ":" + line;
}

// The same as a table has room for it.
function shortPlaceOf(i) {
	const [file, line, , , , short] = profile.functions.id[i];
	return file === "~" ? short : visible(short || file) + ":" + line;
}

function fits(i) {
	const [file, , name, qualname] = profile.functions.id[i];
	return (file + "\n" + name + "\n" + (qualname || "")).toLowerCase().includes(state.query);
}

// Per function, whether the search finds it; null: nothing is searched.
function found() {
	if (!state.query) return null;
	if (state.foundFor !== state.query) {
		state.found = profile.functions.id.map((_, i) => fits(i));
		state.foundFor = state.query;
	}
	return state.found;
}

function select(i) {
	if (state.selected === i) return;
	state.selected = i;
	changed("selected");
}

// An element; text is never read as HTML.
function el(tag, attributes, ...inside) {
	const e = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes || {})) {
		if (typeof value === "function") e.addEventListener(name, value);
		else if (value !== false && value !== undefined) e.setAttribute(name, value);
	}
	e.append(...inside);
	return e;
}

function get(id) {
	return document.getElementById(id);
}

function link(func, act) {
	return el("button", { type: "button", class: "link", click: act || (() => select(func)), title: func < 0 ? "" : placeOf(func) }, nameOf(func));
}
