"""A Lumberjack client. Arguments: host, port. Sends the JSON list on standard input as one window,
then its first document again as a second one, as after an acknowledgement that was lost, and waits
for the acknowledgement of both.
"""

import json
import sys

from pylogbeat import PyLogBeatClient

with PyLogBeatClient(sys.argv[1], int(sys.argv[2]), timeout=30, ssl_enable=False) as client:
    documents = json.load(sys.stdin)
    client.send(documents)
    client.send(documents[:1])
print("acknowledged")
