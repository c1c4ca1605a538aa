"""Elastic's client: its bulk helper sends the documents that stand on standard input.

Arguments: the client's major version, the server's address, the token, and `create` or `index`.
Prints what the helper says, as JSON; ends with 3 when the server does not let it in.
"""

import importlib
import json
import sys


def main() -> int:
    version, address, token, kind = sys.argv[1:5]
    package = importlib.import_module(f"elasticsearch{version}")
    helpers = importlib.import_module(f"elasticsearch{version}.helpers")
    client = package.Elasticsearch(address, api_key=token, http_compress=True, max_retries=0)
    actions = [
        {"_op_type": kind, "_index": "winlogbeat-zz", "_source": document}
        for document in json.load(sys.stdin)
    ]
    try:
        name = client.info()["version"]["number"]
        sent, errors = helpers.bulk(client, actions, raise_on_error=False)
    except package.AuthenticationException as refused:
        print(json.dumps({"refused": str(refused)}))
        return 3
    print(json.dumps({"server": name, "sent": sent, "errors": errors}))
    return 0


sys.exit(main())
