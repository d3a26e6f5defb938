"""The live feed: gap-free by position, for those who may see the log, as long as they may."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django_celery_results.models import TaskResult

from apps.backbone import numbering
from apps.console.live import feed as live_feed
from tests.integration.console.people import administrator, client_of
from tests.integration.console.sockets import Socket
from tests.integration.orders.shop import open_shop, place, say

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = (b"origin", b"http://localhost")


def socket(
    client: Client | None = None,
    origin: tuple[bytes, bytes] | None = ORIGIN,
    language: str = "",
    accepted: str = "en",
) -> Socket:
    headers = [(b"host", b"localhost"), (b"accept-language", accepted.encode())] + ([origin] if origin else [])
    if client:
        said = {name: morsel.value for name, morsel in client.cookies.items()}
        said |= {settings.LANGUAGE_COOKIE_NAME: language} if language else {}
        headers.append((b"cookie", "; ".join(f"{name}={value}" for name, value in said.items()).encode()))
    return Socket("/live/feed/", headers)


def talk(conversation: Callable[[], Awaitable[Any]]) -> Any:
    return async_to_sync(conversation)()


async def positions_until(feed: Socket, last: int) -> list[int]:
    heard: list[int] = []
    while not heard or heard[-1] < last:
        content = json.loads(await feed.hear())
        heard += [row["position"] for row in content.get("messages", [])]
    return heard


@pytest.mark.parametrize("origin", [None, (b"origin", b"http://elsewhere.example"), (b"origin", b"null")])
def test_only_our_own_pages_open_a_socket(origin: tuple[bytes, bytes] | None) -> None:
    client = administrator()

    async def conversation() -> None:
        feed = socket(client, origin)
        assert await feed.connect() is False

    talk(conversation)


@pytest.mark.parametrize("who", ["nobody", "staff without the permission", "a person who is no staff"])
def test_who_may_not_see_the_log_is_turned_away(who: str) -> None:
    client = None
    if who != "nobody":
        client = client_of("viewer", "orders.view_order")
        get_user_model().objects.filter(username="viewer").update(is_staff=who.startswith("staff"))

    async def conversation() -> None:
        feed = socket(client)
        await feed.connect()
        assert await feed.closed_with() == live_feed.NOT_ALLOWED

    talk(conversation)


def test_every_message_comes_once_and_in_order_while_more_are_written(drain: Callable[[], int]) -> None:
    open_shop(drain, tea=50)
    client = administrator()

    async def conversation() -> list[int]:
        feed = socket(client)
        await feed.connect()
        await feed.say(json.dumps({"after": 0}))
        for number in range(3):
            await sync_to_async(say)(place(number + 1))
            await sync_to_async(drain)()
        heard = await positions_until(feed, await sync_to_async(numbering.head)())
        await feed.disconnect()
        return heard

    assert talk(conversation) == list(range(1, numbering.head() + 1))


def test_after_a_break_it_goes_on_where_the_page_stopped(drain: Callable[[], int]) -> None:
    open_shop(drain, tea=50)
    head = numbering.head()
    client = administrator()

    async def conversation() -> list[int]:
        feed = socket(client)
        await feed.connect()
        await feed.say(json.dumps({"after": 2}))
        heard = await positions_until(feed, head)
        await feed.disconnect()
        return heard

    assert talk(conversation) == list(range(3, head + 1))


@pytest.mark.parametrize("after", [-1, 10**12, "2", None, [1], True])
def test_nonsense_begins_at_the_last_screenful(drain: Callable[[], int], after: Any) -> None:
    open_shop(drain, tea=50)
    client = administrator()

    async def conversation() -> dict[str, Any]:
        feed = socket(client)
        await feed.connect()
        await feed.say(json.dumps({"after": after}))
        begun: dict[str, Any] = json.loads(await feed.hear())
        await feed.disconnect()
        return begun

    head = numbering.head()
    assert talk(conversation) == {"kind": "begin", "after": max(head - 50, 0), "head": head, "anew": True}


def test_task_results_missed_in_a_break_are_told_once_each() -> None:
    rows = [TaskResult.objects.create(task_id=str(number), task_name="orders.x", status="SUCCESS") for number in "123"]
    client = administrator()

    async def conversation() -> list[int]:
        feed = socket(client)
        await feed.connect()
        await feed.say(json.dumps({"after": 0, "since": rows[0].date_done.isoformat()}))
        heard = [task["id"] for task in await tasks_until(feed, rows[2].pk)]
        await sync_to_async(rows[0].save)()
        changed = await sync_to_async(TaskResult.objects.create)(task_id="4", task_name="orders.x", status="STARTED")
        heard += [task["id"] for task in await tasks_until(feed, changed.pk)]
        await feed.disconnect()
        return heard

    assert talk(conversation) == [*(row.pk for row in rows), rows[2].pk + 1]


async def tasks_until(feed: Socket, last: int) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1]["id"] != last:
        heard += json.loads(await feed.hear()).get("tasks", [])
    return heard


@pytest.mark.parametrize(
    "chinese",
    [{"language": "zh-hant"}, {"accepted": "zh-TW,zh;q=0.9,en;q=0.5"}, {"language": "tlh", "accepted": "zh-TW"}],
)
def test_two_sockets_word_the_same_rows_in_two_languages(drain: Callable[[], int], chinese: Any) -> None:
    open_shop(drain, tea=1)
    say(place(1, tea=2))
    drain()
    TaskResult.objects.create(task_id="one", task_name="orders.x", status="SUCCESS")
    client, head = administrator(), numbering.head()

    async def conversation() -> list[list[str]]:
        feeds = [socket(client, language="en", accepted="zh-TW"), socket(client, **chinese)]
        for feed in feeds:
            await feed.connect()
            await feed.say(json.dumps({"after": 0}))
        heard = [await words_until(feed, head) for feed in feeds]
        for feed in feeds:
            await feed.disconnect()
        return heard

    english, translated = talk(conversation)

    assert {"not enough in stock", "done"} & set(english) == {"not enough in stock", "done"}
    assert {"庫存不足", "完成"} & set(translated) == {"庫存不足", "完成"}
    assert len(english) == len(translated)


async def words_until(feed: Socket, last: int) -> list[str]:
    """What the rows up to a position say, and the states of the tasks between them."""
    said: list[str] = []
    while True:
        content = json.loads(await feed.hear())
        messages = content.get("messages", [])
        said += [word for row in messages for word in row["about"].split(" · ")]
        said += [task["state"] for task in content.get("tasks", [])]
        if messages and messages[-1]["position"] == last:
            return said


@pytest.mark.parametrize("ending", ["logged out", "disabled", "no longer staff"])
def test_it_falls_silent_soon_after_the_right_has_ended(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    assert live_feed.CHECK_SECONDS + live_feed.LOOK_SECONDS < 5
    monkeypatch.setattr(live_feed, "CHECK_SECONDS", 0.1)
    client = administrator()
    users = get_user_model().objects

    async def conversation() -> int | None:
        feed = socket(client)
        await feed.connect()
        await feed.say("{}")
        await feed.hear()
        if ending == "logged out":
            await sync_to_async(client.logout)()
        elif ending == "disabled":
            await sync_to_async(users.update)(is_active=False)
        else:
            await sync_to_async(users.update)(is_staff=False)
        return await feed.closed_with()

    assert talk(conversation) == live_feed.NOT_ALLOWED


def test_a_frame_over_16_kib_closes_the_socket() -> None:
    client = administrator()

    async def conversation() -> int | None:
        feed = socket(client)
        await feed.connect()
        await feed.say("x" * (live_feed.LONGEST_FRAME + 1))
        return await feed.closed_with()

    assert talk(conversation) == live_feed.TOO_LARGE


def test_who_talks_too_much_is_cut_off() -> None:
    client = administrator()

    async def conversation() -> int | None:
        feed = socket(client)
        await feed.connect()
        for _ in range(live_feed.FRAMES_PER_MINUTE + 1):
            await feed.say("{}")
        return await feed.closed_with()

    assert talk(conversation) == live_feed.TOO_MUCH


def test_one_person_has_so_many_sockets_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_feed, "SOCKETS_PER_USER", 1)
    client = administrator()

    async def conversation() -> int | None:
        first, second = socket(client), socket(client)
        await first.connect()
        await second.connect()
        code = await second.closed_with()
        await first.disconnect()
        third = socket(client)
        await third.connect()
        await third.say("{}")
        assert json.loads(await third.hear())["kind"] == "begin"
        await third.disconnect()
        return code

    assert talk(conversation) == live_feed.TOO_MUCH
