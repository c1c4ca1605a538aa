"""OpenTelemetry's exporter of logs by OTLP over HTTP.

Arguments: the server's address, token, `none` or `gzip`. Each line of standard input is a record:
its body is the text, or the object's members where it is a JSON object. What the exporter says goes
to standard error; ends with 3 when it could not export.
"""

import json
import logging
import sys
import time

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource


class Said(logging.Handler):
    """Remembers whether the exporter complained."""

    complained = False

    def emit(self, record):
        if record.levelno >= logging.ERROR:
            self.complained = True


def main() -> int:
    address, token, packing = sys.argv[1:4]
    said = Said()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger().addHandler(said)
    exporter = OTLPLogExporter(
        endpoint=f"{address}/v1/logs",
        headers={"authorization": f"Bearer {token}"},
        compression=Compression(packing),
        timeout=20,
    )
    provider = LoggerProvider(
        resource=Resource.create({"host.name": "zz-otlp", "service.name": "zz"}),
        shutdown_on_exit=False,
    )
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = provider.get_logger("zz")
    for line in sys.stdin:
        line = line.rstrip("\n")
        body = json.loads(line) if line.startswith("{") else line
        logger.emit(
            LogRecord(
                timestamp=time.time_ns(),
                severity_number=SeverityNumber.WARN,
                body=body,
                attributes={"log.file.name": "zz.log"},
            )
        )
    flushed = provider.force_flush()
    provider.shutdown()
    return 0 if flushed and not said.complained else 3


sys.exit(main())
