"""The limit of dt-diff: two documents decoded, and the tables that are not the same on both sides.

Usage: diff.py EXPECTED ACTUAL
"""

import sys

import msgspec

documents = []
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        documents.append(msgspec.json.decode(file.read()))
expected, actual = ({table["uuid"]: table for table in document["tables"]} for document in documents)
print(sum(expected.get(key) != actual.get(key) for key in expected.keys() | actual.keys()))
