// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The rest of the data: gzip in base64, each column in an element, so that between two of them the
// page answers.
function bytesOf(base64) {
	const text = atob(base64), bytes = new Uint8Array(text.length);
	for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}

async function unpacked(base64) {
	const { readable, writable } = new DecompressionStream("gzip"), writer = writable.getWriter();
	writer.write(bytesOf(base64));
	writer.close();
	return JSON.parse(await new Response(readable).text());
}

// Reads the parts whose names begin so into the object of objects, and lets go of their text.
async function readParts(of, into) {
	for (const e of document.querySelectorAll("script[data-part]")) {
		if (!e.dataset.part.startsWith(of)) continue;
		const names = e.dataset.part.split("."), last = names.pop();
		let at = into;
		for (const name of names) at = at[name] ||= {};
		at[last] = await unpacked(e.textContent);
		e.remove();
	}
}

function showFunctions() {
	state.foundFor = null;
	fillChoices();
	makeColumns();
	changed("figures");
}

// First all functions, then what is not in sight.
async function readAll() {
	const read = { baseline: page.baseline_head && { head: page.baseline_head } };
	await readParts("profile.functions", read);
	profile.functions = { ...read.profile.functions };
	showFunctions();
	await readParts("", read);
	Object.assign(profile, read.profile);
	if (read.baseline) {
		joinBaseline(read.baseline);
		showFunctions();
	}
	fitFlame();
	changed("read");
}

async function readRest() {
	get("reading").textContent = "reading the rest\u2026";
	try {
		await readAll();
		get("reading").textContent = "";
	} catch (error) {
		get("reading").textContent = "The rest cannot be read: " + error.message + ". It needs Chromium 80, Firefox 113, Safari 16.4 or later.";
	}
	document.body.dataset.ready = "1";
}
