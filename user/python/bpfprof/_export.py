# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Results as CSV, as JSON and as a table."""

import csv
import io
import json
import os
import sys

_HEADER = (
    "Track",
    "Block Name",
    "Hit Count",
    "Total Time (ns)",
    "Avg Time (ns)",
    "Min Time (ns)",
    "Max Time (ns)",
    "% Track",
    "% Total",
)
_WIDTH = 120
_ROW = "{:<40} {:>10} {:>15} {:>15} {:>15} {:>15} {:>8}"


def format_time_ns(ns):
    """1234567 -> "1.23 ms"."""
    for unit, name in ((10**9, "s"), (10**6, "ms"), (10**3, "\u03bcs")):
        if ns >= unit:
            return f"{ns / unit:.2f} {name}"
    return f"{int(ns)} ns"


def _percent(part, whole):
    return part / whole * 100 if whole else 0.0


def _sorted(table):
    return [table[key] for key in sorted(table.keys())]


def _least(block):
    return block.min_time_ns if block.hit_count else 0


def _give(text, file):
    """Writes to a path or to an open file; gives back what was not written."""
    if file is None:
        return text
    if isinstance(file, (str, bytes, os.PathLike)):
        with open(file, "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
    else:
        file.write(text)
    return ""


def export_csv(results, file=None):
    """CSV with CRLF line ends. file: a path, an open text file, or None for the text itself."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADER)
    total = results.total_time_ns
    for track in _sorted(results.tracks):
        of_track = track.total_time_ns
        for block in _sorted(track.blocks):
            writer.writerow(
                (
                    track.track_idx,
                    block.name,
                    block.hit_count,
                    block.total_time_ns,
                    f"{block.avg_time_ns:.0f}",
                    _least(block),
                    block.max_time_ns,
                    f"{_percent(block.total_time_ns, of_track):.2f}",
                    f"{_percent(block.total_time_ns, total):.2f}",
                )
            )
    return _give(out.getvalue(), file)


def _block_json(block):
    return {
        "name": block.name,
        "file": block.file,
        "line": block.line,
        "hit_count": block.hit_count,
        "total_time_ns": block.total_time_ns,
        "avg_time_ns": block.avg_time_ns,
        "min_time_ns": _least(block),
        "max_time_ns": block.max_time_ns,
        "own_time_ns": block.own_time_ns,
        "p50_ns": block.p50_ns,
        "p99_ns": block.p99_ns,
        "histogram": {str(2**i): n for i, n in enumerate(block.histogram) if n},
    }


def export_json(results, file=None, indent=2):
    """JSON; in histogram the keys are the lower bounds in ns. file as for export_csv."""
    tracks = [
        {
            "track_idx": track.track_idx,
            "track_name": track.track_name,
            "enabled": track.enabled,
            "blocks": [_block_json(block) for block in _sorted(track.blocks)],
        }
        for track in _sorted(results.tracks)
    ]
    document = {"profiler_name": results.profiler_name, "tracks": tracks}
    if results.lost:
        document["lost"] = results.lost
    return _give(json.dumps(document, indent=indent), file)


def _track_lines(track):
    name = track.track_name or f"Track {track.track_idx}"
    of_track = track.total_time_ns
    yield f"{name} (Track {track.track_idx})"
    yield f"  Total Time: {format_time_ns(of_track)}"
    yield f"  Total Hits: {track.total_hits}"
    yield "-" * _WIDTH
    yield _ROW.format("Block Name", "Hits", "Total", "Avg", "Min", "Max", "%Track")
    yield "-" * _WIDTH
    for block in _sorted(track.blocks):
        yield _ROW.format(
            block.name,
            f"{block.hit_count:,}",
            format_time_ns(block.total_time_ns),
            format_time_ns(block.avg_time_ns),
            format_time_ns(_least(block)),
            format_time_ns(block.max_time_ns),
            f"{_percent(block.total_time_ns, of_track):>7.2f}%",
        )


def _lines(results):
    yield "=" * _WIDTH
    yield f"Profiler: {results.profiler_name}"
    yield f"Total Time: {format_time_ns(results.total_time_ns)}"
    yield f"Total Hits: {results.total_hits}"
    if results.lost:
        yield f"Lost Hits: {results.lost} (too many blocks, threads or nested blocks)"
    yield "=" * _WIDTH
    for track in _sorted(results.tracks):
        yield ""
        yield from _track_lines(track)
    if results.tracks:
        yield "=" * _WIDTH


def print_results(results):
    """A table on stdout; what stdout's encoding does not have is escaped."""
    text = "\n".join(_lines(results)) + "\n"
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
