"""One idempotency key, posted many times at once on real PostgreSQL: one order, one reply."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from apps.console.models import StoredReply
from tests.integration.api.shop import Caller, in_log, stock_up

pytestmark = pytest.mark.django_db(transaction=True)

POSTS, LANES = 200, 20


def test_200_parallel_posts_with_one_key_are_one_order(drain: Callable[[], int]):
    stock_up(tea=1000)
    caller, barrier = Caller(), Barrier(LANES)

    def post(lane: int) -> list[tuple[int, bytes, bool]]:
        barrier.wait(timeout=30)
        try:
            replies = [caller.place() for _ in range(POSTS // LANES)]
            return [(reply.status_code, reply.content, "Idempotency-Hit" in reply) for reply in replies]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(LANES) as pool:
        replies = [reply for lane in pool.map(post, range(LANES)) for reply in lane]

    assert Counter(hit for _, _, hit in replies) == {False: 1, True: POSTS - 1}
    assert {status for status, _, _ in replies} == {202}
    assert len({content for _, content, _ in replies}) == 1
    assert in_log("orders.place_order") == StoredReply.objects.count() == 1
