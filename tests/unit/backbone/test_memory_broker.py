"""The embedded broker is shared by all threads of the process."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from kombu import Connection, Queue

from apps.backbone.topology import memory


def test_a_channel_may_close_while_another_thread_makes_queues():
    assert memory.Channel.close.__module__ == "kombu.transport.virtual.base"

    def make(times: int) -> None:
        with Connection("memory://") as connection:
            for _ in range(times):
                with connection.channel() as channel:
                    queue = Queue(str(uuid4()))(channel)
                    queue.declare()
                    queue.delete()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(make, 150) for _ in range(8)]:
            done.result()
