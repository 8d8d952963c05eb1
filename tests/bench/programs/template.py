# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Jinja2: a page with inheritance, a macro, loops and filters, rendered n times."""
from jinja2 import DictLoader, Environment

PAGES = {
    "base": "<html><title>{% block title %}{% endblock %}</title><body>"
            "{% for t, u in menu %}<a href='{{ u|urlencode }}'>{{ t|upper }}</a>{% endfor %}"
            "{% block body %}{% endblock %}</body></html>",
    "page": "{% extends 'base' %}{% block title %}{{ title|title }}{% endblock %}"
            "{% macro cell(v, cls='n') %}<td class='{{ cls }}'>{{ v }}</td>{% endmacro %}"
            "{% block body %}<table>{% for row in rows if row.shown %}"
            "<tr>{{ cell(loop.index) }}{{ cell(row.name, cls='s') }}"
            "{{ cell('%.2f'|format(row.price)) }}"
            "{{ cell(row.tags|sort|join(', ')) }}</tr>{% endfor %}</table>{% endblock %}",
}


class Row:
    def __init__(self, i):
        self.name, self.price, self.tags = f"<row {i}>", i * 1.5, ["b", "a", str(i)]

    @property
    def shown(self):
        return not self.name.endswith("7>")


PAGE = Environment(loader=DictLoader(PAGES), autoescape=True).get_template("page")
MENU = [(f"entry {i}", f"/a path/{i}") for i in range(8)]
ROWS = [Row(i) for i in range(50)]


def run(n):
    for _ in range(n):
        if PAGE.render(title="a page", menu=MENU, rows=ROWS).count("<tr>") != 45:
            raise RuntimeError("Jinja2 lost a row")
