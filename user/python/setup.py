# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The extension, built from the sources of the tree around it. One build serves 3.9 to 3.15."""

import os

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

os.chdir(os.path.dirname(os.path.abspath(__file__)))


class BuildExt(build_ext):
    """With assembler sources."""

    def build_extensions(self):
        self.compiler.src_extensions.append(".S")
        super().build_extensions()


setup(
    ext_modules=[
        Extension(
            "bpfprof._core",
            sources=[
                "block.c",
                "clock.c",
                "module.c",
                "record.c",
                "recorder.c",
                "resumed.c",
                "site.c",
                "snapshot.c",
                "tracked.c",
                "../base/tsc.c",
                "../markers/markers.S",
            ],
            include_dirs=["..", "../../include"],
            define_macros=[("_GNU_SOURCE", None)],
            extra_compile_args=["-std=gnu11", "-O2", "-fvisibility=hidden"],
            extra_link_args=["-Wl,-Bsymbolic", "-pthread"],
            py_limited_api=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp39"}},
    cmdclass={"build_ext": BuildExt},
)
