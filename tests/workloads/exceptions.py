# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Exceptions through many frames: caught, re-raised, replaced, suppressed, cleaned up after."""
import contextlib


def bottom(n):
    if n == 0:
        raise ValueError("bottom")
    bottom(n - 1)


def reraise():
    try:
        bottom(4)
    except ValueError:
        raise


def replace():
    try:
        bottom(3)
    except ValueError as e:
        raise KeyError("replaced") from e


def cleanup():
    return 1


def with_finally():
    try:
        bottom(2)
    finally:
        cleanup()


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        cleanup()
        return True


def run():
    for f in (reraise, replace, with_finally):
        for _ in range(3):
            try:
                f()
            except (ValueError, KeyError):
                cleanup()
    with Manager():
        bottom(5)
    with contextlib.suppress(ValueError):
        bottom(1)
    cleanup()


if __name__ == "__main__":
    run()
