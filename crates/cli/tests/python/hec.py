"""Two logging handlers for Splunk's HTTP Event Collector.

Arguments: which handler, host, port, token. Each line of standard input is logged: as a dictionary
where it is a JSON object, as text otherwise. Ends with 3 when the server refuses, in its words.
"""

import json
import logging
import sys

import requests


def records():
    for line in sys.stdin:
        line = line.rstrip("\n")
        yield json.loads(line) if line.startswith("{") else line


def one_by_one(host: str, port: str, token: str) -> int:
    from splunk_hec_handler import SplunkHecHandler

    handler = SplunkHecHandler(
        host, token, port=port, proto="http", hostname="zz-hec", sourcetype="_json", source="zz"
    )
    logger = logging.getLogger("zz")
    logger.addHandler(handler)
    try:
        for record in records():
            logger.warning(record)
    except requests.exceptions.HTTPError as refused:
        print(refused, refused.response.text)
        return 3
    return 0


def together(host: str, port: str, token: str) -> int:
    from splunk_handler import SplunkHandler, force_flush

    handler = SplunkHandler(
        host, port, token, "main", protocol="http", hostname="zz-hec", source="zz",
        retry_count=0, flush_interval=60.0,
    )
    logger = logging.getLogger("zz")
    logger.addHandler(handler)
    for record in records():
        logger.warning(json.dumps(record) if isinstance(record, dict) else record)
    force_flush()
    return 0


ways = {"one_by_one": one_by_one, "together": together}
sys.exit(ways[sys.argv[1]](*sys.argv[2:5]))
