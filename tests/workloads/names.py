# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Names that are hostile, long, or not ASCII."""

NAMES = [
    ("<wl:newline\nin name>", "plain"),
    ("<wl:escape\x1b[31m>", "red"),
    ("<wl:" + "f" * 65536 + ">", "long_file"),
    ("<wl:long name>", "n" * 65536),
    ("<wl:caf\u00e9>", "na\u00efve"),
    ("<wl:\u65e5\u672c\u8a9e>", "\u95a2\u6570"),
    ("<wl:\U0001f40d>", "snake"),
    ("<wl:quote\"'\\,<>&>", "quoted"),
]


def run():
    for file, name in NAMES:
        space = {}
        exec(compile("def %s():\n    return 1\n" % name, file, "exec"), space)
        for f in [v for v in space.values() if callable(v)]:
            f()
            f()


if __name__ == "__main__":
    run()
