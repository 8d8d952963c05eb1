# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What was recorded: blocks on tracks. Plain data, in nanoseconds."""

from dataclasses import dataclass, field

_NEVER = 2**63 - 1


class _Table(dict):
    """A dict from index to element that iterates over the elements, as `for t in results.tracks`
    wants. An element stands for its index as a key, so that `results.tracks[t]` and `t in
    results.tracks` hold for whatever the iteration gave; keys() and items() are a dict's."""

    __slots__ = ()

    def __iter__(self):
        return iter(self.values())

    def __reduce__(self):
        return (type(self), (dict(self.items()),))


@dataclass(eq=False)
class ProfileBlock:
    """One block. total_time_ns counts the time in which the block was open once, however often it
    was open at that moment (recursion); own_time_ns leaves out the blocks nested in it; min and max
    are of single hits. histogram[i] counts hits of 2**i ns or more and below 2**(i+1)."""

    name: str
    file: str
    line: int
    hit_count: int = 0
    total_time_ns: int = 0
    min_time_ns: int = _NEVER
    max_time_ns: int = 0
    own_time_ns: int = 0
    histogram: list = field(default_factory=list, repr=False)
    block_idx: int = field(default=0, repr=False)

    def __eq__(self, other):
        if isinstance(other, ProfileBlock):
            return vars(self) == vars(other)
        return self.block_idx == other if isinstance(other, int) else NotImplemented

    def __hash__(self):
        return hash(self.block_idx)

    def __index__(self):
        return self.block_idx

    @property
    def avg_time_ns(self):
        return self.total_time_ns / self.hit_count if self.hit_count else 0.0

    def record_time(self, ns):
        """Adds a hit of ns nanoseconds."""
        self._add(1, ns, ns, ns, ns, ())
        bucket = max(ns, 1).bit_length() - 1
        self.histogram += [0] * (bucket + 1 - len(self.histogram))
        self.histogram[bucket] += 1

    def percentile_ns(self, percent):
        """An upper bound, at most twice the truth, of the time that `percent` of the hits took."""
        wanted = self.hit_count * percent / 100
        seen = 0
        for bucket, hits in enumerate(self.histogram):
            seen += hits
            if hits and seen >= wanted:
                return max(self.min_time_ns, min(self.max_time_ns, 2 ** (bucket + 1) - 1))
        return 0

    @property
    def p50_ns(self):
        return self.percentile_ns(50)

    @property
    def p99_ns(self):
        return self.percentile_ns(99)

    def _add(self, hits, total, low, high, own, histogram):
        self.hit_count += hits
        self.total_time_ns += total
        self.min_time_ns = min(self.min_time_ns, low)
        self.max_time_ns = max(self.max_time_ns, high)
        self.own_time_ns += own
        self.histogram += [0] * (len(histogram) - len(self.histogram))
        for bucket, n in enumerate(histogram):
            self.histogram[bucket] += n


@dataclass(eq=False)
class ProfileTrack:
    track_idx: int
    track_name: str = None
    enabled: bool = True
    blocks: dict = field(default_factory=_Table)

    def __eq__(self, other):
        if isinstance(other, ProfileTrack):
            return vars(self) == vars(other)
        return self.track_idx == other if isinstance(other, int) else NotImplemented

    def __hash__(self):
        return hash(self.track_idx)

    def __index__(self):
        return self.track_idx

    def __lt__(self, other):
        return self.track_idx < int(other)

    @property
    def total_time_ns(self):
        return sum(block.total_time_ns for block in self.blocks.values())

    @property
    def total_hits(self):
        return sum(block.hit_count for block in self.blocks.values())

    def add_block(self, block_idx, name, file, line):
        """The block of that index, made if there is none."""
        found = self.get_block(block_idx)
        if found is None:
            found = ProfileBlock(name, file, line, block_idx=block_idx)
            self.blocks[block_idx] = found
        return found

    def get_block(self, block_idx):
        return self.blocks.get(block_idx)


@dataclass
class ProfilerResults:
    """thread_id is the kernel's id of the thread that these are of, None for all together; lost is
    how many hits this process could not record, for all of its profilers."""

    profiler_name: str
    tracks: dict = field(default_factory=_Table)
    thread_id: int = None
    lost: int = 0

    @property
    def total_time_ns(self):
        return sum(track.total_time_ns for track in self.tracks.values())

    @property
    def total_hits(self):
        return sum(track.total_hits for track in self.tracks.values())

    def get_track(self, track_idx):
        return self.tracks.get(track_idx)
