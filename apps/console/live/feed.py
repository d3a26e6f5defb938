"""The live feed: over one socket, the log by position, gap-free, and the tasks' results as telemetry.

The feed goes on from the last position that the page has; so after a dropped socket it fills in what was missed. The
log is looked at several times a second: no message of a channel layer can be lost where none is needed.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.utils import translation

from apps.backbone import numbering
from apps.console import lines, show
from apps.console.lines import Line
from apps.console.live.page import SEE
from apps.console.live.results import Results, from_where, told_result

PAGE = 200
SCREENFUL = 50
LOOK_SECONDS = 0.4
CHECK_SECONDS = 4.0
LONGEST_FRAME = 16 * 1024
FRAMES_PER_MINUTE = 60
SOCKETS_PER_USER = 10
FARTHEST_BACK = 20_000
"""How many positions a page that was away may ask for; beyond that it is told that it starts anew."""

NOT_ALLOWED, TOO_MUCH, TOO_LARGE = 4403, 4429, 1009

sessions = import_module(settings.SESSION_ENGINE)
open_sockets: Counter[Any] = Counter()


@dataclass(frozen=True)
class Hello:
    """What a page says first."""

    after: int | None = None
    since: datetime | None = None


class LiveFeed(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.tail: asyncio.Task[None] | None = None
        self.counted: Any = None
        self.frames: list[float] = []
        self.session_key = getattr(self.scope.get("session"), "session_key", None)
        user_id = await database_sync_to_async(allowed)(self.session_key)
        await self.accept()
        if user_id is None:
            await self.close(NOT_ALLOWED)
        elif open_sockets[user_id] >= SOCKETS_PER_USER:
            await self.close(TOO_MUCH)
        else:
            self.counted = user_id
            open_sockets[user_id] += 1

    async def disconnect(self, code: int) -> None:
        if self.counted is not None:
            open_sockets[self.counted] -= 1
            self.counted = None
        if self.tail:
            self.tail.cancel()
            with suppress(asyncio.CancelledError, RuntimeError, OSError):
                await self.tail

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The page says once from where on it wants to hear: `{"after": 4711, "since": "2026-…"}`, or nothing."""
        if bytes_data or not text_data or len(text_data) > LONGEST_FRAME:
            await self.close(TOO_LARGE)
            return
        self.frames = [at for at in self.frames if time.monotonic() - at < 60] + [time.monotonic()]
        if len(self.frames) > FRAMES_PER_MINUTE:
            await self.close(TOO_MUCH)
        elif self.tail is None and self.counted is not None:
            self.tail = asyncio.create_task(self.follow(wanted(text_data)))

    async def follow(self, hello: Hello) -> None:
        try:
            language = language_of(self.scope)
            position, head, results = await database_sync_to_async(begin)(hello)
            await self.say({"kind": "begin", "after": position, "head": head, "anew": hello.after != position})
            checked = time.monotonic()
            while True:
                found, tasks = await database_sync_to_async(look)(position, results, language)
                if found or tasks:
                    await self.say({"kind": "rows", "after": position, "messages": found, "tasks": tasks})
                position = found[-1]["position"] if found else position
                if time.monotonic() - checked > CHECK_SECONDS:
                    if await database_sync_to_async(allowed)(self.session_key) is None:
                        await self.close(NOT_ALLOWED)
                        return
                    checked = time.monotonic()
                await asyncio.sleep(0.02 if len(found) == PAGE else LOOK_SECONDS)
        except Exception:
            await self.close(1011)
            raise

    async def say(self, content: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(content))


def wanted(text: str) -> Hello:
    """What the page has already: the log up to a position, task results up to an instant."""
    try:
        said = json.loads(text)
        after, since = said.get("after"), said.get("since")
    except (ValueError, AttributeError):
        return Hello()
    return Hello(after if type(after) is int and after >= 0 else None, instant(since))


def instant(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def language_of(scope: Mapping[str, Any]) -> str:
    """The one that this handshake's page is in: the cookie's, else the browser's own, as for any request."""
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin1")
    request = SimpleNamespace(COOKIES=scope["cookies"], META={"HTTP_ACCEPT_LANGUAGE": accepted})
    return translation.get_language_from_request(request)  # type: ignore[arg-type]


def allowed(session_key: str | None) -> Any:
    """The person's id while the session lives and they may see the log; None as soon as either has ended."""
    close_old_connections()
    if not session_key:
        return None
    user = get_user(SimpleNamespace(session=sessions.SessionStore(session_key)))  # type: ignore[arg-type]
    return user.pk if user.is_active and user.is_staff and user.has_perm(SEE) else None


def begin(hello: Hello) -> tuple[int, int, Results]:
    """From where on to tell: where the page stands, or the last screenful."""
    close_old_connections()
    head, after = numbering.head(), hello.after
    if after is None or not head - FARTHEST_BACK <= after <= head:
        start = max(head - SCREENFUL, 0)
        return start, head, Results(from_where(start))
    return after, head, Results(hello.since or from_where(after))


def look(position: int, results: Results, language: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    close_old_connections()
    with translation.override(language):
        messages = [told(line) for line in lines.after(position, PAGE)]
        return messages, [told_result(row) for row in results.fresh(PAGE)]


def told(line: Line) -> dict[str, Any]:
    return {
        "position": line.position,
        "seq": line.seq,
        "kind": line.kind,
        "type": line.type,
        "service": line.service,
        "order": line.order_id,
        "number": line.order_number,
        "correlation": str(line.correlation_id),
        "who": line.who,
        "about": line.about,
        "at": line.occurred_at.isoformat(),
        "clock": show.clock_time(line.occurred_at),
    }
