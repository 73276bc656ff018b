"""Prints the bytes that the tests of crates/lab/src/tensorboard.rs hold their own against.

Run by hand, in any environment that has tensorboard: python3 scripts/tensorboard_oracle.py
Records of two events, by TensorBoard's own writer. Last run with tensorboard 2.21.0.
"""

import io

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

accuracy = Summary.Value(tag="test/accuracy", simple_value=0.75)
for event in [
    Event(wall_time=1e9 + 0.5, file_version="brain.Event:2"),
    Event(wall_time=1234567890.25, step=300, summary=Summary(value=[accuracy])),
]:
    file = io.BytesIO()
    RecordWriter(file).write(event.SerializeToString())
    print(file.getvalue())
print("START:", Event(session_log=SessionLog(status=SessionLog.START)).SerializeToString())
