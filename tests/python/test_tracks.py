# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Switches, names and results of tracks."""
import io
import json
import os
import pathlib
import tempfile
import threading

import bpfprof
from bpfprof import Profiler
from support import blocks_of, hits, in_thread, line_here


def test_b_track_switches_hold_in_all_threads():
    profiler = Profiler()

    @profiler.track(4)
    def work():
        with profiler.block(5, "inside"):
            return 1

    profiler.set_track_enabled(4, False)
    assert not profiler.is_track_enabled(4) and profiler.is_track_enabled(5)
    assert work() == in_thread(work) == 1
    assert hits(profiler) == {(5, "inside"): 2}
    in_thread(profiler.set_track_enabled, 4, True)
    work()
    assert hits(profiler) == {(4, "work"): 1, (5, "inside"): 3}
    profiler.stop()
    in_thread(work)
    assert not profiler.is_started() and hits(profiler)[(4, "work")] == 1
    profiler.start()
    work()
    assert hits(profiler)[(4, "work")] == 2


def test_c_track_names_hold_in_all_threads():
    profiler = Profiler()
    tracked = profiler.track(0)(lambda: 1)
    tracked()
    in_thread(profiler.set_track_name, 0, "Named elsewhere")
    profiler.set_track_name(9, "Empty")
    assert [t.track_name for t in profiler.get_results().tracks] == ["Named elsewhere", "Empty"]


def test_d_call_sites_are_told_apart():
    profiler = Profiler()
    where = line_here() + 2
    for _ in range(3):
        with profiler.block(0, "same"):
            pass
        with profiler.block(0, "same"):
            pass
        with profiler.block(0, "one"), profiler.block(0, "one"):
            pass
    line = line_here() + 1
    for name in ("p", "q", "p"):
        with profiler.block(0, name):
            pass
    assert blocks_of(profiler) == [
        (0, "same", where, 3),
        (0, "same", where + 2, 3),
        (0, "one", where + 4, 6),
        (0, "p", line + 1, 2),
        (0, "q", line + 1, 1),
    ]
    assert profiler.get_results().tracks[0].blocks[0].file == str(__file__)


def test_e_tracks_iterate_and_index():
    profiler = Profiler()
    for index in (5, 2):
        with profiler.block(index, "b"):
            pass
    tracks = profiler.get_results().tracks
    assert [track.track_idx for track in tracks] == [2, 5] and len(tracks) == 2
    assert list(tracks.keys()) == [2, 5] and 5 in tracks and 3 not in tracks
    assert [index for index, _ in tracks.items()] == [2, 5] and tracks.get(3) is None
    assert all(tracks[track] is track and track in tracks for track in tracks)
    assert sorted(tracks) == [2, 5] and isinstance(tracks, dict)
    assert dict(tracks) == {2: tracks[2], 5: tracks[5]}
    assert [block.name for block in tracks[2].blocks] == ["b"]


def test_f_export_to_paths_and_files():
    profiler = Profiler("out")
    with profiler.block(0, "b"):
        pass
    results = profiler.get_results()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.csv")
        assert bpfprof.export_csv(results, path) == ""
        profiler.export_csv(pathlib.Path(folder) / "y.csv")
        text = bpfprof.export_csv(results)
        for name in ("x.csv", "y.csv"):
            with open(os.path.join(folder, name), newline="") as file:
                assert file.read() == text
        out = io.StringIO()
        assert bpfprof.export_json(results, out) == "" and json.loads(out.getvalue())
        profiler.export_json(path, indent=None)
        with open(path) as file:
            line = file.read()
        assert "\n" not in line and json.loads(line) == json.loads(out.getvalue())


def test_h_results_are_of_all_threads():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: 1)
    for _ in range(3):
        in_thread(tracked)
    tracked()
    assert hits(profiler) == {(0, "t"): 4}


def test_i_block_indices_start_at_0():
    profiler = Profiler()
    for track in (1, 2):
        with profiler.block(track, "a"):
            pass
        with profiler.block(track, "b"):
            pass
    for track in profiler.get_results().tracks:
        assert list(track.blocks.keys()) == [0, 1]
        assert track.get_block(1).name == "b"


def test_j_clear_while_threads_run():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: 1)
    turn, answer = threading.Semaphore(0), threading.Semaphore(0)

    def run():
        for _ in range(2):
            turn.acquire()
            tracked()
            answer.release()

    thread = threading.Thread(target=run)
    thread.start()
    turn.release()
    answer.acquire()
    assert hits(profiler) == {(0, "t"): 1}
    with profiler.block(1, "open"):
        profiler.clear()
        assert hits(profiler) == {}
    assert hits(profiler) == {(1, "open"): 1}
    profiler.clear()
    turn.release()
    thread.join()
    tracked()
    assert hits(profiler) == {(0, "t"): 2}


def test_k_threads_do_not_merge():
    profiler = Profiler()
    tracked = profiler.track(0, "t")(lambda: threading.get_native_id())
    ids = [in_thread(tracked) for _ in range(5)] + [tracked()]
    data = profiler.get_all_thread_data()
    assert sorted(data) == sorted(ids) and len(data) == 6
    for key, results in data.items():
        assert results.total_hits == 1 and results.thread_id == key
        assert results.profiler_name == profiler.name
    assert "threads=6" in repr(profiler)


def test_l_enabled_in_json():
    profiler = Profiler()
    for track in (0, 1):
        with profiler.block(track, "b"):
            pass
    profiler.set_track_enabled(1, False)
    document = json.loads(bpfprof.export_json(profiler.get_results()))
    assert [t["enabled"] for t in document["tracks"]] == [True, False]
