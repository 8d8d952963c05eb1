# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The extension, built from the sources of the tree around it. One build serves 3.9 to 3.15."""

import os
import platform
import re

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

os.chdir(os.path.dirname(os.path.abspath(__file__)))

with open("../../include/bpfprof/version.h") as file:
    VERSION = re.search(r'BPFPROF_VERSION "(.+)"', file.read())[1]

ARCH = platform.machine()

SOURCES = """
block.c clock.c module.c record.c recorder.c resumed.c site.c snapshot.c tracked.c
../base/ticks.c ../marker/marker.S
"""


class BuildExt(build_ext):
    """With assembler sources, and all objects in one directory."""

    def build_extensions(self):
        compiler = self.compiler
        by_default = compiler.object_filenames
        compiler.src_extensions.append(".S")
        compiler.object_filenames = lambda names, strip_dir=0, output_dir="": by_default(
            names, True, output_dir
        )
        super().build_extensions()


setup(
    version=VERSION,
    ext_modules=[
        Extension(
            "bpfprof._core",
            sources=SOURCES.split(),
            include_dirs=["..", "../arch/" + ARCH, "../../include"],
            define_macros=[("_GNU_SOURCE", None)],
            extra_compile_args=["-std=gnu11", "-O2", "-fvisibility=hidden"],
            extra_link_args=["-Wl,-Bsymbolic", "-pthread"],
            py_limited_api=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp39"}},
    cmdclass={"build_ext": BuildExt},
)
