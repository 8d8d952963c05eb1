# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""sbom.py PROGRAM: what PROGRAM is made of, as CycloneDX 1.5 JSON on stdout.

Its libraries are those that the dynamic loader takes on this machine, and those that it opens
by itself, whose names stand in it; packages and versions are dpkg's. The same program gives the same bytes."""

import hashlib
import json
import os
import re
import subprocess
import sys
import uuid

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
LICENSES = ["GPL-2.0-only", "BSD-2-Clause"]


def lines_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def version():
    with open(os.path.join(TOP, "include/bpfprof/version.h")) as file:
        return re.search(r'BPFPROF_VERSION "(.+)"', file.read())[1]


def libraries(program):
    """Name and path of each: direct ones and theirs, then those that are opened on demand."""
    found = dict(re.findall(r"^\s*(\S+) => (\S+)", "\n".join(lines_of("ldd", program)), re.M))
    at = dict(re.findall(r"(\S+) .*=> (\S+)", "\n".join(lines_of("/sbin/ldconfig", "-p"))))
    with open(program, "rb") as file:
        opened = re.findall(rb"lib[\w+-]+\.so\.\d+(?=\0)", file.read())
    for name in map(bytes.decode, opened):
        if name in at:
            found[name] = at[name]
    return sorted(found.items())


def package_of(path):
    """Package, its version and its architecture, or None where dpkg does not know the file."""
    for name in (path, os.path.realpath(path), path.removeprefix("/usr"), "/usr" + path):
        owner = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True, check=False)
        if owner.returncode == 0:
            package = owner.stdout.partition(": ")[0].split(",")[0]
            shown = "${Package}\\t${Version}\\t${Architecture}"
            return lines_of("dpkg-query", "-W", "-f", shown, package)[0].split("\t")
    return None


def digest(path):
    with open(path, "rb") as file:
        return [{"alg": "SHA-256", "content": hashlib.sha256(file.read()).hexdigest()}]


def component(library, path):
    entry = {"type": "library", "name": library, "hashes": digest(path)}
    package = package_of(path)
    if package:
        name, entry["version"], architecture = package
        at = entry["version"].replace(":", "%3A").replace("+", "%2B").replace("~", "%7E")
        entry["purl"] = f"pkg:deb/debian/{name}@{at}?arch={architecture}"
    entry["bom-ref"] = entry.get("purl", library) + "#" + library
    return entry


def tool(command):
    return {"type": "application", "name": command, "version": lines_of(command, "--version")[0]}


def main(program):
    parts = [component(*library) for library in libraries(program)]
    subject = {
        "type": "application",
        "bom-ref": "bpfprof",
        "name": "bpfprof",
        "version": version(),
        "licenses": [{"expression": " OR ".join(LICENSES)}],
        "hashes": digest(program),
    }
    made_by = [tool(command) for command in ("gcc", "clang", "ld", "make")]
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": subject, "tools": {"components": made_by}},
        "components": parts,
        "dependencies": [{"ref": "bpfprof", "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    named = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True))
    bom["serialNumber"] = f"urn:uuid:{named}"
    json.dump(bom, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main(sys.argv[1])
