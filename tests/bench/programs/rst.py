# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""docutils: a generated document of n sections, from reStructuredText to HTML."""
import os

from docutils.core import publish_string

SECTION = """
Section {i}
-----------

The *{i}th* section refers to `section {prev}`_, to ``code_{i}(x)`` and to a footnote [#f{i}]_. It
has **strong** words, a link to https://example.org/{i} and |name{i}|, over lines enough to be a
paragraph that the parser must take apart word by word.

.. |name{i}| replace:: replacement {i}
.. [#f{i}] The footnote of section {i}, with *emphasis*.

- an item
- another, with nested ones:

  1. first
  2. second ``literal``

:field: its body
:other: {i}

term {i}
    Its definition, which is *short*.

====== ====== ======
a      b      a or b
====== ====== ======
{i}    False  {i}
True   {i}    True
====== ====== ======

.. note:: Mind section {i}.

::

    for x in range({i}):
        print(x)
"""
SETTINGS = {"_disable_config": True, "embed_stylesheet": False, "stylesheet_path": "",
            "report_level": 4, "output_encoding": "unicode",
            # Debian's copy looks for its own below /usr/share, which a chroot has not
            "template": os.path.join(os.path.dirname(__file__), "page.html")}


def run(n):
    source = "Title\n=====\n" + "".join(SECTION.format(i=i, prev=(i + 1) % n) for i in range(n))
    html = publish_string(source, writer_name="html5", settings_overrides=SETTINGS)
    if html.count("Its definition") != n:
        raise RuntimeError("docutils lost a section")
