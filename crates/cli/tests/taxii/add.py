"""Adds indicators to a collection: stix2 makes them, taxii2-client sends them.

Arguments: the collection's address, a name, a password, then patterns.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import stix2
from taxii2client.v21 import Collection

address, name, password, *patterns = sys.argv[1:]
objects = [
    json.loads(
        stix2.Indicator(
            pattern=pattern, pattern_type="stix", name="ZZ test", confidence=90
        ).serialize()
    )
    for pattern in patterns
]
collection = Collection(address, user=name, password=password)
status = collection.add_objects({"objects": objects}, wait_for_completion=True)
if status.success_count != len(objects):
    sys.exit(f"{status.success_count} of {len(objects)} were added")
