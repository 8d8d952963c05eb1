// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The baseline beside the profile: its functions and paths get the indices that the profile's have,
// new ones where the profile has none, and their figures stand in columns named "before", for as
// many runs as the profile is of.
function keyOf([file, line, name, qualname], moved) {
	return JSON.stringify(moved ? [file, qualname || name] : [file, line, name]);
}

// Keys to what is not taken yet, in the order of lines.
function placesBy(ids, wanted, moved) {
	const places = new Map();
	for (const i of [...wanted].sort((a, b) => ids[a][1] - ids[b][1])) {
		const key = keyOf(ids[i], moved);
		if (!places.has(key)) places.set(key, []);
		places.get(key).push(i);
	}
	return places;
}

// Matches by what keys say, and leaves in both sets what has no counterpart.
function match(to, left, right, moved) {
	const mine = profile.functions.id, theirs = baseline.functions.id;
	const places = placesBy(mine, left, moved);
	for (const i of [...right].sort((a, b) => theirs[a][1] - theirs[b][1])) {
		const at = (places.get(keyOf(theirs[i], moved)) || []).shift();
		if (at === undefined) continue;
		to[i] = at;
		left.delete(at);
		right.delete(i);
	}
}

// Rows at the end; a figure that is not given is 0.
function addRows(table, rows) {
	const n = rowsOf(table).length;
	for (const name of Object.keys(table)) {
		const at = Array.from(table[name]);
		for (let k = 0; k < rows.length; k++) at[n + k] = rows[k][name] ?? 0;
		table[name] = at;
	}
}

// Per function of the baseline, its index in the profile.
function matchFunctions() {
	const mine = profile.functions.id, theirs = baseline.functions.id;
	const to = new Array(theirs.length), left = new Set(mine.keys()), right = new Set(theirs.keys());
	match(to, left, right, false);
	match(to, left, right, true);
	const gone = [...right];
	gone.forEach((i, k) => { to[i] = mine.length + k; });
	addRows(profile.functions, gone.map((i) => ({ id: theirs[i] })));
	return to;
}

function pathKey(parent, func) {
	return (parent + 2) * 4294967296 + func;
}

// Per path of the baseline, its index in the profile. Callers stand before whom they call.
function matchPaths(functions) {
	const { parent, function: funcs } = profile.paths, places = new Map(), rows = [], n = parent.length;
	for (let i = 0; i < n; i++) places.set(pathKey(parent[i], funcs[i]), i);
	const to = baseline.paths.function.map(() => 0);
	baseline.paths.parent.forEach((up, i) => {
		const row = { parent: up < 0 ? up : to[up], function: functions[baseline.paths.function[i]] };
		const key = pathKey(row.parent, row.function);
		if (!places.has(key)) {
			places.set(key, n + rows.length);
			rows.push(row);
		}
		to[i] = places.get(key);
	});
	addRows(profile.paths, rows);
	return to;
}

function moved(table, to, values) {
	const at = new Float64Array(rowsOf(table).length);
	for (let i = 0; i < values.length; i++) at[to[i]] += values[i] * page.baseline_scale;
	return at;
}

// Figures of the baseline in the rows of the profile's table: of "functions" or "paths".
function beforeOf(which, kind, clock) {
	const key = "before " + kind + " by " + clock.name;
	const table = profile[which];
	if (!table[key]) table[key] = moved(table, baseline.to[which], figures(baseline[which], kind, clock));
	return table[key];
}

function joinBaseline(read) {
	baseline = read;
	baseline.to = { functions: matchFunctions() };
	if (profile.paths && baseline.paths) baseline.to.paths = matchPaths(baseline.to.functions);
}

function comparesPaths() {
	return Boolean(baseline && baseline.to.paths);
}
