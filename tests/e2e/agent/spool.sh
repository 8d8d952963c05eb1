#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The spool: bounded, the oldest dropped and counted; of one agent; files of others are left alone.
# shellcheck source=tests/e2e/agent/common.sh
. "$(dirname "$0")/common.sh"
start "${PYTHON[@]}" "$work/shop.py"
serving "$work/got"
echo closes >"$got/answer"

mkdir -m 700 "$work/spool"
old=00000000000000000001-1.pprof new=00000000000000000002-2.pprof none=00000000000000000003-3.pprof
printf 'bpfprof-parcel 1\nid 1\nstart 1\nend 2\n\nbody' | tee "$work/spool/$old" >"$work/spool/$new"
truncate -s 700K "$work/spool/$old" "$work/spool/$new" "$work/spool/other.pprof"
touch "$work/spool/3.new" "$work/spool/$none"
agent /ingest --spool-max 1
soon grep -q 'is full' "$work/err"
soon grep -q 'cannot push' "$work/err"
refuse "another agent's spool" 1 'another agent has it' "$bpfprof" agent --all --spool "$work/spool" \
	--push "http://127.0.0.1:$port/ingest"
if [ -e "$work/spool/$old" ] || [ ! -e "$work/spool/$new" ] || [ -e "$work/spool/3.new" ]; then
	fail "the oldest is dropped" "another is"
elif [ ! -e "$work/spool/other.pprof" ]; then
	fail "the oldest is dropped" "and what is not a profile"
else
	pass "the oldest is dropped"
fi
ends
rm "$got/answer"
agent /ingest
soon grep -q 'is no profile' "$work/err"
ends
said "what is no profile is removed" "$none: is no profile that was spooled"
ln -s spool "$work/link"
for link in link link/; do
	refuse "a link to a directory, $link" 1 'Not a directory' "$bpfprof" agent --all --spool "$work/$link" \
		--push "http://127.0.0.1:$port/ingest"
done
mkdir -m 700 "$work/small"
if mount -t tmpfs -o size=64k,mode=700 bpfprof "$work/small" 2>/dev/null; then
	head -c 1M /dev/zero >"$work/small/all" 2>/dev/null
	agent /ingest --spool "$work/small"
	soon grep -q 'a profile is lost' "$work/err"
	ends
	said "a full disk" "small: a profile is lost: No space left on device; free some space"
	if [ "$(ls -A "$work/small")" = all ]; then
		pass "a full disk, nothing is left in the middle"
	else
		fail "a full disk, nothing is left in the middle" "$(ls -A "$work/small")"
	fi
	mount -o remount,ro "$work/small"
	refuse "a disk that is read only" 1 'Read-only file system' "$bpfprof" agent --all --spool "$work/small" \
		--push "http://127.0.0.1:$port/ingest"
	umount "$work/small"
else
	echo "ok $ring a full disk # SKIP no tmpfs can be mounted"
fi
chmod 777 "$work/spool"
refuse "a spool that others may write" 1 'others may write there' "$bpfprof" agent --all --spool "$work/spool" \
	--push "http://127.0.0.1:$port/ingest"

refuse "no URL" 2 'give --push URL' "$bpfprof" agent --all
refuse "another path" 2 'its path ends in none that is known; one of /push' "$bpfprof" agent --all --push http://127.0.0.1/
refuse "no http" 2 'not http:// or https://' "$bpfprof" agent --all --push file:///ingest
for url in ftp://me:secret@h/ingest http://me:secret@h/ 'http://me:sec?ret@h/ingest' me:secret@h; do
	refuse "no password is shown: $url" 2 '--push (http://|ftp://)?h(/|/ingest)?: ' "$bpfprof" agent --all --push "$url"
done
refuse "nobody to profile" 2 'give --all, --match' "$bpfprof" agent --push http://127.0.0.1/ingest
refuse "a window longer than its interval" 2 'longer than --every' "$bpfprof" agent --all --every 5 --for 6 \
	--push http://127.0.0.1/ingest
refuse "no label" 2 'NAME=VALUE' "$bpfprof" agent --all --label 1x=2 --push http://127.0.0.1/ingest
refuse "no expression" 2 'give a regular expression' "$bpfprof" agent --match '(' --push http://127.0.0.1/ingest
