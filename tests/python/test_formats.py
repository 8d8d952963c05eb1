# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Texts and files of results."""
import contextlib
import io
import json

import bpfprof
from bpfprof import Profiler
from support import HERE


def golden_results():
    """Results of fixed figures."""
    results = bpfprof.ProfilerResults("MyApp")
    main = bpfprof.ProfileTrack(0)
    for ns in (1089264, 999999):
        main.add_block(0, "deco", "/srv/app.py", 12).record_time(ns)
    main.add_block(1, 'odd, "name"', "/srv/app.py", 30).record_time(1500000000)
    main.add_block(2, "never", "/srv/app.py", 31)
    db = bpfprof.ProfileTrack(1, "DB", False)
    for _ in range(1234):
        db.add_block(0, "caf\u00e9", "/srv/db.py", 7).record_time(999)
    for track in (main, db):
        results.tracks[track.track_idx] = track
    results.tracks[7] = bpfprof.ProfileTrack(7, "Empty")
    return results


def printed(results):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with contextlib.redirect_stdout(out):
        bpfprof.print_results(results)
    out.flush()
    return out.buffer.getvalue().decode()


def test_golden_formats():
    for name, text in (
        ("results.csv", bpfprof.export_csv(golden_results())),
        ("results.json", bpfprof.export_json(golden_results()) + "\n"),
        ("results.txt", printed(golden_results())),
    ):
        wanted = (HERE.parent / "golden" / name).read_bytes().decode()
        assert text == wanted, name + "\n" + text


def test_formats_of_nothing():
    empty = Profiler("Nobody").get_results()
    assert bpfprof.export_csv(empty) == (
        "Track,Block Name,Hit Count,Total Time (ns),Avg Time (ns),Min Time (ns),Max Time (ns),"
        "% Track,% Total\r\n"
    )
    assert json.loads(bpfprof.export_json(empty)) == {"profiler_name": "Nobody", "tracks": []}
    assert printed(empty).splitlines()[1:4] == [
        "Profiler: Nobody",
        "Total Time: 0 ns",
        "Total Hits: 0",
    ]


def test_format_time_ns():
    for ns, text in (
        (0, "0 ns"),
        (999, "999 ns"),
        (1000, "1.00 \u03bcs"),
        (999999, "1000.00 \u03bcs"),
        (1000000, "1.00 ms"),
        (2500000000, "2.50 s"),
        (12.7, "12 ns"),
    ):
        assert bpfprof.format_time_ns(ns) == text
